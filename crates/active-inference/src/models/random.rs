//! Random models for measuring: uniform entries with normalised columns, normal preferences.
//!
//! Invariant: the same seed gives the same model on every machine.

use super::affordable;
use crate::action::SplitMix64;
use crate::error::ModelError;
use crate::model::{Model, ModelBuilder, Settings, Tensor};
use crate::real::Real;

/// A random model of the given sizes.
fn random<T: Real>(
    num_obs: &[usize],
    num_states: &[usize],
    num_controls: &[usize],
    policy_len: usize,
    seed: u64,
) -> Result<Model<T>, ModelError> {
    let mut rng = SplitMix64::new(seed);
    let mut builder = ModelBuilder::new();
    for o in num_obs {
        let mut shape = vec![*o];
        shape.extend_from_slice(num_states);
        builder = builder.likelihood(Tensor::from_fn(shape, |_| rng.uniform()).normalised());
    }
    for (n, u) in num_states.iter().zip(num_controls) {
        builder = builder.transition(Tensor::from_fn([*n, *n, *u], |_| rng.uniform()).normalised());
    }
    let c = num_obs
        .iter()
        .map(|o| Tensor::from_fn([*o], |_| normal(&mut rng)))
        .collect();
    builder
        .preferences(c)
        .settings(Settings {
            policy_len,
            ..Settings::default()
        })
        .build()
}

/// Box-Muller.
fn normal(rng: &mut SplitMix64) -> f64 {
    let (u, v) = (1.0 - rng.uniform(), rng.uniform());
    (-2.0 * u.ln()).sqrt() * (std::f64::consts::TAU * v).cos()
}

/// One factor and one modality of `size` levels each, all entries of A and B filled; policy length 1.
///
/// # Errors
/// [`ModelError`] if a size is zero or too large for memory.
pub fn dense<T: Real>(size: usize, actions: usize, seed: u64) -> Result<Model<T>, ModelError> {
    affordable(size, actions)?;
    random(&[size], &[size], &[actions], 1, seed)
}

/// Three factors S = (4, 3, 2), three modalities O = (5, 4, 3), controls (3, 2, 1).
///
/// # Errors
/// [`ModelError`] if the policies would not fit in memory.
pub fn three_factors<T: Real>(policy_len: usize, seed: u64) -> Result<Model<T>, ModelError> {
    random(&[5, 4, 3], &[4, 3, 2], &[3, 2, 1], policy_len, seed)
}
