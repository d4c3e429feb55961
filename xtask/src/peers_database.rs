//! `cargo xtask peers database`: the store side by side with raw drivers, sqlx and pgbench.
//!
//! Invariant: the peers are built from their own package, so that nothing of theirs enters the workspace.

use anyhow::Result;

use crate::process;

/// Builds and runs the package `peers/database` with `args`.
///
/// # Errors
/// If it does not build, a contender fails, or PostgreSQL is asked for and not installed.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release"]);
    command.args(["--manifest-path", "peers/database/Cargo.toml"]);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.args(["--target-dir", "peers/target"]);
    }
    command.arg("--").args(args);
    process::run(&mut command)
}
