//! `cargo xtask peers websocket`: the gateway side by side with node's `ws`, Python's `websockets` and axum's defaults.
//!
//! Invariant: the peers are built from their own package, so that nothing of theirs enters the workspace.

use anyhow::Result;

use crate::process;

/// Builds and runs the package `peers/websocket` with `args`.
///
/// # Errors
/// If it does not build or a measurement fails; a peer that cannot be installed is named and left out.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let mut command = process::cargo();
    command.args(["run", "--quiet", "--release"]);
    command.args(["--manifest-path", "peers/websocket/Cargo.toml"]);
    if std::env::var_os("CARGO_TARGET_DIR").is_none() {
        command.args(["--target-dir", "peers/target"]);
    }
    command.arg("--").args(args);
    process::run(&mut command)
}
