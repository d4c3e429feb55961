//! Ready-made models: the grid explorers, the T-maze, and random models for measuring.
//!
//! Invariant: every constructor goes through the checked builder and is deterministic in its arguments.

mod explorer;
mod random;
mod tmaze;

use crate::error::ModelError;

pub use explorer::{EXPLORER_PREFERENCES, grid_explorer, informative_explorer, move_on_grid};
pub use random::{dense, three_factors};
pub use tmaze::{TMaze, tmaze};

/// Most numbers that a ready-made transition array may hold: 1 GiB in f64.
const MOST_NUMBERS: u128 = 1 << 27;

/// Refuses sizes whose transition array [states, states, actions] would not fit in memory, before it is made.
fn affordable(states: usize, actions: usize) -> Result<(), ModelError> {
    let (n, u) = (states as u128, actions as u128);
    let size = n.saturating_mul(n).saturating_mul(u);
    if size > MOST_NUMBERS {
        return Err(ModelError::JointTooLarge {
            what: "states, states and actions",
            size,
            limit: MOST_NUMBERS,
        });
    }
    Ok(())
}
