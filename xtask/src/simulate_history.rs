//! `cargo xtask simulate-history`: a scratch repository with a simulated history, to look at trends whose truth is known.

use anyhow::Result;

use crate::arguments::SimulateHistoryArguments;
use crate::process;

/// Runs the generator of the history's crate.
///
/// # Errors
/// If it does not build or run, or the folder is not empty.
pub(crate) fn run(arguments: &SimulateHistoryArguments) -> Result<()> {
    // Cargo runs in the workspace's root; the folder is meant from where it was typed.
    let folder = std::path::absolute(&arguments.folder)?;
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--package", "fabench-history"]);
    command.args(["--example", "simulate_history", "--"]);
    command.arg(folder);
    command.arg(arguments.days.to_string());
    command.arg(arguments.seed.to_string());
    command.arg(arguments.benchmarks.to_string());
    process::run(&mut command)
}
