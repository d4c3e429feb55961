//! Descriptive statistics of one metric, kept in the record for programs that read it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Statistics over all samples of one metric; every number is in the metric's unit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct MetricSummary {
    /// Name of the metric.
    pub metric: String,
    /// Number of samples.
    pub samples: u64,
    /// Number of launches that they come from.
    pub launches: u64,
    /// Arithmetic mean.
    pub mean: f64,
    /// Middle value.
    pub median: f64,
    /// Sample standard deviation; 0 for a single sample.
    pub standard_deviation: f64,
    /// Smallest sample.
    pub min: f64,
    /// Largest sample.
    pub max: f64,
    /// Third quartile minus first quartile.
    pub interquartile_range: f64,
    /// Samples outside Tukey's fences.
    pub outliers: Outliers,
    /// 50th percentile.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// 99.9th percentile.
    pub p99_9: f64,
    /// Iterations per second at the mean; only for times.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operations_per_second: Option<f64>,
}

/// Samples beyond 1.5 interquartile ranges from the quartiles (Tukey 1977).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Outliers {
    /// Below the lower fence.
    pub low: u64,
    /// Above the upper fence.
    pub high: u64,
}
