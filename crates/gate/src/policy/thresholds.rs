//! The thresholds of one metric, overrides applied.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, Policy};

/// The thresholds that hold for one metric of one benchmark.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Thresholds {
    /// From here on a regression.
    pub critical: Fraction,
    /// From here on a warning; never above `critical`.
    pub warning: Fraction,
    /// From here on an improvement.
    pub improvement: Fraction,
    /// In the metric's unit: beside a zero baseline, costs up to here are no change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absolute_floor: Option<f64>,
}

impl Default for Thresholds {
    fn default() -> Self {
        Policy::default().thresholds_for_any()
    }
}
