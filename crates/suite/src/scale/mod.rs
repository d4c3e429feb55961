//! Benchmarks at full size, off by default: `fabench run --scale` sets `FREEAGENTICS_SCALE`; `--nats URL` alone adds
//! the one over NATS.

mod connections;
mod messages;
mod nats;
mod spawn;

use crate::services::nats::named;
use fabench_harness::{Benchmark, Direction, Metric, Suite, Unit};

use crate::websocket_connection::{is_given, on_server};

/// The variable that asks for them.
const VARIABLE: &str = "FREEAGENTICS_SCALE";

/// Adds them if they are asked for.
pub(crate) fn add(suite: Suite) -> Suite {
    let all = std::env::var_os(VARIABLE).is_some_and(|value| !value.is_empty());
    if !all && named().is_none() {
        return suite;
    }
    let suite = suite.add(
        Benchmark::new(
            "message_throughput/nats",
            "1 000 000 messages of 64 bytes to another process over a NATS server",
        )
        .parameter(
            "server",
            if named().is_some() {
                "named"
            } else {
                "private"
            },
        )
        .throughput(nats::MESSAGES as f64),
        nats::measure,
    );
    if !all {
        return suite;
    }
    let bytes = |name: &str| Metric::value(name, Unit::Bytes, Direction::LowerIsBetter);
    suite
        .add(
            Benchmark::new(
                "agent_spawn/million",
                "create 1 000 000 explorers at once, until all are there",
            )
            .throughput(spawn::AGENTS as f64)
            .metric(bytes("bytes_per_agent")),
            spawn::measure,
        )
        .add(
            Benchmark::new(
                "message_throughput/million",
                "10 000 000 messages from agent to random agent, 1 000 000 alive",
            )
            .throughput(messages::MESSAGES as f64),
            messages::measure,
        )
        .add(
            ten_thousand(bytes("bytes_per_connection")),
            connections::measure,
        )
}

/// The memory of a given server's process cannot be seen from here.
fn ten_thousand(bytes: Metric) -> Benchmark {
    let benchmark = on_server(Benchmark::new(
        "websocket_connection/ten_thousand",
        "open 10 000 connections, echo on each, close them",
    ))
    .throughput(f64::from(connections::CONNECTIONS));
    if is_given() {
        benchmark
    } else {
        benchmark.metric(bytes)
    }
}
