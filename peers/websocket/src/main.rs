//! `cargo xtask peers websocket`: the gateway beside node's `ws`, Python's `websockets` and axum's
//! defaults, on the same work, in one run. Each server runs in a process of its own, and the load
//! in another; systems take turns within each round, so that all see the same machine.

mod axum_server;
mod round;
mod systems;
mod table;

use clap::Parser;

use crate::round::Work;
use crate::systems::System;

/// Measures WebSocket servers side by side.
#[derive(Debug, Parser)]
struct Arguments {
    /// Rounds in which every system takes its turn
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Idle connections whose memory is measured; 0 skips it
    #[arg(long, default_value_t = 10_000)]
    idle: usize,
    /// Messages published to 1000 clients in each round
    #[arg(long, default_value_t = 1000)]
    publishes: usize,
    /// Only systems whose name contains this; the gateway always runs, as the measure of all
    #[arg(long)]
    only: Option<String>,
    /// Be the axum server: used by this program to start itself again
    #[arg(long, hide = true)]
    serve_axum: bool,
}

fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    if arguments.serve_axum {
        return axum_server::serve();
    }
    let load = systems::build_load_generator()?;
    let mut contenders = Vec::new();
    for system in System::ALL {
        let wanted = arguments
            .only
            .as_deref()
            .is_none_or(|only| system.name().contains(only));
        if !wanted && system != System::Gateway {
            continue;
        }
        match system.prepare(&load) {
            Ok(command) => contenders.push((system, command, Vec::new())),
            Err(reason) => eprintln!("{} left out: {reason:#}", system.name()),
        }
    }
    let work = Work {
        idle: arguments.idle,
        publishes: arguments.publishes,
    };
    for round in 1..=arguments.rounds.max(1) {
        for (system, start, results) in &mut contenders {
            eprintln!(
                "round {round} of {}: {}",
                arguments.rounds.max(1),
                system.name()
            );
            results.push(round::measure(start, &load, &work)?);
        }
    }
    let rows: Vec<_> = contenders
        .iter()
        .map(|(system, _, results)| (system.name(), results.as_slice()))
        .collect();
    table::print(&rows);
    Ok(())
}
