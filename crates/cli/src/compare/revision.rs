//! The suite of another commit: checked out in a worktree of its own, built once, kept by its hash.
//!
//! Invariant: the user's checkout is never touched, and a file in the cache is a finished build.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::build_suite::build_suite;
use crate::config::Config;

/// The full hash of the commit that `revision` names in the repository of `root`.
pub(crate) fn commit(root: &Path, revision: &str) -> anyhow::Result<String> {
    let wanted = format!("{revision}^{{commit}}");
    git(
        root,
        &[
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            &wanted,
        ],
    )
}

/// The suite executable of `commit`, from the cache or built now.
pub(crate) fn executable(config: &Config, commit: &str) -> anyhow::Result<PathBuf> {
    let folder = config.cache().join("suites");
    let kept = folder.join(commit);
    if kept.is_file() {
        return Ok(kept);
    }
    let top = PathBuf::from(git(&config.root, &["rev-parse", "--show-toplevel"])?);
    let below = config
        .root
        .canonicalize()
        .ok()
        .and_then(|root| Some(root.strip_prefix(&top).ok()?.to_owned()));
    let worktree = Worktree::add(&config.root, &config.cache().join("worktree"), commit)?;
    let root = worktree.path.join(below.unwrap_or_default());
    // Its own configuration says how it is built: another commit may have named its suite otherwise.
    let suite = Config::load(Some(&root.join("fabench.toml")))
        .and_then(|config| config.suite().cloned())
        .with_context(|| format!("commit {commit} does not say what its suite is"))?;
    let built =
        build_suite(&root, &suite).with_context(|| format!("commit {commit} can't be compared"))?;
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let unfinished = folder.join(format!("{commit}.unfinished"));
    fs::copy(&built, &unfinished)
        .and_then(|_| fs::rename(&unfinished, &kept))
        .with_context(|| {
            format!(
                "the build can't be kept in {}; check the free space",
                folder.display()
            )
        })?;
    Ok(kept)
}

/// A checkout of one commit; kept between builds, so that what did not change is not built again.
struct Worktree {
    path: PathBuf,
}

impl Worktree {
    fn add(root: &Path, path: &Path, commit: &str) -> anyhow::Result<Self> {
        let shown = path.to_string_lossy();
        if path.join(".git").exists()
            && git(
                path,
                &["checkout", "--quiet", "--force", "--detach", commit],
            )
            .is_ok()
        {
            return Ok(Self {
                path: path.to_owned(),
            });
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
        Ok(Self {
            path: path.to_owned(),
        })
    }
}

/// Trimmed output of a git command.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        .output()
        .context("git can't be started")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!(
            "git {} failed in {}: {}",
            arguments.first().unwrap_or(&""),
            folder.display(),
            said.trim()
        );
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
