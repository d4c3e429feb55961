//! When evidence is looked at, and how the promised error is divided among the looks.
//!
//! Under no change a benchmark is flagged only if the first launches cross at one of the looks (chance at most
//! [`FIRST_ERROR`] in either direction, divided equally among the looks: the union bound, so that it holds
//! whatever the dependence between looks) and fresh launches, independent of them, exclude no change in the same
//! direction (chance at most `confirming`). The product is the share of the family-wise error that each benchmark
//! has: family-wise error / benchmarks.

use crate::policy::Policy;

/// Launch pairs at each look.
pub(super) const LOOKS: [usize; 6] = [7, 11, 17, 27, 45, 75];

/// Chance, over all looks, that an end of the first launches' interval lies beyond the truth.
pub(super) const FIRST_ERROR: f64 = 0.05;

/// Most launch pairs that confirm.
const MOST_CONFIRMING: usize = 60;

/// Launch pairs, first and confirming, after which the level of a flag is no longer sharpened.
pub(super) const MOST_POOLED: usize = 180;

/// The errors that the parts of a decision may have, each beyond one end of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plan {
    /// At each look at the first launches, and at the pooled ones.
    pub(super) look: f64,
    /// Of the launches that confirm.
    pub(super) confirming: f64,
}

impl Plan {
    /// The plan that keeps the policy's promise for `judged` metrics.
    pub(super) fn of(policy: &Policy, judged: usize) -> Self {
        Self {
            look: FIRST_ERROR / LOOKS.len() as f64,
            confirming: (policy.error_of_each(judged) / FIRST_ERROR).min(FIRST_ERROR),
        }
    }

    /// The number of launch pairs at the first look beyond `measured`.
    pub(super) fn next_look(measured: usize) -> Option<usize> {
        LOOKS.into_iter().find(|&look| look > measured)
    }

    /// Launch pairs needed to confirm a change of about `effect` where one pair spreads by `spread` (both logs).
    ///
    /// So many that a change three quarters as large, since flagged estimates are too large on average, is
    /// confirmed with a chance of 99 %; never fewer than let the test reach its level against an opposing pair.
    pub(super) fn confirming_launches(&self, effect: f64, spread: f64, smallest: f64) -> usize {
        let fewest = (-self.confirming.log2()).ceil() as usize + 3;
        let effect = (0.75 * effect.abs()).max(smallest);
        let quantiles = 2.33 - crate::estimate::normal_quantile(self.confirming);
        let wanted = (quantiles * spread / effect).powi(2).ceil();
        if wanted.is_finite() {
            (wanted as usize).clamp(fewest, MOST_CONFIRMING.max(fewest))
        } else {
            MOST_CONFIRMING.max(fewest)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_make_up_the_promise() {
        for judged in [1, 20, 1000] {
            let plan = Plan::of(&Policy::default(), judged);
            let flagged = plan.look * LOOKS.len() as f64 * plan.confirming;
            assert!(
                flagged * (judged.max(20) as f64) <= 0.01 + 1e-12,
                "{judged}"
            );
        }
    }

    #[test]
    fn the_first_look_can_reach_its_level() {
        let plan = Plan::of(&Policy::default(), 20);
        assert!(0.5f64.powi(LOOKS[0] as i32) <= plan.look);
        let many = Plan::of(&Policy::default(), 10_000);
        let fewest = many.confirming_launches(10.0, 0.0, 0.01);
        assert!(0.5f64.powi(fewest as i32) <= many.confirming);
        assert!(many.confirming_launches(0.05, f64::NAN, 0.0) >= fewest);
    }
}
