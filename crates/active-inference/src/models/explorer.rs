//! Grid explorers: one factor (the cell, index y * width + x), five actions, five outcomes.
//!
//! Invariant: actions are 0 up (y - 1), 1 down (y + 1), 2 left (x - 1), 3 right (x + 1), 4 stay; a move over the edge
//! stays.

use super::affordable;
use crate::error::ModelError;
use crate::model::{Model, ModelBuilder, Settings, Tensor};
use crate::real::Real;

/// Relative log-preferences of both explorers over their five outcomes.
pub const EXPLORER_PREFERENCES: [f64; 5] = [2.0, -4.0, 8.0, 0.0, -4.0];

const OUTCOMES: usize = 5;
const MOVES: usize = 5;
const SUCCESS: f64 = 0.9;

/// The cell that `action` leads to from `cell` on a `width` x `height` grid; unknown actions stay.
///
/// ```
/// # use active_inference::models::move_on_grid;
/// assert_eq!(move_on_grid(0, 3, 10, 10), 1);
/// assert_eq!(move_on_grid(0, 0, 10, 10), 0);
/// ```
#[must_use]
pub fn move_on_grid(cell: usize, action: usize, width: usize, height: usize) -> usize {
    if width == 0 {
        return cell;
    }
    let (x, y) = (cell % width, cell / width);
    match action {
        0 if y > 0 => cell - width,
        1 if y + 1 < height => cell + width,
        2 if x > 0 => cell - 1,
        3 if x + 1 < width => cell + 1,
        _ => cell,
    }
}

/// B: moves succeed with probability 0.9, else stay.
fn moves(width: usize, height: usize) -> Tensor {
    let cells = width.saturating_mul(height);
    let mut b = Tensor::new(
        [cells, cells, MOVES],
        vec![0.0; cells.saturating_mul(cells).saturating_mul(MOVES)],
    );
    for cell in 0..cells {
        for action in 0..MOVES {
            let to = move_on_grid(cell, action, width, height);
            b.data[(to * cells + cell) * MOVES + action] += SUCCESS;
            b.data[(cell * cells + cell) * MOVES + action] += 1.0 - SUCCESS;
        }
    }
    b
}

/// The explorer of the original FreeAgentics: its observations carry no information (all columns of A are equal), so
/// every policy scores nearly the same; moves succeed with 0.9, else stay; the initial belief leans to the centre.
/// Policy length 1, gamma 8.
///
/// # Errors
/// [`ModelError`] for an empty grid, or one too large for memory.
pub fn grid_explorer<T: Real>(width: usize, height: usize) -> Result<Model<T>, ModelError> {
    let cells = width.saturating_mul(height);
    affordable(cells, MOVES)?;
    let a = Tensor::from_fn([OUTCOMES, cells], |i| {
        if i[0] == 0 { 27.0 / 35.0 } else { 2.0 / 35.0 }
    });
    let centre = height / 2 * width + width / 2;
    let d = (0..cells)
        .map(|cell| f64::from(1 + u8::from(cell == centre)) / (cells + 1) as f64)
        .collect();
    explorer(a, moves(width, height), 1)
        .initial(vec![d])
        .build()
}

/// An explorer whose observations inform: outcome (x + 2y) mod 5 with probability 0.8, each other 0.05; moves succeed
/// with 0.9, else stay; preferences (2, -4, 8, 0, -4); gamma 8; `policy_len` steps ahead.
///
/// # Errors
/// [`ModelError`] for an empty grid, one too large for memory, or too long policies.
pub fn informative_explorer<T: Real>(
    width: usize,
    height: usize,
    policy_len: usize,
) -> Result<Model<T>, ModelError> {
    let cells = width.saturating_mul(height);
    affordable(cells, MOVES)?;
    let a = Tensor::from_fn([OUTCOMES, cells], |i| {
        let (x, y) = (i[1] % width, i[1] / width);
        if i[0] == (x + 2 * y) % OUTCOMES {
            0.8
        } else {
            0.05
        }
    });
    explorer(a, moves(width, height), policy_len).build()
}

fn explorer(a: Tensor, b: Tensor, policy_len: usize) -> ModelBuilder {
    ModelBuilder::new()
        .likelihood(a)
        .transition(b)
        .preferences(vec![Tensor::new([OUTCOMES], EXPLORER_PREFERENCES)])
        .settings(Settings {
            gamma: 8.0,
            alpha: 8.0,
            policy_len,
            ..Settings::default()
        })
}
