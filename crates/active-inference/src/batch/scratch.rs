//! Buffers of one worker of a batch.
//!
//! Invariant: every element is one value of eight agents.

use super::tables::Tables;
use crate::math::LANES;
use crate::model::Model;
use crate::real::Real;

/// One value of each of eight agents.
pub(super) type Lane<T> = [T; LANES];

/// What a step of eight agents computes on the way.
#[derive(Debug)]
pub(super) struct Scratch<T> {
    /// Predicted beliefs, one vector over states per depth.
    pub(super) depths: Vec<Lane<T>>,
    /// The prediction without the states that pymdp cuts.
    pub(super) kept: Vec<Lane<T>>,
    pub(super) outcomes: Vec<Lane<T>>,
    /// Score summed along the path to each node.
    pub(super) nodes: Vec<Lane<T>>,
    /// Policy posterior.
    pub(super) q_pi: Vec<Lane<T>>,
    pub(super) marginals: Vec<Lane<T>>,
    /// One agent's distribution, for stochastic choice.
    pub(super) one: Vec<T>,
    pub(super) sharpened: Vec<T>,
}

impl<T: Real> Scratch<T> {
    pub(super) fn new(model: &Model<T>, tables: &Tables<T>) -> Self {
        let layout = &*model.layout;
        let lanes = |n: usize| vec![[T::ZERO; LANES]; n];
        let longest = layout.policies.max(layout.actions_len());
        Self {
            depths: lanes((layout.depth + 1) * layout.joint),
            kept: lanes(layout.joint),
            outcomes: lanes(tables.outcome_count),
            nodes: lanes(model.policies.tree().nodes().len()),
            q_pi: lanes(layout.policies),
            marginals: lanes(layout.actions_len()),
            one: vec![T::ZERO; longest],
            sharpened: vec![T::ZERO; longest],
        }
    }
}
