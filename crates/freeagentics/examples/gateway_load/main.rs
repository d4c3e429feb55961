//! Load for a WebSocket gateway: how fast clients get in, how fast they are answered, how many
//! deliveries a second reach a thousand of them, and what ten thousand cost.
//!
//! `cargo run --release -p freeagentics --example gateway_load` starts a gateway in a process of
//! its own and measures it; `--address HOST:PORT --pid PID` measures another server which speaks
//! the same few messages. Invariant: load and server are never in one process.

mod broadcast;
mod crowd;
mod echo;
mod server;
mod setup;
mod statistics;

use std::net::SocketAddr;

use clap::Parser;
use serde_json::json;

use crate::statistics::Latencies;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Measures a WebSocket gateway from another process.
#[derive(Debug, Parser)]
struct Arguments {
    /// Measure the server at this address instead of starting a gateway
    #[arg(long)]
    address: Option<SocketAddr>,
    /// Process of that server, for its memory
    #[arg(long, requires = "address")]
    pid: Option<u32>,
    /// Connections made one after another
    #[arg(long, default_value_t = 2000)]
    setups: usize,
    /// Connections opened at once, and subscribers of the broadcast
    #[arg(long, default_value_t = 1000)]
    crowd: usize,
    /// Idle connections whose memory is measured; 0 skips it
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Messages echoed one after another
    #[arg(long, default_value_t = 20_000)]
    echoes: usize,
    /// Messages published to the crowd
    #[arg(long, default_value_t = 3000)]
    publishes: usize,
    /// Print one line of JSON instead of a table
    #[arg(long)]
    json: bool,
    /// Be the server: used by this program to start itself again
    #[arg(long, hide = true)]
    serve: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let _ = freeagentics::gateway::raise_descriptor_limit();
    if arguments.serve {
        return server::serve();
    }
    freeagentics::gateway::reserve_descriptors(
        std::io::stdin(),
        arguments.crowd.max(arguments.idle) + 64,
    );
    let started = match arguments.address {
        Some(_) => None,
        None => Some(server::Started::start()?),
    };
    let (address, pid) = match (&started, arguments.address) {
        (Some(started), _) => (started.address, Some(started.pid())),
        (None, Some(address)) => (address, arguments.pid),
        (None, None) => anyhow::bail!("no server"),
    };
    let figures = measure(address, pid, &arguments)?;
    figures.print(&arguments);
    Ok(())
}

/// What was measured.
struct Figures {
    setup: Latencies,
    crowd: Latencies,
    echo: Latencies,
    deliveries_per_s: f64,
    bytes_each: Option<f64>,
}

fn measure(
    address: SocketAddr,
    pid: Option<u32>,
    arguments: &Arguments,
) -> anyhow::Result<Figures> {
    // One thread leaves the other core to the server; a crowd is more than one thread can open.
    let one = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let two = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()?;
    // First, or what other work leaves behind would pass for room that connections do not need.
    let bytes_each = match pid {
        Some(pid) if arguments.idle > 0 => {
            Some(one.block_on(crowd::bytes_each(address, pid, arguments.idle))?)
        }
        _ => None,
    };
    Ok(Figures {
        bytes_each,
        setup: one.block_on(setup::sequential(address, arguments.setups))?,
        crowd: two.block_on(crowd::at_once(address, arguments.crowd))?,
        echo: one.block_on(echo::ping_pong(address, arguments.echoes))?,
        deliveries_per_s: one.block_on(broadcast::deliver(
            address,
            arguments.crowd,
            arguments.publishes,
        ))?,
    })
}

impl Figures {
    fn print(&self, arguments: &Arguments) {
        let Self {
            setup, crowd, echo, ..
        } = self;
        if arguments.json {
            let line = json!({
                "setup_p50_us": setup.quantile_us(0.5),
                "setup_p99_us": setup.quantile_us(0.99),
                "crowd_p99_ms": crowd.quantile_us(0.99) / 1e3,
                "echo_p50_us": echo.quantile_us(0.5),
                "echo_p99_us": echo.quantile_us(0.99),
                "deliveries_per_s": self.deliveries_per_s,
                "bytes_per_connection": self.bytes_each,
            });
            println!("{line}");
            return;
        }
        println!(
            "setup      {} in sequence: p50 {:.1} µs, p99 {:.1} µs",
            arguments.setups,
            setup.quantile_us(0.5),
            setup.quantile_us(0.99)
        );
        println!(
            "at once    {} connections, each echoed: p50 {:.1} ms, p99 {:.1} ms",
            arguments.crowd,
            crowd.quantile_us(0.5) / 1e3,
            crowd.quantile_us(0.99) / 1e3
        );
        println!(
            "echo       p50 {:.1} µs, p99 {:.1} µs",
            echo.quantile_us(0.5),
            echo.quantile_us(0.99)
        );
        println!(
            "broadcast  {:.2} M deliveries/s to {} clients",
            self.deliveries_per_s / 1e6,
            arguments.crowd
        );
        if let Some(bytes) = self.bytes_each {
            println!(
                "memory     {bytes:.0} bytes a connection ({} idle)",
                arguments.idle
            );
        }
    }
}
