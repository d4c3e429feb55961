//! `memory_usage/*`: what agents weigh, what their beliefs compress to, what pooling saves.

mod agent_lifecycle;
mod belief_compression;
mod matrix_pooling;

use fabench_harness::{Benchmark, Direction, Metric, Suite, Unit};

pub(crate) fn add(suite: Suite) -> Suite {
    let lower = |name: &str, unit| Metric::value(name, unit, Direction::LowerIsBetter);
    let ratio = |name: &str| Metric::value(name, Unit::Ratio, Direction::HigherIsBetter);
    suite
        .add(
            Benchmark::new(
                "memory_usage/agent_lifecycle",
                "create 10 000 explorers, step each 10 times, drop them",
            )
            .throughput(agent_lifecycle::STEPS as f64)
            .metric(lower("bytes_per_agent", Unit::Bytes))
            .metric(lower("bytes_left", Unit::Bytes))
            .primary("bytes_per_agent"),
            agent_lifecycle::measure,
        )
        .add(
            Benchmark::new(
                "memory_usage/belief_compression",
                "compress and restore the beliefs of 1 000 explorers after 50 steps",
            )
            .single_threaded()
            .primary_cpu_time()
            .throughput(belief_compression::BELIEFS as f64)
            .metric(ratio("compression_ratio"))
            .metric(lower("error", Unit::Other("nats".into())))
            .metric(lower("compress_time", Unit::Nanoseconds))
            .metric(lower("restore_time", Unit::Nanoseconds)),
            belief_compression::measure,
        )
        .add(
            Benchmark::new(
                "memory_usage/matrix_pooling",
                "take a 50 x 50 matrix of f64 from the pool, write a row, give it back",
            )
            .single_threaded()
            .primary_cpu_time()
            .exact_allocations()
            .metric(lower("allocation_time", Unit::Nanoseconds))
            .metric(ratio("advantage")),
            matrix_pooling::measure,
        )
}
