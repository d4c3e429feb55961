//! What profiles of both sides say about a regression: it explains the verdict and is no part of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::FunctionChange;

/// Functions that cost more of an iteration than in the baseline, beyond the sampling error; the largest growth first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Why {
    /// By CPU time in nanoseconds; empty if none grew beyond the error, absent if it was not profiled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_time: Option<Vec<FunctionChange>>,
    /// By bytes allocated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub allocated_bytes: Option<Vec<FunctionChange>>,
    /// Files with the flame graphs of the difference.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub flame_graphs: Vec<String>,
}
