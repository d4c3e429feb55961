//! Exceptions from the general policy, by benchmark and metric.

use fabench_record::{BenchmarkId, Direction};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, Pattern};
use crate::goal::Quantity;

/// An exception; a table `[[policy.override]]` of `fabench.toml`. What is not said stays as it is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Override {
    /// The benchmarks it holds for: an id, or a pattern with `*` and `?`.
    pub benchmark: Pattern,
    /// The metric it holds for; all if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// Replaces the critical threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub critical: Option<Fraction>,
    /// Replaces the warning threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub warning: Option<Fraction>,
    /// Replaces the improvement threshold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub improvement: Option<Fraction>,
    /// In the metric's unit: beside a zero baseline, costs up to here are no change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute_floor: Option<f64>,
    /// Replaces the spread between runs that is believed in before any was seen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_spread: Option<Fraction>,
    /// Replaces the direction that the suite declares; needs `metric`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Most measuring time of a side-by-side comparison, such as `"40 s"`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget: Option<Quantity>,
    /// Whether the metric is judged although it is not the primary one; needs `metric`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub judge: Option<bool>,
}

impl Override {
    /// An exception for `benchmark` that says nothing yet.
    pub fn new(benchmark: Pattern) -> Self {
        Self {
            benchmark,
            metric: None,
            critical: None,
            warning: None,
            improvement: None,
            absolute_floor: None,
            run_spread: None,
            direction: None,
            budget: None,
            judge: None,
        }
    }

    pub(crate) fn applies_to(&self, id: &BenchmarkId, metric: &str) -> bool {
        self.benchmark.matches(id.as_str())
            && self.metric.as_deref().is_none_or(|named| named == metric)
    }
}
