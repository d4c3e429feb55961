//! What the world knows of its walkers: where each stands and what it gets to see there.
//! Invariant: walkers write their own place only; observers only read; neither waits for the other.

use std::sync::atomic::{AtomicI64, AtomicU16, AtomicU64, Ordering};

use active_inference::models::move_on_grid;
use rand::{Rng, RngExt};

/// Outcomes of the explorer model, and so colours of cells.
const COLOURS: u32 = 5;
/// Probability that a cell shows its own colour, as `informative_explorer` assumes.
const TRUE_COLOUR: f64 = 0.8;
/// Fixed-point factor of summed free energies: integers add up without a lock.
const ENERGY_SCALE: f64 = 1e4;

/// Where everybody is.
#[derive(Debug)]
pub(super) struct Board {
    pub(super) width: u32,
    pub(super) height: u32,
    cells: Box<[AtomicU16]>,
    energy: AtomicI64,
    steps: AtomicU64,
}

impl Board {
    pub(super) fn new(width: u32, height: u32, walkers: usize) -> Self {
        let cells = (0..walkers).map(|_| AtomicU16::new(0)).collect();
        Self {
            width,
            height,
            cells,
            energy: AtomicI64::new(0),
            steps: AtomicU64::new(0),
        }
    }

    pub(super) fn area(&self) -> u32 {
        self.width * self.height
    }

    /// What a cell tends to show: (x + 2y) mod 5, as `informative_explorer` assumes.
    fn colour(&self, cell: u16) -> u32 {
        let (x, y) = (u32::from(cell) % self.width, u32::from(cell) / self.width);
        (x + 2 * y) % COLOURS
    }

    pub(super) fn colours(&self) -> Vec<u8> {
        (0..self.area())
            .map(|cell| self.colour(cell as u16) as u8)
            .collect()
    }

    /// What each walker sees now, in the order of their numbers.
    pub(super) fn sights<'a>(&'a self, random: &'a mut impl Rng) -> impl Iterator<Item = u32> + 'a {
        self.cells.iter().map(move |cell| {
            let own = self.colour(cell.load(Ordering::Relaxed));
            if random.random_bool(TRUE_COLOUR) {
                return own;
            }
            (own + random.random_range(1..COLOURS)) % COLOURS
        })
    }

    pub(super) fn neighbour(&self, cell: u16, action: usize) -> u16 {
        move_on_grid(
            usize::from(cell),
            action,
            self.width as usize,
            self.height as usize,
        ) as u16
    }

    /// A walker stands somewhere.
    pub(super) fn stand(&self, walker: u32, cell: u16) {
        if let Some(slot) = self.cells.get(walker as usize) {
            slot.store(cell, Ordering::Relaxed);
        }
    }

    /// An agent took a step.
    pub(super) fn count_step(&self, free_energy: f32) {
        self.energy.fetch_add(
            (f64::from(free_energy) * ENERGY_SCALE) as i64,
            Ordering::Relaxed,
        );
        self.steps.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn steps(&self) -> u64 {
        self.steps.load(Ordering::Relaxed)
    }

    /// Cells of the first walkers, at most `shown`.
    pub(super) fn cells(&self, shown: usize) -> Vec<u16> {
        self.cells
            .iter()
            .take(shown)
            .map(|cell| cell.load(Ordering::Relaxed))
            .collect()
    }

    /// Steps so far, and their mean free energy since the last call, in nats.
    pub(super) fn take_mean_energy(&self, steps_before: u64) -> (u64, f64) {
        let steps = self.steps();
        let sum = self.energy.swap(0, Ordering::Relaxed) as f64 / ENERGY_SCALE;
        let count = steps.saturating_sub(steps_before).max(1);
        (steps, sum / count as f64)
    }
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn means_are_over_the_steps_since_the_last_call() {
        let board = Board::new(10, 10, 1);
        board.count_step(1.0);
        board.count_step(2.0);
        let (steps, mean) = board.take_mean_energy(0);
        assert_eq!(steps, 2);
        assert!((mean - 1.5).abs() < 1e-3);
        board.count_step(-4.0);
        assert_eq!(board.take_mean_energy(steps), (3, -4.0));
    }

    #[test]
    fn walkers_see_their_cells_colour_as_often_as_their_model_assumes() {
        let board = Board::new(10, 10, 20_000);
        for walker in 0..20_000 {
            board.stand(walker, 37);
        }
        let mut random = rand_pcg::Pcg64Mcg::seed_from_u64(1);
        let mut counts = [0_u32; 5];
        board
            .sights(&mut random)
            .for_each(|outcome| counts[outcome as usize] += 1);
        // x = 7, y = 3: (7 + 6) mod 5 = 3 with probability 0.8, each other 0.05.
        assert!((15_600..16_400).contains(&counts[3]), "{counts:?}");
        for other in [0, 1, 2, 4] {
            assert!((800..1200).contains(&counts[other]), "{counts:?}");
        }
    }

    #[test]
    fn whoever_has_no_row_leaves_no_trace() {
        let board = Board::new(10, 10, 1);
        board.stand(0, 99);
        board.stand(u32::MAX, 7);
        assert_eq!(board.cells(5), [99]);
    }
}
