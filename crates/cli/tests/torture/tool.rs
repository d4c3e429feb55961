//! The tool under torture: where cargo built it, and how long it is tortured.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, ensure};

/// How long, and by which draws.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    /// About how long it takes.
    pub(crate) time: Duration,
    /// Of all that is drawn at random.
    pub(crate) seed: u64,
}

/// `fabench`, beside the folder of this test or example.
pub(crate) fn fabench() -> anyhow::Result<PathBuf> {
    let own = std::env::current_exe()?;
    let profile = own
        .parent()
        .and_then(Path::parent)
        .context("tests and examples lie below the profile's folder")?;
    let path = profile.join("fabench");
    ensure!(
        path.exists(),
        "{} is missing; build it with `cargo build -p fabench`",
        path.display()
    );
    Ok(path)
}

/// A call of `fabench` in `folder`, whose temporary files go to `tmp` below it.
pub(crate) fn call(folder: &Path, arguments: &[&str]) -> anyhow::Result<Command> {
    let mut command = Command::new(fabench()?);
    command
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", folder.join("tmp"))
        .env_remove("FABENCH_HISTORY")
        .env_remove("GITHUB_ACTIONS");
    Ok(command)
}
