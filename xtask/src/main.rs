//! What developers and CI run: `cargo xtask test`, `peers`, `torture`, `generate`, `simulate-history`. Thin: it calls tools and says how it
//! went.
//!
//! Invariant: exit 0 only if everything that was asked for was done; 1 if something failed; 2 for a wrong command line.

#![forbid(unsafe_code)]

mod arguments;
mod checks;
mod generate;
mod peers;
mod peers_database;
mod peers_gate;
mod peers_inference;
mod peers_messages;
mod peers_websocket;
mod process;
mod simulate_history;
mod torture;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Task};

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test(test) => checks::run(&test),
        Task::Generate => code("generate", generate::run()),
        Task::Peers(peers) => code("peers", peers::run(&peers)),
        Task::Torture(arguments) => torture::run(&arguments),
        Task::SimulateHistory(arguments) => {
            code("simulate-history", simulate_history::run(&arguments))
        }
    }
}

fn code(task: &str, done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask {task}: {error:#}");
            ExitCode::FAILURE
        }
    }
}
