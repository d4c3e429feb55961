//! The grid world that `freeagentics serve` shows: explorers on a grid, on a [`crate::Runtime`],
//! watched and steered through the gateway. Invariant: what the page shows is what the agents do;
//! nothing here computes on its own.

mod board;
mod bridge;
mod host;
mod pulse;
mod walker;

pub use host::{World, WorldError, WorldSettings};
