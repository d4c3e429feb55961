//! One pair of launches, and what it says: one log cost ratio.

use fabench_record::{Direction, Launch, Metric};
use serde::{Deserialize, Serialize};

use crate::estimate::median;
use crate::evidence::round_values;

/// What one launch of each side, measured in turn, says about a metric.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairedLaunch {
    /// The baseline's value, in the metric's unit.
    pub baseline: f64,
    /// The candidate's value, in the metric's unit.
    pub candidate: f64,
    /// Natural logarithm of the cost ratio; above 0 the candidate costs more, whatever the direction.
    pub log_ratio: f64,
}

/// Why a pair of launches says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PairedError {
    /// A side has no value.
    #[error("one of two launches has no value; look at its standard error")]
    Nothing,
    /// A value is zero, so there is no ratio.
    #[error(
        "a value of zero was measured: it has no ratio (a time of zero is faster than the clock)"
    )]
    Zero,
    /// A value is NaN, infinite or negative.
    #[error("a value is no finite number of at least 0")]
    NotANumber,
}

impl PairedLaunch {
    /// Reads `metric` from both launches.
    ///
    /// Each round of the baseline is set against the same round of the candidate: minimum sub-sample against
    /// minimum sub-sample. The pair's log ratio is the median over the rounds; surplus rounds are left out.
    ///
    /// # Errors
    /// [`PairedError`] if a side has no value, or one without a logarithm.
    pub fn read(
        metric: &Metric,
        baseline: &Launch,
        candidate: &Launch,
    ) -> Result<Self, PairedError> {
        let old = round_values(baseline, metric);
        let new = round_values(candidate, metric);
        let value = |values: &[f64]| median(values).ok_or(PairedError::Nothing);
        let (old_value, new_value) = (value(&old)?, value(&new)?);
        for &value in old.iter().chain(&new) {
            if !value.is_finite() || value < 0.0 {
                return Err(PairedError::NotANumber);
            }
            if value == 0.0 {
                return Err(PairedError::Zero);
            }
        }
        let sign = match metric.direction {
            Direction::LowerIsBetter => 1.0,
            Direction::HigherIsBetter => -1.0,
        };
        let ratios: Vec<f64> = old
            .iter()
            .zip(&new)
            .map(|(old, new)| sign * (new.ln() - old.ln()))
            .collect();
        Ok(Self {
            baseline: old_value,
            candidate: new_value,
            log_ratio: median(&ratios).ok_or(PairedError::Nothing)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use fabench_record::Round;

    use super::*;

    fn launch(times: &[&[u64]]) -> Launch {
        Launch {
            rounds: times
                .iter()
                .map(|times| Round {
                    iterations: 10,
                    wall_ns: times.to_vec(),
                    cpu_ns: times.to_vec(),
                })
                .collect(),
            ..Launch::default()
        }
    }

    #[test]
    fn the_median_round_speaks_for_the_pair() {
        let old = launch(&[&[1000, 1500], &[2000, 2000], &[4000, 9000]]);
        let new = launch(&[&[1100, 9000], &[2200, 2300], &[9999, 8000]]);
        let pair = PairedLaunch::read(&Metric::wall_time(), &old, &new).unwrap();
        assert!((pair.log_ratio - 1.1f64.ln()).abs() < 1e-12);
        assert_eq!((pair.baseline, pair.candidate), (200.0, 220.0));
        let pair = PairedLaunch::read(&Metric::throughput(1.0), &old, &new).unwrap();
        assert!(
            (pair.log_ratio - 1.1f64.ln()).abs() < 1e-12,
            "slower is dearer"
        );
    }

    #[test]
    fn what_has_no_ratio_is_an_error() {
        let (old, empty, zero) = (launch(&[&[1000]]), launch(&[]), launch(&[&[0]]));
        let read = |old, new| PairedLaunch::read(&Metric::wall_time(), old, new);
        assert_eq!(read(&old, &empty), Err(PairedError::Nothing));
        assert_eq!(read(&zero, &old), Err(PairedError::Zero));
    }
}
