//! Expected free energy of all policies by one walk over the tree of their prefixes.
//!
//! Invariant: every distinct prefix is predicted and scored once; a policy's G is the sum along its path.

use super::efe::{Scratch, Terms, Values, score, score_transition};
use crate::inference::outer;
use crate::math::padded;
use crate::math::simd::multiversion;
use crate::model::Model;
use crate::real::Real;

/// Buffers of one walk.
pub(crate) struct Buffers<'a, T> {
    /// One block per depth, the current belief first.
    pub(crate) blocks: &'a mut [T],
    /// Joint belief, padded.
    pub(crate) joint: &'a mut [T],
    pub(crate) scratch: &'a mut Scratch<T>,
    /// Terms summed along the path to each node.
    pub(crate) nodes: &'a mut [Values<T>],
}

multiversion! {
    /// Scores every node, from flat `beliefs`.
    pub(crate) fn walk = walk_body(model: &Model<T>, terms: Terms, beliefs: &[T], buffers: Buffers<'_, T>)
}

#[inline(always)]
fn walk_body<T: Real, const FMA: bool>(
    model: &Model<T>,
    terms: Terms,
    beliefs: &[T],
    buffers: Buffers<'_, T>,
) {
    let Buffers {
        blocks,
        joint,
        scratch,
        nodes,
    } = buffers;
    let layout = &*model.layout;
    let tree = model.policies.tree();
    let (len, factors) = (layout.block_len, layout.factors());
    layout.flat_to_block(beliefs, &mut blocks[..len]);
    for (n, node) in tree.nodes().iter().enumerate() {
        let depth = node.depth as usize;
        let (above, below) = blocks.split_at_mut(depth * len);
        let (from, to) = (&above[(depth - 1) * len..], &mut below[..len]);
        let actions = tree.actions_of(n);
        for (f, u) in actions.iter().enumerate().skip(node.first_changed as usize) {
            model.b.fast[f].apply::<FMA>(*u as usize, from, to, layout.block[f]);
        }
        let x: &[T] = if factors == 1 {
            &to[layout.block[0]..layout.block[0] + padded(layout.joint)]
        } else {
            outer((0..factors).map(|f| &to[layout.in_block(f)]), joint);
            joint
        };
        let mut value = score::<T, FMA>(model, terms, depth - 1, x, scratch);
        if terms.b {
            value[3] = score_transition::<T, FMA>(model, actions, from, to, &mut scratch.weights);
        }
        if let Some(parent) = node.parent {
            for (v, p) in value.iter_mut().zip(nodes[parent as usize]) {
                *v += p;
            }
        }
        nodes[n] = value;
    }
}
