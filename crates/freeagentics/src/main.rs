//! The command `freeagentics`. Invariant: this binary prints; the library only logs.

#![forbid(unsafe_code)]

mod commands;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Active-inference agents: run them, watch them, steer them.
#[derive(Debug, Parser)]
#[command(name = "freeagentics", version, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run agents and serve them over WebSocket, with a page to watch them
    Serve(commands::serve::Arguments),
    /// Let explorers live for a while and keep them in a store
    Snapshot(commands::snapshot::Arguments),
    /// Bring the explorers of a store back to life
    Restore(commands::restore::Arguments),
}

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return commands::secret::refuse(&error),
    };
    let result = commands::secret::leave_command_line();
    let result = result.and_then(|()| match &arguments.command {
        Command::Serve(arguments) => commands::serve::run(arguments),
        Command::Snapshot(arguments) => commands::snapshot::run(arguments),
        Command::Restore(arguments) => commands::restore::run(arguments),
    });
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
