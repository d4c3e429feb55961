//! What a calibration found out, as it is saved.

use fabench_gate::{NoiseFloor, Policy};
use fabench_record::{BenchmarkId, Environment, Suite};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Version of the file's layout.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Measuring times for which the smallest detectable change is told, in milliseconds.
pub(super) const BUDGETS_MS: [u64; 3] = [1_000, 3_000, 10_000];

/// One calibration of one machine with one suite.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(crate) struct Calibration {
    /// See [`SCHEMA_VERSION`].
    pub(super) schema_version: u32,
    /// When it began.
    pub(super) started_at: String,
    /// The suite it was made with.
    pub(super) suite: Suite,
    /// The machine: class, load at the start, stolen time, frequency governor.
    pub(super) environment: Environment,
    /// The benchmarks, in the suite's order.
    pub(super) benchmarks: Vec<Floor>,
    /// The cores, if there are several and enough launches ran on each.
    pub(super) cores: Vec<Core>,
    /// What could be done to see smaller changes.
    pub(super) advice: Vec<String>,
}

/// How quiet one benchmark is here.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct Floor {
    /// The benchmark.
    pub(super) benchmark: BenchmarkId,
    /// Its primary metric.
    pub(super) metric: String,
    /// Spread and cost of a pair of launches.
    pub(super) noise_floor: NoiseFloor,
    /// What so much measuring time would show.
    pub(super) detectable: Vec<Detectable>,
}

impl Floor {
    pub(super) fn new(
        benchmark: BenchmarkId,
        metric: String,
        noise_floor: NoiseFloor,
        policy: &Policy,
    ) -> Self {
        let detectable = BUDGETS_MS.map(|budget_ms| Detectable {
            budget_ms,
            change: noise_floor.detectable_change(budget_ms, policy),
        });
        Self {
            benchmark,
            metric,
            noise_floor,
            detectable: detectable.to_vec(),
        }
    }
}

/// The smallest change that a measuring time shows.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, JsonSchema)]
pub(super) struct Detectable {
    /// Measuring time of the benchmark, both sides, in milliseconds.
    pub(super) budget_ms: u64,
    /// Relative cost increase (0.1 for 10 %) that is found with a chance of 80 %; absent if the time is too short.
    pub(super) change: Option<f64>,
}

/// What the same work costs on one core.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize, Serialize, JsonSchema)]
pub(super) struct Core {
    /// Logical core, as the system counts.
    pub(super) core: u32,
    /// Cost relative to the middle of all launches: 1.1 is 10 % slower.
    pub(super) relative_cost: f64,
    /// Launches that ran on it.
    pub(super) launches: usize,
}
