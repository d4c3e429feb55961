//! The messages, as data.

use std::collections::BTreeMap;

use fabench_record::{
    AllocationCount, Benchmark, BenchmarkId, Launch, LaunchKind, Metric, Outcome, Profile,
    ProfileKind, Round, Warmup,
};
use serde::{Deserialize, Serialize};

/// From the tool to the suite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Asks for the benchmarks; answered by [`Reply::Benchmarks`].
    List,
    /// Prepares and warms up one benchmark, once per process; answered by [`Reply::Ready`].
    Start(Start),
    /// Measures one round; answered by [`Reply::Round`].
    Round,
    /// Ends measuring; the benchmark verifies its work and the process ends after [`Reply::Done`].
    Finish,
}

/// From the suite to the tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "reply", rename_all = "snake_case")]
pub enum Reply {
    /// Sent once, unasked, as the first line.
    Hello(Hello),
    /// What the suite offers.
    Benchmarks {
        /// The declarations, ids unique.
        benchmarks: Vec<Declaration>,
    },
    /// The benchmark is warm.
    Ready(Ready),
    /// One round.
    Round {
        /// Which benchmark was measured.
        benchmark: BenchmarkId,
        /// The measured sub-samples.
        round: Round,
    },
    /// The benchmark ended well.
    Done(Done),
    /// The benchmark failed; the process ends.
    Failed {
        /// Why.
        message: String,
    },
}

/// Who answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hello {
    /// See [`super::PROTOCOL_VERSION`].
    pub protocol: u32,
    /// Name of the suite.
    pub suite: String,
    /// Version of the suite.
    pub version: String,
    /// Compiler that built it.
    pub toolchain: String,
    /// Allocator that it uses.
    pub allocator: String,
    /// Whether counting launches can count allocations.
    pub counts_allocations: bool,
    /// What it can profile; empty where it was built before there were profiles.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub profiles: Vec<ProfileKind>,
}

/// One benchmark as its suite declares it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Declaration {
    /// `category/name`.
    pub id: BenchmarkId,
    /// What one iteration does.
    pub description: String,
    /// What is varied.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Whether it may be pinned to one core.
    pub single_threaded: bool,
    /// Name of the metric that is judged.
    pub primary: String,
    /// All metrics.
    pub metrics: Vec<Metric>,
}

impl Declaration {
    /// The record of this benchmark with what was measured.
    pub fn record(&self, outcome: Outcome, launches: Vec<Launch>) -> Benchmark {
        Benchmark {
            id: self.id.clone(),
            description: self.description.clone(),
            parameters: self.parameters.clone(),
            single_threaded: self.single_threaded,
            primary: self.primary.clone(),
            metrics: self.metrics.clone(),
            outcome,
            launches,
            summary: Vec::new(),
        }
    }
}

/// Which benchmark to prepare, and how to sample it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Start {
    /// Which benchmark.
    pub benchmark: BenchmarkId,
    /// Measure times, or count allocations.
    pub mode: LaunchKind,
    /// How to sample.
    pub sampling: Sampling,
    /// Logical core to pin the benchmark to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub core: Option<u32>,
    /// Take a profile of this launch: of a timed one the CPU's, of a counting one the memory's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<ProfileKind>,
}

/// How a worker samples.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sampling {
    /// Bound on the warm-up.
    pub warmup_ns: u64,
    /// Wall time that a sub-sample should last at least; raised to 1 000 steps of the clock.
    pub subsample_ns: u64,
    /// Most sub-samples in a round; slow benchmarks take fewer, so that a round lasts about
    /// `subsample_ns × subsamples`.
    pub subsamples: u32,
    /// Iterations of each sub-sample; calibrated by the worker if absent. If given, a round has exactly
    /// `subsamples` sub-samples, so that launches can be made alike.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iterations: Option<u64>,
    /// Share of its own work, in thousandths, that the benchmark does again without counting it: a known slow-down, with
    /// which the gate is tested. 0 in honest measurements.
    #[serde(default)]
    pub extra_work_permille: u32,
    /// Whether latency probes, which follow the rounds, are wanted; without them a launch is shorter.
    #[serde(default = "yes")]
    pub probe: bool,
}

fn yes() -> bool {
    true
}

impl Sampling {
    /// The same sampling with rounds like those of a launch that was calibrated before.
    #[must_use]
    pub fn like(self, ready: &Ready) -> Self {
        Self {
            iterations: Some(ready.iterations),
            subsamples: ready.subsamples,
            ..self
        }
    }
}

impl Default for Sampling {
    /// Sub-samples of 1 ms, 20 to a round, at most 300 ms of warm-up.
    fn default() -> Self {
        Self {
            warmup_ns: 300_000_000,
            subsample_ns: 1_000_000,
            subsamples: 20,
            iterations: None,
            extra_work_permille: 0,
            probe: true,
        }
    }
}

/// How the rounds will look.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// Which benchmark.
    pub benchmark: BenchmarkId,
    /// Iterations of each sub-sample.
    pub iterations: u64,
    /// Sub-samples of each round.
    pub subsamples: u32,
    /// What warm-up took.
    pub warmup: Warmup,
    /// Most rounds that a launch may have, where it can't have as many as time allows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_rounds: Option<u32>,
}

/// What a benchmark leaves behind at its end.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// Which benchmark.
    pub benchmark: BenchmarkId,
    /// Reported values, by metric.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Vec<f64>>,
    /// Allocations, from counting launches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated: Option<AllocationCount>,
    /// Highest resident set size of the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rss_bytes: Option<u64>,
    /// What the same process measured of other benchmarks, where it can't measure one alone; theirs are empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also: Vec<Done>,
    /// The profile that was asked for, or why it can't be taken here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub profile: Option<Result<Profile, String>>,
}
