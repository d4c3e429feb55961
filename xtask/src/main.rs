//! What developers and CI run: `cargo xtask test`, `cargo xtask peers`. Thin: it calls tools and says how it went.
//!
//! Invariant: exit 0 only if everything that was asked for was done; 1 if something failed; 2 for a wrong command line.

mod arguments;
mod checks;
mod peers;
mod peers_database;
mod peers_gate;
mod peers_inference;
mod peers_messages;
mod peers_websocket;
mod process;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Task};

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test(test) => checks::run(&test),
        Task::Peers(peers) => match peers::run(&peers) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("xtask peers: {error:#}");
                ExitCode::FAILURE
            }
        },
    }
}
