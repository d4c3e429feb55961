//! The suite of another commit: checked out in a worktree of its own, built once, kept by its hash.
//!
//! Invariant: the user's checkout is never touched, and a file in the cache is a finished build.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};

use fabench_harness::secrets;
use fabench_record::Source;

use super::checkout::{Checkout, check_out};
use super::sides::Built;
use crate::build_suite::build_suite;
use crate::config::{Config, SuiteConfig};

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

/// The suite of `commit`, from the cache or built now.
pub(crate) fn suite(config: &Config, commit: &str) -> anyhow::Result<Built> {
    let source = Source {
        commit: Some(commit.to_owned()),
        dirty: false,
        branch: None,
    };
    let folder = config.cache().join("suites");
    let kept = folder.join(commit);
    if kept.is_file() {
        return Ok(Built {
            source,
            ..Built::executable_at(kept)
        });
    }
    let top = PathBuf::from(git(&config.root, &["rev-parse", "--show-toplevel"])?);
    let below = config
        .root
        .canonicalize()
        .ok()
        .and_then(|root| Some(root.strip_prefix(&top).ok()?.to_owned()))
        .unwrap_or_default();
    let own = Checkout::of(&config.cache(), commit);
    if own.is_built() {
        let root = own.path.join(below);
        let SuiteConfig::Command(command) = configured(config, &root, commit)? else {
            bail!("the checkout {} was changed; remove it", own.path.display());
        };
        let built = Built::command(&root, &command)?;
        return Ok(Built { source, ..built });
    }
    let shared = config.cache().join("worktree");
    check_out(&config.root, &shared, commit)?;
    let root = shared.join(&below);
    let suite = configured(config, &root, commit)?;
    let failed = || format!("commit {commit} can't be compared");
    if matches!(suite, SuiteConfig::Command(_)) {
        check_out(&config.root, &own.path, commit)?;
        let built = build_suite(&own.path.join(below), &suite).with_context(failed)?;
        own.finish()?;
        return Ok(Built { source, ..built });
    }
    let built = build_suite(&root, &suite).with_context(failed)?;
    fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    let unfinished = folder.join(format!("{commit}.unfinished"));
    fs::copy(&built.path, &unfinished)
        .and_then(|_| fs::rename(&unfinished, &kept))
        .with_context(|| {
            format!(
                "the build can't be kept in {}; check the free space",
                folder.display()
            )
        })?;
    Ok(Built {
        source,
        ..Built::executable_at(kept)
    })
}

/// Its own configuration says what the suite is: another commit may have named it otherwise. One from before there was
/// any is measured by today's command.
fn configured(config: &Config, root: &Path, commit: &str) -> anyhow::Result<SuiteConfig> {
    let own =
        Config::load(Some(&root.join("fabench.toml"))).and_then(|config| config.suite().cloned());
    match (own, &config.suite) {
        (Ok(own), _) => Ok(own),
        (Err(_), Some(today @ SuiteConfig::Command(_))) => Ok(today.clone()),
        (Err(error), _) => {
            Err(error).with_context(|| format!("commit {commit} does not say what its suite is"))
        }
    }
}

/// Trimmed output of a git command.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> anyhow::Result<String> {
    let output = secrets::command("git")
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
