//! [`Layout`]: sizes, offsets and strides of a model's arrays.
//!
//! Invariant: immutable after the build and shared; two agents with the same `Arc<Layout>` can share a workspace.

use crate::math::padded;

/// Sizes and offsets. "Flat" beliefs are the factors' vectors one behind the other; "blocks" are the same with
/// zero margins and padding for the vector kernels; "joint" vectors run over all combinations of states, C order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Layout {
    pub(crate) num_obs: Vec<usize>,
    pub(crate) num_states: Vec<usize>,
    pub(crate) num_controls: Vec<usize>,
    /// Offset of each factor in flat beliefs; the last entry is the total.
    pub(crate) flat: Vec<usize>,
    /// Offset of each factor's first state in a block.
    pub(crate) block: Vec<usize>,
    /// Length of a block.
    pub(crate) block_len: usize,
    /// Offset of each factor in flat action marginals; the last entry is the total.
    pub(crate) actions: Vec<usize>,
    /// Number of joint states.
    pub(crate) joint: usize,
    /// `joint`, padded.
    pub(crate) joint_padded: usize,
    /// Longest policy.
    pub(crate) depth: usize,
    /// Number of policies.
    pub(crate) policies: usize,
}

/// Running sums with a leading zero.
pub(crate) fn offsets(sizes: &[usize]) -> Vec<usize> {
    let mut out = Vec::with_capacity(sizes.len() + 1);
    let mut total = 0;
    out.push(0);
    for n in sizes {
        total += n;
        out.push(total);
    }
    out
}

impl Layout {
    /// Lays out the arrays; `margins[f]` zeros are kept on both sides of factor f's states in a block.
    pub(crate) fn new(
        num_obs: Vec<usize>,
        num_states: Vec<usize>,
        num_controls: Vec<usize>,
        margins: &[usize],
        depth: usize,
        policies: usize,
    ) -> Self {
        let mut block = Vec::with_capacity(num_states.len());
        let mut at = 0;
        for (n, margin) in num_states.iter().zip(margins) {
            at += padded(*margin);
            block.push(at);
            at += padded(*n) + padded(*margin);
        }
        let joint = num_states.iter().product();
        Self {
            flat: offsets(&num_states),
            actions: offsets(&num_controls),
            block,
            block_len: at,
            joint,
            joint_padded: padded(joint),
            num_obs,
            num_states,
            num_controls,
            depth,
            policies,
        }
    }

    pub(crate) fn factors(&self) -> usize {
        self.num_states.len()
    }

    pub(crate) fn modalities(&self) -> usize {
        self.num_obs.len()
    }

    /// Length of flat beliefs.
    pub(crate) fn flat_len(&self) -> usize {
        self.flat[self.flat.len() - 1]
    }

    /// Length of flat action marginals.
    pub(crate) fn actions_len(&self) -> usize {
        self.actions[self.actions.len() - 1]
    }

    /// Range of a factor in flat beliefs.
    #[inline]
    pub(crate) fn factor(&self, f: usize) -> std::ops::Range<usize> {
        self.flat[f]..self.flat[f + 1]
    }

    /// Range of a factor's states in a block, without padding.
    #[inline]
    pub(crate) fn in_block(&self, f: usize) -> std::ops::Range<usize> {
        self.block[f]..self.block[f] + self.num_states[f]
    }

    /// Copies flat beliefs into a block (whose margins and padding are already zero).
    #[inline(always)]
    pub(crate) fn flat_to_block<T: Copy>(&self, flat: &[T], block: &mut [T]) {
        for f in 0..self.factors() {
            block[self.in_block(f)].copy_from_slice(&flat[self.factor(f)]);
        }
    }
}
