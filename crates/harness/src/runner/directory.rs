//! The directory in which a launch keeps its temporary files.
//!
//! Invariant: it goes with the launch; one whose tool was killed goes at the latest when the next tool launches anything.
//! A living tool holds a lock on it, which the kernel lets go with the tool.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::sync::Once;

use tempfile::TempDir;

use crate::protocol::DIRECTORY_PREFIX;

/// A directory that is removed with everything in it when this is dropped.
#[derive(Debug)]
pub(super) struct Directory {
    directory: TempDir,
    _lock: File,
}

impl Directory {
    pub(super) fn new() -> io::Result<Self> {
        static SWEPT: Once = Once::new();
        SWEPT.call_once(|| sweep(&std::env::temp_dir()));
        Self::in_folder(&std::env::temp_dir())
    }

    fn in_folder(folder: &Path) -> io::Result<Self> {
        loop {
            let directory = TempDir::with_prefix_in(DIRECTORY_PREFIX, folder)?;
            // Another tool may take it for abandoned before it is locked: then it is gone.
            let Ok(lock) = File::open(directory.path()) else {
                continue;
            };
            if lock.lock().is_err() || lock.metadata()?.nlink() > 0 {
                return Ok(Self {
                    directory,
                    _lock: lock,
                });
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.directory.path()
    }
}

/// Removes what killed tools left in `folder`. It is no error if that fails: it only takes room.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let ours = entry
            .file_name()
            .to_string_lossy()
            .starts_with(DIRECTORY_PREFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            let Ok(lock) = File::open(entry.path()) else {
                continue;
            };
            if lock.try_lock().is_ok() {
                let _ = fs::remove_dir_all(entry.path());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_tool_left_goes_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let living = Directory::in_folder(folder.path()).unwrap();
        let left = folder.path().join(format!("{DIRECTORY_PREFIX}left"));
        fs::create_dir(&left).unwrap();
        fs::write(left.join("database"), "rows").unwrap();
        let others = folder.path().join("fabench-callgrind-x");
        fs::create_dir(&others).unwrap();
        sweep(folder.path());
        assert!(!left.exists());
        assert!(living.path().exists() && others.exists());
        let path = living.path().to_owned();
        drop(living);
        assert!(!path.exists());
    }
}
