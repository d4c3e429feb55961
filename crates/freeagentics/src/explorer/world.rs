//! The grid that explorers walk: what it shows and where moves lead.
//!
//! Invariant: outcome and move probabilities are those of the explorers' model, so that the model is true.

use std::sync::Arc;

use active_inference::{Model, ModelError, models};
use rand::{Rng, RngExt};

use crate::inference::SharedModel;

/// A move succeeds with this probability, else the explorer stays; as in the models of `active_inference::models`.
const SUCCESS: f32 = 0.9;

/// A grid of cells, shared by all explorers in it.
#[derive(Debug)]
pub struct GridWorld {
    width: usize,
    height: usize,
    model: SharedModel,
    /// Cumulative outcome probabilities, `cells * outcomes`.
    cumulative: Vec<f32>,
    outcomes: usize,
}

impl GridWorld {
    /// A world whose outcomes tell something about the place: explorers can find out where they are.
    ///
    /// # Errors
    /// [`ModelError`] for an empty grid.
    pub fn informative(width: usize, height: usize) -> Result<Arc<Self>, ModelError> {
        let model = models::informative_explorer::<f32>(width, height, 1)?;
        Ok(Self::new(width, height, model))
    }

    /// The world of the original FreeAgentics, whose outcomes say nothing about the place.
    ///
    /// # Errors
    /// [`ModelError`] for an empty grid.
    pub fn original(width: usize, height: usize) -> Result<Arc<Self>, ModelError> {
        let model = models::grid_explorer::<f32>(width, height)?;
        Ok(Self::new(width, height, model))
    }

    fn new(width: usize, height: usize, model: Model<f32>) -> Arc<Self> {
        let outcomes = model.num_obs().first().copied().unwrap_or(1);
        let cells = width * height;
        let shown = model.likelihood(0).map(|a| a.data).unwrap_or_default();
        let mut cumulative = Vec::with_capacity(cells * outcomes);
        for cell in 0..cells {
            let mut sum = 0.0;
            for outcome in 0..outcomes {
                sum += shown.get(outcome * cells + cell).copied().unwrap_or(0.0) as f32;
                cumulative.push(sum);
            }
        }
        Arc::new(Self {
            width,
            height,
            model: SharedModel::new(model),
            cumulative,
            outcomes,
        })
    }

    /// Cells in a row.
    #[must_use]
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    #[must_use]
    pub fn height(&self) -> usize {
        self.height
    }

    /// Cells in all.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.width * self.height
    }

    /// The model that explorers of this world share.
    #[must_use]
    pub fn model(&self) -> &SharedModel {
        &self.model
    }

    /// What an explorer in `cell` gets to see.
    pub(super) fn observe(&self, cell: u32, random: &mut impl Rng) -> u32 {
        let start = cell as usize * self.outcomes;
        let draw: f32 = random.random();
        let row = &self.cumulative[start..start + self.outcomes];
        row.iter()
            .take(self.outcomes - 1)
            .filter(|sum| draw >= **sum)
            .count() as u32
    }

    /// Where a move leads: 0 up, 1 down, 2 left, 3 right, 4 stay; the edge holds.
    pub(super) fn walk(&self, cell: u32, action: usize, random: &mut impl Rng) -> u32 {
        if random.random::<f32>() >= SUCCESS {
            return cell;
        }
        models::move_on_grid(cell as usize, action, self.width, self.height) as u32
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn the_world_keeps_the_models_odds() {
        let world = GridWorld::informative(10, 10).expect("a grid");
        let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(3);
        let draws = 20_000;
        let mut counts = [0_u32; 5];
        let mut moved = 0;
        for _ in 0..draws {
            counts[world.observe(37, &mut random) as usize] += 1;
            moved += u32::from(world.walk(37, 3, &mut random) == 38);
        }
        // Cell 37 is x = 7, y = 3: its own outcome is (7 + 6) mod 5 = 3, seen with probability 0.8.
        let share = |count: u32| f64::from(count) / f64::from(draws);
        assert!((share(counts[3]) - 0.8).abs() < 0.02, "{counts:?}");
        for other in [0, 1, 2, 4] {
            assert!((share(counts[other]) - 0.05).abs() < 0.01, "{counts:?}");
        }
        assert!((share(moved) - 0.9).abs() < 0.02, "{moved}");
    }
}
