//! Beliefs that explorers really have: agents on the informative 10 × 10 grid after 50 steps of inference, planning and
//! action. Invariant: the world behaves as the agents' model says, and every draw follows from the seed.

use std::sync::Arc;

use active_inference::models::{informative_explorer, move_on_grid};
use active_inference::{Error, Real, SoloAgent};

/// Cells along one side.
const SIDE: usize = 10;
/// States of one belief.
pub(crate) const STATES: usize = SIDE * SIDE;
/// Steps before the belief is taken.
pub(crate) const STEPS: usize = 50;

/// Draws that depend on nothing but the seed (splitmix64: Steele, Lea and Flood 2014).
struct Draws(u64);

impl Draws {
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.unit() * bound as f64) as usize
    }
}

/// The beliefs of `explorers` after [`STEPS`] steps, row-major.
pub(crate) fn explorer_beliefs<T: Real>(explorers: usize, seed: u64) -> Result<Vec<T>, Error> {
    let model = Arc::new(informative_explorer::<T>(SIDE, SIDE, 1)?);
    let mut draws = Draws(seed);
    let mut beliefs = Vec::with_capacity(explorers * STATES);
    for _ in 0..explorers {
        let mut agent = SoloAgent::new(Arc::clone(&model));
        let mut cell = draws.below(STATES);
        for _ in 0..STEPS {
            let shown = (cell % SIDE + 2 * (cell / SIDE)) % 5;
            // 0.75 + 0.25 / 5 = 0.8 for the outcome of the cell, 0.05 for each other.
            let observed = if draws.unit() < 0.75 {
                shown
            } else {
                draws.below(5)
            };
            let action = agent.step(&[observed])?[0];
            if draws.unit() < 0.9 {
                cell = move_on_grid(cell, action, SIDE, SIDE);
            }
        }
        beliefs.extend_from_slice(agent.beliefs(0));
    }
    Ok(beliefs)
}
