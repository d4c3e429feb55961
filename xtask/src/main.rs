//! What developers and CI run: `cargo xtask test`. Thin: it calls tools and says how it went.
//!
//! Invariant: exit 0 only if everything that was asked for was done; 1 if something failed; 2 for a wrong command line.

mod arguments;
mod checks;
mod process;
mod workspace;

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Task};

fn main() -> ExitCode {
    match Arguments::parse().task {
        Task::Test(test) => checks::run(&test),
    }
}
