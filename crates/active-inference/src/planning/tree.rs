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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::math::LANES;
    use crate::models;
    use proptest::prelude::*;

    fn beliefs(model: &Model<f64>, seed: u64) -> Vec<f64> {
        let layout = &*model.layout;
        let mut state = seed;
        let mut out: Vec<f64> = (0..layout.flat_len())
            .map(|_| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1);
                ((state >> 33) as f64 / f64::from(1u32 << 31)).powi(8)
            })
            .collect();
        for f in 0..layout.factors() {
            let total: f64 = out[layout.factor(f)].iter().sum();
            out[layout.factor(f)].iter_mut().for_each(|q| *q /= total);
        }
        out
    }

    fn scored(
        model: &Model<f64>,
        beliefs: &[f64],
        walk: impl Fn(&Model<f64>, Terms, &[f64], Buffers<'_, f64>),
    ) -> Vec<Values<f64>> {
        let layout = &*model.layout;
        let mut blocks = vec![0.0; (layout.depth + 1) * layout.block_len + LANES];
        let mut joint = vec![0.0; layout.joint_padded];
        let mut scratch = Scratch::default();
        scratch.fit(model);
        let mut nodes = vec![[0.0; 4]; model.policies.tree().nodes().len()];
        let buffers = Buffers {
            blocks: &mut blocks,
            joint: &mut joint,
            scratch: &mut scratch,
            nodes: &mut nodes,
        };
        walk(model, Terms::enabled(model), beliefs, buffers);
        nodes
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn the_wide_build_agrees_with_the_portable_one(seed in any::<u64>(), which in 0usize..4) {
            let model = match which {
                0 => models::informative_explorer::<f64>(5, 4, 2),
                1 => models::three_factors::<f64>(2, seed),
                2 => models::dense::<f64>(13, 3, seed),
                _ => models::tmaze::<f64>(),
            };
            let model = model.expect("a model");
            let beliefs = beliefs(&model, seed);
            let wide = scored(&model, &beliefs, walk::<f64>);
            let portable = scored(&model, &beliefs, walk_body::<f64, false>);
            for (w, p) in wide.iter().flatten().zip(portable.iter().flatten()) {
                prop_assert!((w - p).abs() < 1e-11, "{w} {p}");
            }
        }
    }
}
