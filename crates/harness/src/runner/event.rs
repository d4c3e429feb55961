//! What a run tells while it runs; the runner itself prints nothing.

use fabench_record::{Benchmark, BenchmarkId, Launch};

/// A step of a run, in the order in which it happens.
#[derive(Clone, Copy, Debug)]
pub enum Event<'a> {
    /// The run begins.
    Started {
        /// Benchmarks in the plan.
        benchmarks: usize,
        /// Launches in the plan; fewer are made if benchmarks fail.
        launches: usize,
    },
    /// A process is being started.
    LaunchStarted {
        /// Which benchmark.
        benchmark: &'a BenchmarkId,
        /// Pass over all benchmarks, from 1.
        pass: u32,
        /// Passes in the plan, the counting pass included.
        passes: u32,
    },
    /// A round was measured.
    RoundDone {
        /// Which benchmark.
        benchmark: &'a BenchmarkId,
        /// Rounds measured in this launch so far.
        rounds: usize,
    },
    /// A launch ended well.
    LaunchDone {
        /// Which benchmark.
        benchmark: &'a BenchmarkId,
        /// What it measured.
        launch: &'a Launch,
        /// Launches ended so far, those skipped after a failure included.
        done: usize,
        /// Launches in the plan.
        launches: usize,
    },
    /// A benchmark had its last launch, or failed.
    BenchmarkDone {
        /// Its record, as it will be returned.
        benchmark: &'a Benchmark,
    },
}
