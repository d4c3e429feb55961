//! Benchmarks at full size, off by default: `fabench run --scale` sets `FREEAGENTICS_SCALE`.

mod connections;
mod messages;
mod spawn;

use fabench_harness::{Benchmark, Direction, Metric, Suite, Unit};

use crate::websocket_connection::{is_given, on_server};

/// The variable that asks for them.
const VARIABLE: &str = "FREEAGENTICS_SCALE";

/// Adds them if they are asked for.
pub(crate) fn add(suite: Suite) -> Suite {
    if std::env::var_os(VARIABLE).is_none_or(|value| value.is_empty()) {
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
