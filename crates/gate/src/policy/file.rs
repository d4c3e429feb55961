//! The policy as it stands in `fabench.toml`, before it is checked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Fraction, Mute, Override, Policy, PolicyError, RunSpreadPrior};

/// What stands in the file.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Unchecked {
    critical: Fraction,
    warning: Fraction,
    improvement: Fraction,
    family_wise_error: Fraction,
    family_size: u32,
    run_spread: RunSpreadPrior,
    #[serde(rename = "override", skip_serializing_if = "Vec::is_empty")]
    overrides: Vec<Override>,
    #[serde(rename = "mute", skip_serializing_if = "Vec::is_empty")]
    mutes: Vec<Mute>,
}

impl Default for Unchecked {
    fn default() -> Self {
        Policy::default().into()
    }
}

impl From<Policy> for Unchecked {
    fn from(policy: Policy) -> Self {
        Self {
            critical: policy.critical,
            warning: policy.warning,
            improvement: policy.improvement,
            family_wise_error: policy.family_wise_error,
            family_size: policy.family_size,
            run_spread: policy.run_spread,
            overrides: policy.overrides,
            mutes: policy.mutes,
        }
    }
}

impl TryFrom<Unchecked> for Policy {
    type Error = PolicyError;

    fn try_from(raw: Unchecked) -> Result<Self, PolicyError> {
        let policy = Self {
            critical: raw.critical,
            warning: raw.warning,
            improvement: raw.improvement,
            family_wise_error: raw.family_wise_error,
            family_size: raw.family_size,
            run_spread: raw.run_spread,
            overrides: raw.overrides,
            mutes: raw.mutes,
        };
        policy.validated()
    }
}
