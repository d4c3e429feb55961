//! From a builder's parts to a model: the order of checks and the tables computed from what passed them.
//!
//! Invariant: nothing is computed from an array before it has been checked, and no policy is made before all are counted.

use std::sync::Arc;

use super::builder::ModelBuilder;
use super::layout::Layout;
use super::likelihood::{Likelihood, pad_rows};
use super::novelty::Novelty;
use super::validate::{A_AXES, B_AXES, counts_like, vectors};
use super::{Counts, Model, Tensor, Transitions};
use crate::error::{Array, ModelError};
use crate::real::Real;

/// Checks everything and computes the model's tables.
pub(super) fn assemble<T: Real>(builder: ModelBuilder) -> Result<Model<T>, ModelError> {
    let (num_states, num_obs) = builder.shapes()?;
    let num_controls = builder.controls_of()?;
    builder.check_settings(num_obs.len(), &num_controls)?;
    let joint: usize = num_states.iter().product();
    let per_factor = |data: &[Vec<f64>]| {
        data.iter()
            .flatten()
            .map(|x| T::from_f64(*x))
            .collect::<Vec<T>>()
    };

    let d = builder.initial_beliefs(&num_states)?;
    if let Some(pd) = &builder.pd {
        vectors(Array::PD, pd, &num_states, false)?;
    }
    for (array, given, like, axes) in [
        (Array::PA, &builder.pa, &builder.a, A_AXES),
        (Array::PB, &builder.pb, &builder.b, B_AXES),
    ] {
        if let Some(counts) = given {
            counts_like(array, counts, like, axes)?;
        }
    }

    let policies = builder.policy_set(&num_controls)?;
    let preferences = builder.log_preferences(&num_obs, policies.longest())?;
    let habits = builder.log_habits(policies.len())?;

    let to_flat = |tensors: &[Tensor]| {
        tensors
            .iter()
            .map(|t| t.data.iter().map(|x| T::from_f64(*x)).collect())
            .collect::<Vec<Vec<T>>>()
    };
    let b = Transitions::new(to_flat(&builder.b), &num_states, builder.settings.algorithm);
    // A model that may learn B keeps room for any diagonal.
    let margins: Vec<usize> = b
        .fast
        .iter()
        .zip(&num_states)
        .map(|(t, n)| if builder.pb.is_some() { *n } else { t.margin() })
        .collect();
    let layout = Layout::new(
        num_obs,
        num_states,
        num_controls,
        &margins,
        policies.longest(),
        policies.len(),
    );

    let to_rows = |tensors: &[Tensor]| {
        tensors
            .iter()
            .map(|t| pad_rows::<T>(&t.data, joint))
            .collect::<Vec<_>>()
    };
    let counts = Counts {
        a: builder.pa.as_deref().map(to_rows),
        b: builder.pb.as_deref().map(to_flat),
        d: builder.pd.as_deref().map(per_factor),
    };
    let mut novelty = Novelty::default();
    if let Some(pa) = &counts.a {
        novelty.set_a(pa, joint);
    }
    if let Some(pb) = &counts.b {
        novelty.set_b(pb, &layout.num_states);
    }
    let a = Likelihood::new(to_rows(&builder.a), &layout.num_obs, joint, &preferences.ln);
    Ok(Model {
        a: Arc::new(a),
        b: Arc::new(b),
        c: Arc::new(preferences),
        d: Arc::new(per_factor(&d)),
        e: Arc::new(habits),
        counts: Arc::new(counts),
        novelty: Arc::new(novelty),
        gamma: T::from_f64(builder.settings.gamma),
        alpha: T::from_f64(builder.settings.alpha),
        layout: Arc::new(layout),
        settings: Arc::new(builder.settings),
        policies: Arc::new(policies),
    })
}
