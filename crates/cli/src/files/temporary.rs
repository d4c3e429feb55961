//! Temporary files that take the place of others once they are whole.
//!
//! Invariant: one whose writer lives is locked and stays; those that killed writers left go when the next file is
//! written beside them.

use std::fs::{self, File};
use std::io;
use std::path::Path;

use rustix::fs::fstat;
use tempfile::NamedTempFile;

const PREFIX: &str = ".fabench-";
const SUFFIX: &str = ".tmp";

/// A locked temporary file in `folder`, which is made where there is none.
pub(crate) fn temporary_in(folder: &Path) -> io::Result<NamedTempFile> {
    fs::create_dir_all(folder)?;
    sweep(folder);
    loop {
        let file = tempfile::Builder::new()
            .prefix(PREFIX)
            .suffix(SUFFIX)
            .tempfile_in(folder)?;
        // Where a file system knows no locks, nobody can lock it to remove it either.
        if file.as_file().lock().is_err() || has_a_name(file.as_file())? {
            return Ok(file);
        }
        // Another process took it for abandoned: it had been made and not yet locked.
    }
}

/// Removes the temporary files in `folder` whose writers are gone. It is no error if that fails: they only take room.
fn sweep(folder: &Path) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let ours = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        if ours && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            let path = entry.path();
            let locked = File::open(&path).and_then(|file| {
                file.try_lock()?;
                Ok(file)
            });
            // The lock is held until the name is gone: so its maker, who waits for it, sees what became of it.
            if let Ok(file) = locked {
                let _ = fs::remove_file(&path);
                drop(file);
            }
        }
    }
}

fn has_a_name(file: &File) -> io::Result<bool> {
    Ok(fstat(file)?.st_nlink > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_killed_writer_left_goes_and_what_is_being_written_or_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let living = temporary_in(folder.path()).unwrap();
        let left = folder.path().join(".fabench-killed.tmp");
        let others = folder.path().join(".fabench-notes");
        for path in [&left, &others] {
            fs::write(path, "x").unwrap();
        }
        let next = temporary_in(folder.path()).unwrap();
        assert!(!left.exists());
        assert!(living.path().exists() && next.path().exists() && others.exists());
    }

    #[test]
    fn makers_and_sweepers_at_once_lose_no_file() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for maker in 0..4 {
                let folder = folder.path();
                scope.spawn(move || {
                    for number in 0..50 {
                        let file = temporary_in(folder).unwrap();
                        file.persist(folder.join(format!("{maker}-{number}")))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 200);
    }
}
