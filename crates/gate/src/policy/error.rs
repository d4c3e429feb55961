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
}
