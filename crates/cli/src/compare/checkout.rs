//! Checkouts of commits whose suite is a command: each has its own, since the command runs in it.
//!
//! Invariant: the user's checkout is never touched, and a checkout with its mark beside it was built to its end.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

use super::revision::git;

/// The folder of a commit's checkout, and whether it is there and built.
pub(super) struct Checkout {
    pub(super) path: PathBuf,
    mark: PathBuf,
}

impl Checkout {
    pub(super) fn of(cache: &Path, commit: &str) -> Self {
        let folder = cache.join("checkouts");
        Self {
            path: folder.join(commit),
            mark: folder.join(format!("{commit}.built")),
        }
    }

    pub(super) fn is_built(&self) -> bool {
        self.mark.is_file() && self.path.join(".git").exists()
    }

    /// Notes that it was built to its end.
    pub(super) fn finish(&self) -> anyhow::Result<()> {
        fs::write(&self.mark, "").with_context(|| {
            format!(
                "{} can't be written; check the free space",
                self.mark.display()
            )
        })
    }
}

/// A working tree of `commit` at `path`; an existing one there is moved to the commit.
pub(super) fn check_out(root: &Path, path: &Path, commit: &str) -> anyhow::Result<()> {
    let shown = path.to_string_lossy();
    if path.join(".git").exists()
        && git(
            path,
            &["checkout", "--quiet", "--force", "--detach", commit],
        )
        .is_ok()
    {
        return Ok(());
    }
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent)
            .with_context(|| format!("{} can't be made", parent.display()))?;
    }
    // A worktree whose folder was removed by hand is still on git's list.
    git(root, &["worktree", "prune"])?;
    git(
        root,
        &[
            "worktree", "add", "--quiet", "--force", "--detach", &shown, commit,
        ],
    )
    .with_context(|| format!("commit {commit} can't be checked out in {shown}"))?;
    Ok(())
}
