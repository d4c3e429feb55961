//! `cargo xtask peers gate`: the gate's rule side by side with the rules of other tools, on one simulated noisy machine.
//!
//! Simulated, since error rates of a percent need thousands of trials; the noise is that which was measured (docs/statistics.md).

use anyhow::Result;

use crate::process;

/// Runs the gate's simulation; `args` are the number of trials a row and the seed.
///
/// # Errors
/// If it does not build or run.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release", "--package", "fabench-gate"]);
    command.args(["--example", "simulate", "--"]).args(args);
    process::run(&mut command)
}
