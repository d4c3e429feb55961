//! What tells whether a file was written anew: a result of an earlier run must not pass for this one's.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::folder::files_in;
use crate::failure::Failure;

/// Time and size of the files that were there before a run.
#[derive(Debug, Default)]
pub(super) struct Stamps(BTreeMap<PathBuf, Stamp>);

type Stamp = (SystemTime, u64);

impl Stamps {
    /// Of a file, or of all files in a folder. What is not there has none.
    pub(super) fn of(path: &Path) -> Self {
        let files: Vec<PathBuf> = if path.is_dir() {
            let files = files_in(path).unwrap_or_default();
            files.into_iter().map(|(_, path)| path).collect()
        } else {
            vec![path.to_owned()]
        };
        let stamped = files.into_iter();
        Self(
            stamped
                .filter_map(|path| Some((stamp(&path)?, path)))
                .map(|(stamp, path)| (path, stamp))
                .collect(),
        )
    }

    /// Whether the file is there and was not, or is another one by now.
    pub(super) fn differs(&self, path: &Path) -> bool {
        let now = stamp(path);
        now.is_some() && now.as_ref() != self.0.get(path)
    }

    /// The same, as an error.
    pub(super) fn must_differ(&self, path: &Path) -> Result<(), Failure> {
        if self.differs(path) {
            return Ok(());
        }
        let shown = path.display();
        Err(Failure::new(format!("the command did not write {shown}")))
    }
}

fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}
