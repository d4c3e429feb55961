//! What a machine lets one see: the spread between pairs of launches of identical executables.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::PairedLaunch;
use super::plan::Plan;
use super::state::spread;
use crate::estimate::normal_quantile;
use crate::policy::Policy;

/// The noise floor of one metric on one machine, from comparing an executable with itself.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct NoiseFloor {
    /// Robust standard deviation of the log cost ratio from launch pair to launch pair.
    pub pair_log_sd: f64,
    /// Wall time of a pair in milliseconds, process starts included.
    pub pair_ms: f64,
    /// Pairs that this was measured with.
    pub pairs: usize,
}

impl NoiseFloor {
    /// From pairs of an executable with itself that took `spent_ms` in all; `None` of fewer than 3.
    pub fn of(pairs: &[PairedLaunch], spent_ms: u64) -> Option<Self> {
        let logs: Vec<f64> = pairs.iter().map(|pair| pair.log_ratio).collect();
        (pairs.len() >= 3).then(|| Self {
            pair_log_sd: spread(&logs),
            pair_ms: spent_ms as f64 / pairs.len() as f64,
            pairs: pairs.len(),
        })
    }

    /// The smallest cost increase (0.1 for 10 %) found with a chance of 80 % in `budget_ms` of measuring.
    ///
    /// The asymptotic width of the signed-rank interval (efficiency 3/π, the worst case being 0.864: Hodges and
    /// Lehmann 1956), not below the policy's warning threshold. `None` if the budget holds fewer than 7 pairs.
    pub fn detectable_change(&self, budget_ms: u64, policy: &Policy) -> Option<f64> {
        let pairs = (budget_ms as f64 / self.pair_ms.max(1e-3)).floor();
        if pairs < super::plan::LOOKS[0] as f64 {
            return None;
        }
        let plan = Plan::of(policy, 1);
        let deviation = self.pair_log_sd / (0.864 * pairs).sqrt();
        let half_width = -normal_quantile(plan.look) * deviation;
        let log = half_width.max(policy.warning.get().ln_1p()) + normal_quantile(0.8) * deviation;
        Some(log.min(700.0).exp_m1())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_time_shows_smaller_changes() {
        let pair = |log_ratio| PairedLaunch {
            baseline: 1.0,
            candidate: 1.0,
            log_ratio,
        };
        let pairs: Vec<PairedLaunch> = (0..21).map(|i| pair(f64::from(i - 10) * 0.02)).collect();
        let floor = NoiseFloor::of(&pairs, 2100).unwrap();
        assert_eq!(floor.pair_ms, 100.0);
        let policy = Policy::default();
        let at = |ms| floor.detectable_change(ms, &policy);
        assert_eq!(at(500), None);
        assert!(at(1000).unwrap() > at(3000).unwrap());
        assert!(at(3000).unwrap() > at(10_000).unwrap());
        assert!(at(u64::MAX).unwrap() >= 0.05);
    }
}
