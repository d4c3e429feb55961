//! When evidence is looked at, and how the promised error is divided among the looks.
//!
//! Under no change a benchmark is flagged only if the first launches cross at one of their looks and fresh
//! launches, independent of them, exclude no change in the same direction at one of theirs. The chance of the first
//! is at most [`FIRST_ERROR`], that of the second `family-wise error / benchmarks / FIRST_ERROR`, so that their
//! product is the share of the family-wise error that each benchmark has.
//!
//! The first looks share their error as Pocock (1977) does, at one nominal level; the level is that of the joint
//! normal distribution of the looks (Armitage, McPherson and Rowe 1969), which a test checks by simulation. The three
//! looks at the confirming launches take a third each (union bound).

use crate::estimate::normal_quantile;
use crate::judge::LogInterval;
use crate::policy::Policy;

/// Launch pairs at each look.
pub(super) const LOOKS: [usize; 10] = [7, 9, 11, 14, 18, 23, 30, 40, 55, 80];

/// Chance, over all looks, that one end of the first launches' interval ever lies beyond the truth.
pub(super) const FIRST_ERROR: f64 = 0.05;

/// Level of a single look that makes up [`FIRST_ERROR`] over [`LOOKS`].
const LOOK_ERROR: f64 = 0.0105;

/// Looks at a confirmation, as multiples of the launches at the first.
const CONFIRMING_LOOKS: [f64; 3] = [1.0, 2.5, 5.0];

/// Launch pairs beyond those that let a confirmation reach its level if all agree: some may oppose.
const OPPOSING: usize = 3;

/// Most launch pairs that confirm.
const MOST_CONFIRMING: usize = 60;

/// Launch pairs, first and confirming, after which the level of a flag is no longer sharpened.
pub(super) const MOST_POOLED: usize = 180;

/// The errors that the parts of a decision may have, each beyond one end of an interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Plan {
    /// At each look at the first launches, and at the pooled ones.
    pub(super) look: f64,
    /// At each of the looks at the launches that confirm.
    pub(super) confirming: f64,
}

impl Plan {
    /// The plan that keeps the policy's promise for `judged` metrics.
    pub(super) fn of(policy: &Policy, judged: usize) -> Self {
        Self {
            look: LOOK_ERROR,
            confirming: (policy.error_of_each(judged) / FIRST_ERROR).min(FIRST_ERROR)
                / CONFIRMING_LOOKS.len() as f64,
        }
    }

    /// The number of launch pairs at the first look beyond `measured`.
    pub(super) fn next_look(measured: usize) -> Option<usize> {
        LOOKS.into_iter().find(|&look| look > measured)
    }

    /// The spread of a single pair that an interval over `pairs` pairs shows.
    pub(super) fn spread_behind(&self, interval: &LogInterval, pairs: usize) -> f64 {
        let half_width = 0.5 * (interval.upper - interval.lower);
        half_width * (pairs as f64).sqrt() / -normal_quantile(self.look)
    }

    /// Launch pairs that a confirmation takes at least.
    pub(super) fn fewest_confirming(&self) -> usize {
        (-self.confirming.log2()).ceil() as usize + OPPOSING
    }

    /// Launch pairs at the looks at a confirmation of a change of about `effect` where one pair spreads by
    /// `spread` (both logs).
    ///
    /// At the first so many that a change three quarters as large, since flagged estimates are too large on average,
    /// is confirmed with a chance of 95 %; never fewer than let the test reach its level against an opposing pair.
    pub(super) fn confirming_looks(&self, effect: f64, spread: f64, smallest: f64) -> [usize; 3] {
        let fewest = self.fewest_confirming();
        let effect = (0.75 * effect.abs()).max(smallest);
        let quantiles = 1.645 - normal_quantile(self.confirming);
        let wanted = (quantiles * spread / effect).powi(2).ceil();
        let most = MOST_CONFIRMING.max(fewest);
        let first = if wanted.is_finite() {
            (wanted as usize).clamp(fewest, most)
        } else {
            most
        };
        CONFIRMING_LOOKS.map(|times| (times * first as f64).ceil() as usize)
    }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_pcg::Pcg64;

    use super::*;

    #[test]
    fn the_looks_together_keep_their_error() {
        // Gaussian paths, seeded: the share that ever crosses the level of a single look.
        let mut rng = Pcg64::seed_from_u64(7);
        let boundary = -normal_quantile(LOOK_ERROR);
        let mut normal = || {
            let radius = (-2.0 * rng.random_range(f64::MIN_POSITIVE..1.0).ln()).sqrt();
            radius * (std::f64::consts::TAU * rng.random_range(0.0..1.0)).cos()
        };
        let mut crosses = || {
            let (mut sum, mut count) = (0.0, 0);
            LOOKS.into_iter().any(|look| {
                sum += normal() * ((look - count) as f64).sqrt();
                count = look;
                sum > boundary * (look as f64).sqrt()
            })
        };
        let trials = 100_000;
        let crossed = (0..trials).filter(|_| crosses()).count();
        let share = crossed as f64 / f64::from(trials);
        assert!((0.045..=0.0512).contains(&share), "{share}");
        assert!(
            FIRST_ERROR < LOOK_ERROR * LOOKS.len() as f64,
            "the union bound is wider"
        );
    }

    #[test]
    fn the_parts_make_up_the_promise() {
        for judged in [1, 20, 1000] {
            let plan = Plan::of(&Policy::default(), judged);
            let flagged = FIRST_ERROR * 3.0 * plan.confirming;
            assert!(
                flagged * (judged.max(20) as f64) <= 0.01 + 1e-12,
                "{judged}"
            );
        }
    }

    #[test]
    fn the_first_looks_can_reach_their_level() {
        let plan = Plan::of(&Policy::default(), 20);
        assert!(0.5f64.powi(LOOKS[0] as i32) <= plan.look);
        let many = Plan::of(&Policy::default(), 10_000);
        let [fewest, second, _] = many.confirming_looks(10.0, 0.0, 0.01);
        assert!(0.5f64.powi(fewest as i32) <= many.confirming && fewest < second);
        assert!(many.confirming_looks(0.05, f64::NAN, 0.0)[0] >= fewest);
    }
}
