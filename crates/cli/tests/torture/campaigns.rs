//! Campaigns that try to break the command line tool: `cargo xtask torture` runs them.
//!
//! `cargo run -p fabench --example cli-torture -- files --seconds 60 --seed 1`. Invariant: the last line of standard output
//! says how much was tried and what was measured; a broken promise is an error and exit status 1.

mod files;
mod killing;
mod lane;
mod liar;
mod names;
mod tool;
mod worker;

use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};

use tool::Effort;

/// Tries to break the command line tool.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    campaign: Campaign,
}

#[derive(Debug, Subcommand)]
enum Campaign {
    /// Commands that write files, killed at random moments
    Files(Length),
    /// Names that mean something to shells, terminals, pages, comments and file systems
    Names(Length),
    /// Suites that lie, stall, flood, fill the memory and die
    Worker(Length),
}

#[derive(Clone, Copy, Debug, clap::Args)]
struct Length {
    /// About how long it takes
    #[arg(long, default_value_t = 30.0)]
    seconds: f64,
    /// Of all that is drawn at random
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Length {
    fn effort(self) -> Effort {
        Effort {
            time: Duration::from_secs_f64(self.seconds),
            seed: self.seed,
        }
    }
}

fn main() -> anyhow::Result<ExitCode> {
    match std::env::var(liar::LIAR) {
        Ok(told) if told == "hold" => liar::hold(),
        Ok(told) => return Ok(liar::main(&told)),
        Err(_) => {}
    }
    let figures = match Arguments::parse().campaign {
        Campaign::Files(length) => files::run(length.effort())?,
        Campaign::Names(length) => names::run(length.effort())?,
        Campaign::Worker(length) => worker::run(length.effort(), &std::env::current_exe()?)?,
    };
    println!("{figures}");
    Ok(ExitCode::SUCCESS)
}
