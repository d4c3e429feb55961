//! `cargo xtask peers messages`: the runtime side by side with ractor, kameo, actix, xtra and raw tokio channels.
//!
//! Invariant: the peers are built from their own package, so that nothing of theirs enters the workspace.

use anyhow::Result;

use crate::process;

/// Builds and runs the package `peers/messages`; `args` is the number of rounds.
///
/// # Errors
/// If it does not build or run.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release"]);
    command.args(["--manifest-path", "peers/messages/Cargo.toml"]);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.args(["--target-dir", "peers/target"]);
    }
    command.arg("--").args(args);
    process::run(&mut command)
}
