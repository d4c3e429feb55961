//! The stored baseline: the accepted run, and what earlier accepted runs say about the spread between runs.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BenchmarkId, Run};

/// Content of `performance_baseline.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Baseline {
    /// Version of this schema; see [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// When the run was accepted, RFC 3339 in UTC.
    pub accepted_at: String,
    /// True if it was accepted in spite of a regression.
    pub forced: bool,
    /// The accepted run.
    pub run: Run,
    /// Earlier accepted runs of the same machine class, oldest first: the spread between runs.
    #[serde(default)]
    pub past_runs: Vec<PastRun>,
}

/// The centre of every primary metric in one earlier run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PastRun {
    /// Id of the run.
    pub id: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Centre over launches by benchmark, in the metric's unit.
    pub centres: BTreeMap<BenchmarkId, Centre>,
}

/// The centre of one metric in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Centre {
    /// Name of the metric.
    pub metric: String,
    /// Its centre over the launches, in the metric's unit.
    pub value: f64,
}

impl Baseline {
    /// How many past runs are kept.
    pub const MAX_PAST_RUNS: usize = 20;
}
