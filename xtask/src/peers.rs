//! `cargo xtask peers`: which comparison is run. Each lives in a module of its own and takes its own arguments.

use anyhow::Result;
use clap::ValueEnum;

use crate::arguments::PeersArguments;
use crate::{peers_database, peers_gate, peers_inference, peers_messages, peers_websocket};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum System {
    /// An agent's step with pymdp on numpy and on JAX
    Inference,
    /// The runtime's messages with ractor, kameo, actix, xtra and tokio's channels
    Messages,
    /// The store with the raw drivers, sqlx and pgbench
    Database,
    /// The gateway with node's ws, Python's websockets and axum's defaults
    Websocket,
    /// The gate with pytest-benchmark, criterion, Welch's test and hyperfine, measured for real (or --simulate)
    Gate,
}

/// Runs one comparison.
///
/// # Errors
/// Whatever kept it from its end.
pub(crate) fn run(arguments: &PeersArguments) -> Result<()> {
    let rest = &arguments.rest;
    match arguments.system {
        System::Inference => peers_inference::run(rest),
        System::Messages => peers_messages::run(rest),
        System::Database => peers_database::run(rest),
        System::Websocket => peers_websocket::run(rest),
        System::Gate => peers_gate::run(rest),
    }
}
