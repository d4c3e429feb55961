//! Slow creep: no single step is large enough to be seen, but the last runs are far from a pinned reference.

use serde::{Deserialize, Serialize};

use crate::comparison::RatioInterval;
use crate::estimate::{median, signed_rank};
use crate::judge::{Verdict, judge_log};
use crate::policy::Thresholds;

/// Chance that an end of the interval lies beyond the truth.
const ERROR: f64 = 0.005;

/// The latest runs against a pinned reference.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Creep {
    /// Cost of the latest runs relative to the reference; above 1 is worse.
    pub ratio: RatioInterval,
    /// What the table of verdicts says of it.
    pub verdict: Verdict,
}

/// Compares costs (lower is better) of the latest runs with the median of the reference runs, all oldest first.
///
/// Runs are the unit of evidence here, so at least 8 of the latest are needed; `None` of fewer, or without a
/// positive reference.
pub fn creep(reference: &[f64], latest: &[f64], thresholds: &Thresholds) -> Option<Creep> {
    let pinned = median(reference)?.ln();
    let logs: Vec<f64> = latest.iter().map(|value| value.ln() - pinned).collect();
    let interval = signed_rank(&logs, ERROR)?;
    (interval.lower.is_finite() && interval.upper.is_finite()).then(|| Creep {
        ratio: interval.into(),
        verdict: judge_log(&interval, thresholds),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sees_what_grew_by_half_a_percent_a_run() {
        let series: Vec<f64> = (0..40).map(|run| 100.0 * 1.005f64.powi(run)).collect();
        let thresholds = Thresholds::default();
        let found = creep(&series[..5], &series[30..], &thresholds).unwrap();
        assert_eq!(found.verdict, Verdict::Regression);
        let same = creep(&series[..5], &series[..10], &thresholds).unwrap();
        assert_eq!(same.verdict, Verdict::Unchanged);
        assert_eq!(creep(&series[..5], &series[38..], &thresholds), None);
        assert_eq!(creep(&[], &series, &thresholds), None);
        assert_eq!(creep(&[0.0], &series, &thresholds), None);
    }
}
