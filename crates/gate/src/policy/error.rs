//! Why a policy is refused: the place and the remedy.

use super::Fraction;

/// Why a policy is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum PolicyError {
    /// The warning threshold is above the critical one.
    #[error(
        "{place}: warning ({warning}) is above critical ({critical}); lower it, or raise critical"
    )]
    Order {
        /// Where in the policy.
        place: String,
        /// Warning threshold.
        warning: Fraction,
        /// Critical threshold.
        critical: Fraction,
    },
    /// A probability of 0, or of 1 and more.
    #[error("{place} is {value}; it is a chance of being wrong: write something like \"1 %\"")]
    Probability {
        /// Where in the policy.
        place: &'static str,
        /// The value.
        value: Fraction,
    },
    /// A number that has to be positive.
    #[error("{place} must be a number above 0")]
    Positive {
        /// Where in the policy.
        place: &'static str,
    },
    /// A direction for all metrics at once.
    #[error(
        "override of `{benchmark}`: direction needs `metric`; times and memory of one benchmark can't all be better higher"
    )]
    NoMetric {
        /// Whose override.
        benchmark: String,
    },
    /// A budget that is no measuring time.
    #[error(
        "override of `{benchmark}`: budget is not a time from 1 ms to a day; write something like \"40 s\""
    )]
    Budget {
        /// Whose override.
        benchmark: String,
    },
}
