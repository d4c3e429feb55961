//! The accepted baselines of a folder: the one in it, and one in a folder of its own for each machine class.

use std::fs;
use std::path::{Path, PathBuf};

use fabench_record::Baseline;

use crate::files::{BASELINE_FILE, read_baseline};

/// Where baselines may be: `folder` itself, then the folders in it, in the order of their names.
pub(crate) fn baseline_paths(folder: &Path) -> Vec<PathBuf> {
    let inner = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut machines: Vec<PathBuf> = inner
        .map(|entry| entry.path().join(BASELINE_FILE))
        .filter(|path| path.is_file())
        .collect();
    machines.sort();
    machines.insert(0, folder.join(BASELINE_FILE));
    machines
}

/// The baselines of `folder`, and what to say of those that can't be read.
pub(super) fn baselines(folder: &Path) -> (Vec<Baseline>, Vec<String>) {
    let mut found = Vec::new();
    let mut notices = Vec::new();
    for path in baseline_paths(folder) {
        match read_baseline(&path) {
            Ok(baseline) => found.extend(baseline),
            Err(error) => notices.push(format!("a baseline is not shown: {error:#}")),
        }
    }
    (found, notices)
}
