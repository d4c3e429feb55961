//! Raw measurements: one process start of a suite executable and the rounds it measured.

use litemap::LiteMap;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Values;

/// One process start of a suite executable for one benchmark.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Launch {
    /// Whether its times count, or only its allocations.
    pub kind: LaunchKind,
    /// Milliseconds from the start of the run to the start of this process: launches are spread over the run.
    pub started_after_ms: u64,
    /// What happened before the first round.
    pub warmup: Warmup,
    /// The rounds in the order they were measured.
    pub rounds: Vec<Round>,
    /// Values that the benchmark reported, by metric name, in the metric's unit.
    #[serde(default, skip_serializing_if = "LiteMap::is_empty")]
    pub values: Values,
    /// Allocations counted over all iterations of a counting launch.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated: Option<AllocationCount>,
    /// Highest resident set size of the process.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peak_rss_bytes: Option<u64>,
}

/// What a launch is good for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum LaunchKind {
    /// Times are measured; allocations are not counted.
    #[default]
    Timed,
    /// Allocations are counted; its times are not used.
    Counting,
}

/// How the benchmark was warmed up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Warmup {
    /// Iterations before the first round.
    pub iterations: u64,
    /// Wall time they took.
    pub wall_ns: u64,
    /// Whether the times had become steady when warm-up ended (else its time bound ended it).
    pub steady: bool,
}

/// Sub-samples measured back to back, all with the same number of iterations.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Round {
    /// Iterations in each sub-sample; at least 1.
    pub iterations: u64,
    /// Wall time of each sub-sample.
    pub wall_ns: Vec<u64>,
    /// CPU time of the process during each sub-sample; as long as `wall_ns`.
    pub cpu_ns: Vec<u64>,
}

/// Allocations of a counting launch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AllocationCount {
    /// Iterations during which allocations were counted; at least 1.
    pub iterations: u64,
    /// Calls that allocated or grew memory.
    pub count: u64,
    /// Bytes requested by them.
    pub bytes: u64,
}
