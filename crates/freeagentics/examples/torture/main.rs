//! Campaigns that try to break the runtime, its store, its bus and the gateway: `cargo xtask torture` runs them.
//!
//! `cargo run -p freeagentics --example torture -- gateway --seconds 60 --seed 1`. Invariant: the last line of standard output
//! says how much was tried and what was measured; a broken promise is an error and exit status 1.

mod gateway;
mod honest;
mod keep;
mod messages;
mod misdeeds;
#[path = "../../tests/bus/server.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod nats_server;
#[path = "../../tests/gateway_support/raw.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod raw;
#[path = "../../tests/store/support.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod records;
mod scenario;
mod server;
mod servers;
mod slope;
mod soak;
#[path = "../../tests/bus/support.rs"]
#[allow(dead_code, reason = "the tests use more of it")]
mod support;

use std::time::Duration;

use clap::{Parser, Subcommand};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Tries to break the runtime, its store, its bus and the gateway.
#[derive(Debug, Parser)]
struct Arguments {
    #[command(subcommand)]
    campaign: Campaign,
}

#[derive(Debug, Subcommand)]
enum Campaign {
    /// Sent = handled + rejected + dead-lettered, whatever happens
    Messages(Effort),
    /// Misdeeds beside honest and idle clients
    Gateway(Effort),
    /// Many agents and clients for a long time
    Soak(Effort),
    /// Keepers of snapshots killed at random
    Store(Effort),
    /// Servers killed, paused and cut off
    Servers(Effort),
    /// Keep one snapshot after another: used by this program to start itself again
    #[command(hide = true)]
    Keep { place: String, first: u64 },
    /// Be the server: used by this program to start itself again
    #[command(hide = true)]
    Serve(server::Settings),
}

/// How long, and by which draws.
#[derive(Clone, Copy, Debug, clap::Args)]
struct Effort {
    /// About how long it takes
    #[arg(long, default_value_t = 30.0)]
    seconds: f64,
    /// Of all that is drawn at random
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

impl Effort {
    fn time(self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }
}

fn main() -> anyhow::Result<()> {
    let figures = match Arguments::parse().campaign {
        Campaign::Messages(effort) => messages::run(effort)?,
        Campaign::Gateway(effort) => threads()?.block_on(gateway::run(effort))?,
        Campaign::Soak(effort) => threads()?.block_on(soak::run(effort))?,
        Campaign::Store(effort) => keep::run(effort)?,
        Campaign::Servers(effort) => threads()?.block_on(servers::run(effort))?,
        Campaign::Keep { place, first } => {
            return threads()?.block_on(keep::keep(&place, first));
        }
        Campaign::Serve(settings) => return server::serve(&settings),
    };
    println!("{figures}");
    Ok(())
}

/// The load's own threads; the server has a process of its own.
fn threads() -> anyhow::Result<tokio::runtime::Runtime> {
    let _ = freeagentics::gateway::raise_descriptor_limit();
    Ok(tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?)
}
