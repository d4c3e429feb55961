//! A belief ready for quantising. Invariant: the states kept are all that any grid can list, in ascending order; of the
//! others only what the bound on the divergence needs is known, so that the search for a grid never visits them again.

use super::quantise::{Grid, LANES, MAX_BITS, level, sum};
use super::value::root;
use crate::real::Real;

/// States whose share of the greatest probability is below this have level 0 even on the finest grid: √p is below half
/// of its step.
const LEAST_RATIO: f64 = 1.0 / (1u64 << (2 * (MAX_BITS + 1))) as f64;

/// What is known of the states that no grid lists. A belief that has found its place has mostly such.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rest {
    /// How many.
    pub(super) states: f64,
    /// Σ p, normalised.
    pub(super) mass: f64,
    /// Σ p², normalised.
    pub(super) squares: f64,
}

impl Rest {
    /// An upper bound on Σ [`bound_term`](super::divergence::bound_term)(p, `share`): Σ (p − q)² / q.
    pub(super) fn bound(self, share: f64) -> f64 {
        if share > 0.0 {
            (self.squares / share - 2.0 * self.mass + self.states * share).max(0.0)
        } else {
            0.0 // only without mass
        }
    }
}

/// See the module. The arrays are padded with zeros to whole vectors: remainders of a few states, taken one by one, would
/// cost as much as the rest.
#[derive(Debug, Clone, Default)]
pub(super) struct Prepared<T> {
    /// States of the belief.
    pub(super) states: usize,
    /// The greatest probability, normalised.
    pub(super) greatest: f64,
    /// How many states are kept; the arrays may be longer.
    pub(super) kept: usize,
    /// Numbers of the states kept; may be longer, so that it need not be filled again and again.
    numbers: Vec<u32>,
    /// p, normalised.
    pub(super) shares: Vec<T>,
    /// √(p / p_max).
    pub(super) roots: Vec<T>,
    /// The states that are not kept.
    pub(super) rest: Rest,
}

impl<T: Real> Prepared<T> {
    /// Takes in another belief, of this sum and greatest entry.
    pub(super) fn fill(&mut self, belief: &[T], total: f64, greatest: T) {
        let (per_total, per_greatest) = (T::from_f64(1.0 / total), T::ONE / greatest);
        let least = greatest * T::from_f64(LEAST_RATIO);
        let room = belief.len() + LANES;
        if self.numbers.len() < room {
            self.numbers.resize(room, 0);
            self.shares.resize(room, T::ZERO);
            self.roots.resize(room, T::ZERO);
        }
        let mut kept = 0;
        for (state, &p) in (0..).zip(belief) {
            // Written always, kept only if it can be listed: no branch to mispredict.
            self.numbers[kept] = state;
            self.shares[kept] = p;
            kept += usize::from(p >= least);
        }
        for (share, root_of) in self.shares[..kept].iter_mut().zip(&mut self.roots) {
            *root_of = root(*share * per_greatest);
            *share *= per_total;
        }
        let padded = kept.next_multiple_of(LANES);
        self.shares[kept..padded].fill(T::ZERO);
        self.roots[kept..padded].fill(T::ZERO);
        self.states = belief.len();
        self.greatest = greatest.to_f64() / total;
        self.kept = kept;
        self.rest = rest(belief, least, total, belief.len() - kept);
    }

    /// What `grid` knows the kept states by: shares and roots in whole vectors.
    pub(super) fn vectors(&self) -> (&[T], &[T]) {
        let padded = self.kept.next_multiple_of(LANES);
        (&self.shares[..padded], &self.roots[..padded])
    }

    /// Number and level of each state that `grid` lists, in ascending order, at the start of
    /// `listed`; how many there are.
    pub(super) fn list(&self, grid: Grid, listed: &mut Vec<(u32, u32)>) -> usize {
        // Adding 1.5 · 2⁵² puts an integer into the low bits; `as` would check a range that cannot be left.
        const TO_LOW_BITS: f64 = 1.5 * (1u64 << 52) as f64;
        let steps = T::from_f64(f64::from(grid.steps()));
        if listed.len() < self.kept {
            listed.resize(self.kept, (0, 0));
        }
        let mut count = 0;
        for (&state, &root) in self.numbers[..self.kept].iter().zip(&self.roots) {
            // As above.
            let level = (level(root, steps).to_f64() + TO_LOW_BITS).to_bits() as u32;
            listed[count] = (state, level);
            count += usize::from(level != 0);
        }
        count
    }
}

/// The sums over the `states` states below `least`.
fn rest<T: Real>(belief: &[T], least: T, total: f64, states: usize) -> Rest {
    if states == 0 {
        return Rest::default();
    }
    let mass = sum(belief, belief, |p, _| if p < least { p } else { T::ZERO });
    // Squares relative to `least`, which `f32` can hold.
    let per_least = T::ONE / least;
    let squares = sum(belief, belief, |p, _| {
        let ratio = if p < least { p * per_least } else { T::ZERO };
        ratio * ratio
    });
    let scale = least.to_f64() / total;
    Rest {
        states: states as f64,
        mass: mass / total,
        squares: squares * scale * scale,
    }
}

#[cfg(test)]
mod tests {
    use super::Prepared;
    use crate::compression::divergence::bound_term;
    use proptest::prelude::*;

    #[test]
    fn only_what_a_grid_may_list_is_kept() {
        let mut prepared = Prepared::default();
        let belief = [1e-12, 0.5, 0.0, 0.25, 1e-10, 0.25];
        prepared.fill(&belief, 1.0, 0.5);
        assert_eq!(prepared.numbers[..prepared.kept], [1, 3, 4, 5]);
        assert!((prepared.rest.states, prepared.rest.mass) == (2.0, 1e-12));
        // Another belief, with fewer states: nothing of the first stays.
        prepared.fill(&[1.0, 1.0], 2.0, 1.0);
        assert_eq!(
            prepared.vectors().0,
            [0.5, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]
        );
        assert_eq!((prepared.kept, prepared.rest.bound(0.1)), (2, 0.0));
    }

    proptest! {
        #[test]
        fn the_rest_is_bounded_as_if_each_state_were_visited(
            rest in prop::collection::vec((0.0f64..1.0, 36i32..60), 1..50), share in 1e-18f64..1e-10
        ) {
            let belief: Vec<f64> = [1.0].into_iter().chain(rest.iter().map(|&(unit, octaves)| unit * 0.5f64.powi(octaves))).collect();
            let total = belief.iter().sum();
            let mut prepared = Prepared::default();
            prepared.fill(&belief, total, 1.0);
            let visited: f64 = belief[1..].iter().map(|p| bound_term(p / total, share)).sum();
            prop_assert!(prepared.rest.bound(share) >= visited * (1.0 - 1e-9) - 1e-24);
        }
    }
}
