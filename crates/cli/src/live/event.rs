//! What a run tells while it runs, as lines of JSON.

use fabench_record::{BenchmarkId, Unit};
use serde::{Deserialize, Serialize};

/// One line: which run, and what happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct Told {
    /// Which run: the name of its file.
    pub(crate) run: String,
    /// What happened.
    #[serde(flatten)]
    pub(crate) progress: Progress,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub(crate) enum Progress {
    /// The run begins.
    Started {
        /// Name of the suite.
        suite: String,
        /// Commit it was built from, if known.
        commit: Option<String>,
        /// Benchmarks in the plan.
        benchmarks: usize,
        /// Launches in the plan.
        launches: usize,
    },
    /// A process is being started.
    LaunchStarted {
        /// Which benchmark.
        benchmark: BenchmarkId,
        /// Pass over all benchmarks, from 1.
        pass: u32,
        /// Passes in the plan.
        passes: u32,
    },
    /// A launch ended well.
    LaunchDone {
        /// Which benchmark.
        benchmark: BenchmarkId,
        /// Launches ended so far.
        done: usize,
        /// Launches in the plan.
        launches: usize,
        /// Seconds since the run began.
        seconds: f64,
        /// The launch's value of the primary metric, if it is a timed one.
        value: Option<f64>,
        /// Unit of the value.
        unit: Unit,
    },
    /// A benchmark failed.
    Failed {
        /// Which benchmark.
        benchmark: BenchmarkId,
        /// Why.
        reason: String,
    },
    /// The run is over, or its process is gone.
    Ended,
    /// The history or the baseline changed.
    History,
}
