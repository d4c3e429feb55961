//! `cargo xtask peers gate`: the gate beside the rules of other tools, measured for real on the same kernels of this machine.
//!
//! `--minutes M` bounds the contest; `--tally N` compares a suite with a copy of itself and with one that is 10 % slower.
//! `--simulate [TRIALS [SEED]]` is no measurement: it tests the rates of a percent, which need thousands of trials, with the
//! noise that was measured (docs/statistics.md).

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, bail};

use crate::process;

/// The tool that is installed into a folder of its own.
const PYTEST_BENCHMARK: &str = "pytest-benchmark==5.3.1";

/// Runs the contest, the tally or the simulation.
///
/// # Errors
/// If something does not build, is missing, or does not run.
pub(crate) fn run(args: &[String]) -> Result<()> {
    if let [first, rest @ ..] = args
        && first == "--simulate"
    {
        return simulate(rest);
    }
    process::run(process::cargo().args(["build", "--quiet", "--release", "--package", "fabench"]))?;
    let target = match std::env::var_os("CARGO_TARGET_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => "target".into(),
    };
    let mut command = process::cargo();
    command.args(["build", "--quiet", "--release"]);
    command.args(["--manifest-path", "peers/gate/Cargo.toml"]);
    command.args(["--target-dir", "peers/target"]);
    process::run(&mut command)?;
    let mut contest = Command::new("peers/target/release/peers-gate");
    contest.arg("--fabench").arg(target.join("release/fabench"));
    if !args.iter().any(|arg| arg == "--tally") {
        if process::find("hyperfine", &process::search_path()).is_none() {
            bail!(
                "hyperfine is missing: install the package `hyperfine` (Debian, Ubuntu, Homebrew)"
            );
        }
        contest.arg("--python").arg(python()?);
    }
    process::run(contest.args(args))
}

fn simulate(args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "fabench-gate"]);
    command.args(["--example", "simulate", "--"]).args(args);
    process::run(&mut command)
}

/// A Python with pytest-benchmark in a virtual environment of its own.
fn python() -> Result<PathBuf> {
    let home = crate::workspace::root().join("peers/target/pytest-benchmark");
    let python = home.join("bin/python");
    let marker = home.join("installed");
    if std::fs::read_to_string(&marker).is_ok_and(|text| text == PYTEST_BENCHMARK) {
        return Ok(python);
    }
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]);
    process::run(pip.arg(PYTEST_BENCHMARK))?;
    std::fs::write(&marker, PYTEST_BENCHMARK)?;
    Ok(python)
}
