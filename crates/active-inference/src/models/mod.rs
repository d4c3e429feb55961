//! Ready-made models: the grid explorers, the T-maze, and random models for measuring.
//!
//! Invariant: every constructor goes through the checked builder and is deterministic in its arguments.

mod explorer;
mod random;
mod tmaze;

pub use explorer::{EXPLORER_PREFERENCES, grid_explorer, informative_explorer, move_on_grid};
pub use random::{dense, three_factors};
pub use tmaze::{TMaze, tmaze};
