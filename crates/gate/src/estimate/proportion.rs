//! Exact intervals of proportions: what a number of trials says about a false-alarm rate or a power.

use serde::{Deserialize, Serialize};
use statrs::distribution::{Beta, ContinuousCDF};

/// How often something happened in independent trials.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rate {
    /// How often it happened.
    pub hits: u64,
    /// How often it could have.
    pub trials: u64,
}

impl Rate {
    /// Counts one more trial.
    pub fn add(&mut self, hit: bool) {
        self.hits += u64::from(hit);
        self.trials += 1;
    }

    /// Two-sided interval for the chance behind it; see [`proportion_interval`].
    pub fn interval(&self, confidence: f64) -> (f64, f64) {
        proportion_interval(self.hits, self.trials, confidence)
    }

    /// Whether the trials exclude that the chance is at most `promise`: a false-alarm rate that was broken.
    pub fn refutes_at_most(&self, promise: f64, confidence: f64) -> bool {
        self.interval(confidence).0 > promise
    }

    /// Whether the trials exclude that the chance is at least `promise`: a power that was broken.
    pub fn refutes_at_least(&self, promise: f64, confidence: f64) -> bool {
        self.interval(confidence).1 < promise
    }
}

/// Two-sided interval of Clopper and Pearson (1934) for the chance behind `hits` in `trials`.
///
/// `confidence` lies in 0..1. No trials give 0 to 1.
pub fn proportion_interval(hits: u64, trials: u64, confidence: f64) -> (f64, f64) {
    let hits = hits.min(trials);
    let tail = (1.0 - confidence.clamp(0.0, 1.0 - 1e-9)) / 2.0;
    let (a, b) = (hits as f64, (trials - hits) as f64);
    let quantile = |alpha: f64, beta: f64, p: f64| {
        let beta = Beta::new(alpha, beta).ok();
        beta.map(|beta| beta.inverse_cdf(p))
    };
    let lower = quantile(a, b + 1.0, tail).unwrap_or(0.0);
    let upper = quantile(a + 1.0, b, 1.0 - tail).unwrap_or(1.0);
    (lower, upper)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn agrees_with_known_values() {
        // No hit in 300 trials: 1 − 0.025^(1/300).
        let (lower, upper) = proportion_interval(0, 300, 0.95);
        assert_eq!(lower, 0.0);
        assert!((upper - 0.012_221).abs() < 1e-5, "{upper}");
        // Clopper and Pearson for 10 of 20: 0.2720 to 0.7280.
        let (lower, upper) = proportion_interval(10, 20, 0.95);
        assert!((lower - 0.272).abs() < 1e-3 && (upper - 0.728).abs() < 1e-3);
        assert_eq!(proportion_interval(0, 0, 0.95), (0.0, 1.0));
        assert_eq!(proportion_interval(5, 5, 0.95).1, 1.0);
    }

    #[test]
    fn only_what_is_excluded_is_refuted() {
        let rate = |hits, trials| Rate { hits, trials };
        assert!(!rate(1, 20).refutes_at_most(0.01, 0.95));
        assert!(rate(5, 20).refutes_at_most(0.01, 0.95));
        assert!(!rate(19, 20).refutes_at_least(0.98, 0.95));
        assert!(rate(12, 20).refutes_at_least(0.98, 0.95));
        assert!(!Rate::default().refutes_at_least(0.98, 0.95));
    }
}
