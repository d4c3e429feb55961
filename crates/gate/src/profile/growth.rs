//! Whether memory grows from round to round: a leak shows as a slope whose interval excludes zero.

use serde::{Deserialize, Serialize};

use crate::estimate::student_quantile;

/// Error of the interval at each end.
const TAIL: f64 = 0.005;

/// Growth of live bytes, by least squares over the rounds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// Bytes that an iteration leaves behind.
    pub bytes: f64,
    /// Lower end of its 99 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Rounds it was estimated from.
    pub rounds: usize,
}

impl Growth {
    /// Whether the interval excludes that nothing is left behind.
    pub fn leaks(&self) -> bool {
        self.low > 0.0
    }
}

/// The slope of `live` (bytes after each round) for one iteration; `None` with fewer than four rounds.
///
/// The first round is left out: it fills caches and pools. The interval is that of the least-squares slope with Student's t
/// (n − 2 degrees of freedom); it takes deviations from the line for independent.
pub fn growth(live: &[i64], iterations_per_round: u64) -> Option<Growth> {
    let points: Vec<f64> = live.iter().skip(1).map(|bytes| *bytes as f64).collect();
    let n = points.len() as f64;
    if points.len() < 3 || iterations_per_round == 0 {
        return None;
    }
    let mean_x = (n - 1.0) / 2.0;
    let mean_y = points.iter().sum::<f64>() / n;
    let indexed = || {
        points
            .iter()
            .enumerate()
            .map(|(x, y)| (x as f64 - mean_x, y - mean_y))
    };
    let sxx: f64 = indexed().map(|(x, _)| x * x).sum();
    let slope = indexed().map(|(x, y)| x * y).sum::<f64>() / sxx;
    let residual: f64 = indexed().map(|(x, y)| (y - slope * x).powi(2)).sum();
    let error = (residual / (n - 2.0) / sxx).sqrt();
    let half = student_quantile(1.0 - TAIL, n - 2.0) * error;
    let each = iterations_per_round as f64;
    Some(Growth {
        bytes: slope / each,
        low: (slope - half) / each,
        high: (slope + half) / each,
        rounds: live.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_leak_has_its_slope() {
        let live: Vec<i64> = (1..=10).map(|round| 9_000 + round * 640).collect();
        let growth = growth(&live, 10).unwrap();
        assert!((growth.bytes - 64.0).abs() < 1e-9, "{growth:?}");
        assert!(growth.leaks());
    }

    #[test]
    fn a_cache_that_fills_once_and_noise_are_no_leak() {
        assert!(
            !growth(&[0, 5_000, 5_000, 5_000, 5_000], 10)
                .unwrap()
                .leaks()
        );
        let noise = [0, 90, -40, 60, -80, 10, 30, -20, 70, -60];
        assert!(!growth(&noise, 1).unwrap().leaks());
        assert_eq!(growth(&[1, 2, 3], 1), None);
    }
}
