//! One benchmark within a run: its declaration, its outcome and its launches.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{BenchmarkId, Launch, Metric, MetricSummary};

/// Everything measured for one benchmark in one run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Benchmark {
    /// `category/name`.
    pub id: BenchmarkId,
    /// What one iteration does, in a line.
    pub description: String,
    /// What was varied, such as `backend = sqlite`. Benchmarks that differ here are not compared.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// True if the benchmark declares that it uses one thread, so that it may be pinned to one core.
    pub single_threaded: bool,
    /// Name of the metric that is judged.
    pub primary: String,
    /// All metrics, the primary one among them; names are unique.
    pub metrics: Vec<Metric>,
    /// Whether it ran to its end.
    pub outcome: Outcome,
    /// Launches in the order they were made.
    pub launches: Vec<Launch>,
    /// Descriptive statistics for other programs, one per metric. fabench itself reads the launches.
    #[serde(default)]
    pub summary: Vec<MetricSummary>,
}

impl Benchmark {
    /// The metric called `name`.
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The metric that is judged.
    pub fn primary_metric(&self) -> Option<&Metric> {
        self.metric(&self.primary)
    }

    /// The statistics of the metric called `name`.
    pub fn summary_of(&self, name: &str) -> Option<&MetricSummary> {
        self.summary.iter().find(|summary| summary.metric == name)
    }
}

/// Whether a benchmark ran to its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// All launches ended well and the benchmark verified its work.
    Measured,
    /// A launch crashed, hung, broke the protocol or found its own result wrong.
    Failed {
        /// What happened.
        reason: String,
        /// The last lines that the process wrote to its standard error.
        stderr_tail: String,
    },
    /// The run was interrupted before this benchmark had enough launches.
    Interrupted,
}
