//! The source code that is measured: commit, branch and whether the checkout is clean, as git says.

use std::path::Path;
use std::process::Stdio;

use fabench_harness::secrets;
use fabench_record::Source;

/// Asks git about `folder`; empty where it is no checkout or git is missing.
pub(crate) fn source_of(folder: &Path) -> Source {
    let commit = git(folder, &["rev-parse", "HEAD"]);
    let dirty = commit.is_some()
        && git(folder, &["status", "--porcelain", "--untracked-files=no"]).is_some();
    let branch = git(folder, &["symbolic-ref", "--short", "--quiet", "HEAD"]);
    Source {
        commit,
        dirty,
        branch,
    }
}

/// Trimmed output of a git command, or `None` where it fails or prints nothing.
fn git(folder: &Path, arguments: &[&str]) -> Option<String> {
    let output = secrets::command("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .stderr(Stdio::null())
        .output()
        .ok()?;
    let text = String::from_utf8(output.stdout).ok()?.trim().to_owned();
    (output.status.success() && !text.is_empty()).then_some(text)
}

/// Whether `commit` is `descendant` or comes before it; false where git does not know them.
pub(crate) fn is_ancestor(folder: &Path, commit: &str, descendant: &str) -> bool {
    secrets::command("git")
        .arg("-C")
        .arg(folder)
        .args([
            "merge-base",
            "--is-ancestor",
            "--end-of-options",
            commit,
            descendant,
        ])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}
