//! Programs that Python's package index has and the system has not: each in an environment of its own.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::{process, workspace};

/// Makes the environment `name` anew with what `arguments` of `pip install` name; its folder of programs.
///
/// # Errors
/// If there is no Python with `venv`, or a package can't be had for this system.
pub(crate) fn environment(name: &str, arguments: &[&str]) -> Result<PathBuf> {
    let environment = workspace::tools().join(name);
    let path = process::search_path();
    let python = process::find("python3", &path).context("there is no python3 to fetch it with")?;
    process::run(
        Command::new(python)
            .args(["-m", "venv", "--clear"])
            .arg(&environment)
            .stdin(Stdio::null()),
    )?;
    let programs = environment.join("bin");
    process::run(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet", "--no-input"])
            .args(["--disable-pip-version-check", "--only-binary", ":all:"])
            .args(arguments)
            .stdin(Stdio::null()),
    )?;
    Ok(programs)
}

/// Whether a Python that the tests find has numpy: the one in front, or the system's own, for which packages install it.
pub(crate) fn has_numpy(folders: &OsStr) -> bool {
    let first = process::find("python3", folders);
    let systems = Path::new("/usr/bin/python3").to_owned();
    first
        .into_iter()
        .chain([systems])
        .any(|python| process::succeeds(Command::new(python).args(["-c", "import numpy"])))
}

/// Puts a program into the workspace's own tools, where the tests look first.
///
/// # Errors
/// If it is not there, or the link can't be made.
#[cfg(unix)]
pub(crate) fn link(program: &Path) -> Result<()> {
    let Some(name) = program.file_name().filter(|_| program.is_file()) else {
        bail!("there is no {}", program.display());
    };
    let folder = workspace::tools().join("bin");
    std::fs::create_dir_all(&folder)?;
    let link = folder.join(name);
    if link.symlink_metadata().is_ok() {
        std::fs::remove_file(&link)?;
    }
    std::os::unix::fs::symlink(program, &link)
        .with_context(|| format!("{} could not be made", link.display()))
}

/// See above.
///
/// # Errors
/// Always.
#[cfg(not(unix))]
pub(crate) fn link(_program: &Path) -> Result<()> {
    bail!("not done on this system; install it yourself")
}

/// pytest with pytest-benchmark, as the example pins them.
///
/// # Errors
/// As [`environment`].
pub(crate) fn fetch_pytest_benchmark() -> Result<()> {
    let pinned = workspace::root().join("examples/pytest-benchmark/requirements.txt");
    let pinned = pinned.to_string_lossy();
    let programs = environment("pytest-benchmark", &["--requirement", &pinned])?;
    link(&programs.join("pytest-benchmark"))
}

/// The sampling profiler of Python programs.
///
/// # Errors
/// As [`environment`].
pub(crate) fn fetch_py_spy() -> Result<()> {
    let programs = environment("py-spy", &["py-spy==0.4.3"])?;
    link(&programs.join("py-spy"))
}
