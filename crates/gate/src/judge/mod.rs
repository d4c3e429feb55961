//! The table that decides: estimate, interval and thresholds in, verdict out. The first row that matches wins.
//!
//! Invariant: every comparison, stored or side by side, gets its verdict here and nowhere else.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::comparison::RatioInterval;
use crate::policy::Thresholds;

/// What a comparison comes to.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Costs more, by the critical threshold at least, and surely by more than the warning threshold.
    Regression,
    /// Did not run to its end, or found its own result wrong.
    Failed,
    /// In the baseline, not in the candidate.
    Missing,
    /// Costs more, by the warning threshold at least, and surely more than nothing.
    Warning,
    /// Another machine class, schema, method, set of parameters or metric.
    NotComparable,
    /// Measured, not decided.
    Inconclusive,
    /// Costs less, by the improvement threshold at least, and surely.
    Improvement,
    /// Surely within the thresholds.
    Unchanged,
    /// In the candidate, not in the baseline.
    New,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Regression => "regression",
            Self::Failed => "failed",
            Self::Missing => "missing",
            Self::Warning => "warning",
            Self::NotComparable => "not comparable",
            Self::Inconclusive => "inconclusive",
            Self::Improvement => "improvement",
            Self::Unchanged => "unchanged",
            Self::New => "new",
        })
    }
}

impl Verdict {
    /// Regression, warning and improvement: a change was found.
    pub fn is_flag(self) -> bool {
        matches!(self, Self::Regression | Self::Warning | Self::Improvement)
    }
}

/// Estimate and interval of the logarithm of the cost ratio.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct LogInterval {
    pub(crate) estimate: f64,
    pub(crate) lower: f64,
    pub(crate) upper: f64,
}

impl LogInterval {
    /// `estimate` ± `half_width`; a width that is not a number is infinite.
    pub(crate) fn around(estimate: f64, half_width: f64) -> Self {
        let half_width = if half_width >= 0.0 {
            half_width
        } else {
            f64::INFINITY
        };
        Self {
            estimate,
            lower: estimate - half_width,
            upper: estimate + half_width,
        }
    }
}

/// Absorbs rounding where a change equals a threshold: 110 against 100 is +10 %.
const ROUNDING: f64 = 1e-12;

/// Judges a cost ratio by the table: regression, warning, improvement, unchanged or inconclusive.
pub fn judge(ratio: &RatioInterval, thresholds: &Thresholds) -> Verdict {
    judge_log(
        &LogInterval {
            estimate: ratio.estimate.ln(),
            lower: ratio.lower.ln(),
            upper: ratio.upper.ln(),
        },
        thresholds,
    )
}

pub(crate) fn judge_log(ratio: &LogInterval, thresholds: &Thresholds) -> Verdict {
    let critical = thresholds.critical.log();
    let warning = thresholds.warning.log();
    let improvement = thresholds.improvement.log();
    let LogInterval {
        estimate,
        lower,
        upper,
    } = *ratio;
    if estimate >= critical - ROUNDING && lower > warning {
        Verdict::Regression
    } else if estimate >= warning - ROUNDING && lower > 0.0 {
        Verdict::Warning
    } else if estimate <= ROUNDING - improvement && upper < 0.0 {
        Verdict::Improvement
    } else if lower > -improvement && upper < warning {
        Verdict::Unchanged
    } else if lower == upper && estimate.abs() < ROUNDING {
        // Thresholds of zero: no change at all lies on the edge of an empty range.
        Verdict::Unchanged
    } else {
        Verdict::Inconclusive
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::policy::Fraction;

    fn verdict(estimate: f64, lower: f64, upper: f64) -> Verdict {
        let ratio = RatioInterval {
            estimate: 1.0 + estimate,
            lower: 1.0 + lower,
            upper: 1.0 + upper,
        };
        judge(&ratio, &Thresholds::default())
    }

    #[test]
    fn the_first_row_that_matches_wins() {
        for (estimate, lower, upper, expected) in [
            (0.12, 0.06, 0.18, Verdict::Regression),
            (0.10, 0.10, 0.10, Verdict::Regression),
            (0.12, 0.04, 0.20, Verdict::Warning),
            (0.09, 0.06, 0.12, Verdict::Warning),
            (0.05, 0.05, 0.05, Verdict::Warning),
            (0.12, -0.01, 0.25, Verdict::Inconclusive),
            (0.04, 0.01, 0.049, Verdict::Unchanged),
            (0.04, 0.01, 0.06, Verdict::Inconclusive),
            (-0.10, -0.15, -0.01, Verdict::Improvement),
            (-0.03, -0.045, -0.01, Verdict::Unchanged),
            (-0.10, -0.25, 0.01, Verdict::Inconclusive),
            (0.0, -0.04, 0.04, Verdict::Unchanged),
            (0.0, -0.06, 0.04, Verdict::Inconclusive),
        ] {
            assert_eq!(
                verdict(estimate, lower, upper),
                expected,
                "{estimate} {lower} {upper}"
            );
        }
    }

    #[test]
    fn nothing_is_decided_by_nan_or_infinity() {
        let nan = LogInterval::around(f64::NAN, f64::NAN);
        assert_eq!(
            judge_log(&nan, &Thresholds::default()),
            Verdict::Inconclusive
        );
        let wide = LogInterval::around(5.0, f64::NAN);
        assert_eq!(
            judge_log(&wide, &Thresholds::default()),
            Verdict::Inconclusive
        );
    }

    #[test]
    fn thresholds_of_zero_flag_any_exact_change() {
        let none = Fraction::new(0.0);
        let strict = Thresholds {
            critical: none,
            warning: none,
            improvement: none,
            absolute_floor: None,
        };
        let exact = |change: f64| judge_log(&LogInterval::around(change, 0.0), &strict);
        assert_eq!(exact(0.0), Verdict::Unchanged);
        assert_eq!(exact(1e-6), Verdict::Regression);
        assert_eq!(exact(-1e-6), Verdict::Improvement);
    }

    proptest! {
        /// More cost never makes the verdict milder, and a narrower interval never takes a flag away.
        #[test]
        fn is_monotone(estimate in -0.5f64..0.5, half in 0.0f64..0.3, more in 0.0f64..0.3) {
            let rank = |verdict| match verdict {
                Verdict::Improvement => 0,
                Verdict::Unchanged | Verdict::Inconclusive => 1,
                Verdict::Warning => 2,
                _ => 3,
            };
            let at = |estimate, half| judge_log(&LogInterval::around(estimate, half), &Thresholds::default());
            let here = at(estimate, half);
            prop_assert!(rank(at(estimate + more, half)) >= rank(here));
            if here.is_flag() {
                prop_assert!(at(estimate, half * 0.5).is_flag());
            }
        }
    }
}
