//! Labelled series: runs of a benchmark with known steps, ramps and spikes, and how well a detector finds them.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64;

/// A series and the ranges of indices within which a change point is right; one hit in each is wanted.
pub(crate) struct Labelled {
    /// Values, oldest first.
    pub(crate) values: Vec<f64>,
    /// First and last index at which a change may be reported.
    pub(crate) changes: Vec<(usize, usize)>,
}

/// Runs of a series.
const RUNS: usize = 90;

/// Indices by which a reported change may be off.
const TOLERANCE: usize = 3;

/// A series of 90 runs: up to three steps of 6-30 % either way, sometimes a ramp of 15 % over 15 runs, single
/// spikes of 20-100 % in 5 % of the runs, heavy-tailed noise of 1-3 %.
pub(crate) fn series(seed: u64) -> Labelled {
    let mut rng = Pcg64::seed_from_u64(seed);
    let mut level = [0.0; RUNS];
    let mut changes = Vec::new();
    for slot in 0..3 {
        let at = 15 + slot * 25 + rng.random_range(0..8);
        match rng.random_range(0..10) {
            0..5 => {}
            5..9 => {
                let size = f64::ln(1.0 + rng.random_range(0.06..0.30));
                let size = if rng.random_range(0..2) == 0 {
                    size
                } else {
                    -size
                };
                level[at..].iter_mut().for_each(|one| *one += size);
                changes.push((at - TOLERANCE, at + TOLERANCE));
            }
            _ => {
                for (index, one) in level.iter_mut().enumerate().skip(at) {
                    *one += 0.01 * (index - at).min(15) as f64;
                }
                changes.push((at - TOLERANCE, at + 15 + TOLERANCE));
            }
        }
    }
    let values = drawn(&level, &mut rng);
    Labelled { values, changes }
}

/// A series of 90 runs whose level rises by 12-25 % from the first run to the last one, or, every other time, stays;
/// noise and spikes as above. And whether it rises.
pub(crate) fn slow(seed: u64) -> (Vec<f64>, bool) {
    let mut rng = Pcg64::seed_from_u64(seed);
    let rises = rng.random_range(0..2) == 0;
    let whole = if rises {
        f64::ln(1.0 + rng.random_range(0.12..0.25))
    } else {
        0.0
    };
    let level: [f64; RUNS] = std::array::from_fn(|run| whole * run as f64 / (RUNS - 1) as f64);
    (drawn(&level, &mut rng), rises)
}

/// Values around these levels: noise and single spikes.
fn drawn(level: &[f64], rng: &mut Pcg64) -> Vec<f64> {
    let noise = rng.random_range(0.01..0.03);
    let values = level.iter().map(|level| {
        let mut normal = || {
            let radius = (-2.0 * rng.random_range(f64::MIN_POSITIVE..1.0).ln()).sqrt();
            radius * (std::f64::consts::TAU * rng.random_range(0.0..1.0)).cos()
        };
        let square = (0..5).map(|_| normal().powi(2)).sum::<f64>();
        // Student's t with 5 degrees of freedom, scaled to a standard deviation of 1.
        let heavy = normal() / (square / 3.0).sqrt();
        let spike = if rng.random_range(0.0..1.0) < 0.05 {
            rng.random_range(0.18..0.7)
        } else {
            0.0
        };
        100.0 * (level + noise * heavy + spike).exp()
    });
    values.collect()
}

/// How often a detector was right and wrong.
#[derive(Clone, Copy, Default)]
pub(crate) struct Score {
    hits: usize,
    misses: usize,
    false_alarms: usize,
}

impl Score {
    /// Counts the reported indices of one series; repeats within one label count neither way.
    pub(crate) fn add(&mut self, labelled: &Labelled, reported: &[usize]) {
        let within = |at: &usize, label: &(usize, usize)| (label.0..=label.1).contains(at);
        for label in &labelled.changes {
            if reported.iter().any(|at| within(at, label)) {
                self.hits += 1;
            } else {
                self.misses += 1;
            }
        }
        let wrong = reported
            .iter()
            .filter(|at| !labelled.changes.iter().any(|label| within(at, label)));
        self.false_alarms += wrong.count();
    }

    /// Counts a yes or no about one series.
    pub(crate) fn add_answer(&mut self, truth: bool, answer: bool) {
        self.hits += usize::from(truth && answer);
        self.misses += usize::from(truth && !answer);
        self.false_alarms += usize::from(!truth && answer);
    }

    /// Share of reports that are right, of labels that were found, and their harmonic mean.
    pub(crate) fn precision_recall_f1(self) -> (f64, f64, f64) {
        let share = |part: usize, rest: usize| part as f64 / (part + rest).max(1) as f64;
        let (precision, recall) = (
            share(self.hits, self.false_alarms),
            share(self.hits, self.misses),
        );
        let sum = (precision + recall).max(f64::MIN_POSITIVE);
        (precision, recall, 2.0 * precision * recall / sum)
    }
}

/// The usual script: 10 % away from the run before.
pub(crate) fn jump_rule(values: &[f64]) -> Vec<usize> {
    let far = |&at: &usize| (values[at] / values[at - 1]).ln().abs() > 0.1f64.ln_1p();
    (1..values.len()).filter(far).collect()
}

/// A kinder script: 10 % away from the mean of the five runs before, and reported once per excursion.
pub(crate) fn window_rule(values: &[f64]) -> Vec<usize> {
    let far = |at: usize| {
        let mean = values[at - 5..at].iter().sum::<f64>() / 5.0;
        (values[at] / mean).ln().abs() > 0.1f64.ln_1p()
    };
    (6..values.len())
        .filter(|&at| far(at) && !far(at - 1))
        .collect()
}
