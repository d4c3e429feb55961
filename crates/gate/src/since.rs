//! Since when a metric is at its present level: a finding about earlier runs that goes with a verdict.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The beginning of the present level in the series of earlier runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Since {
    /// First run of the level.
    pub run: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Whole days from then to the judged run.
    pub days: u32,
    /// Its commit, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Cost of the level relative to the one before; above 1 is worse.
    pub ratio: f64,
    /// Chance of so clear a change where there is none, if it was tested.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
}
