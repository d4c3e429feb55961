//! The terms of the (negative) expected free energy at one predicted belief.
//!
//! Invariant: exactly the terms of pymdp 0.0.7.1 (`control.py:calc_expected_utility`, `calc_states_info_gain`,
//! `calc_pA_info_gain`, `calc_pB_info_gain`), with its three epsilons and its cut of states with x(s) <= e^-16.
//! The sums over states are matrix products with tables of the model: utility is x . v with v = A^T ln softmax(C), the
//! ambiguity part of information gain is x . h with h(s) = sum_o po ln(po + e^-16).

use crate::math::kernels::{block_sum, columns_vec, dot, mat_vec};
use crate::math::simd::madd;
use crate::math::{LANES, padded};
use crate::model::Model;
use crate::model::outcomes::{Outcomes, joint_column_in_place};
use crate::real::Real;

/// A term of G.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Term {
    /// Expected log-preference of outcomes.
    Utility,
    /// Expected information gain about hidden states.
    StateInformation,
    /// Expected information gain about the parameters of A.
    LikelihoodInformation,
    /// Expected information gain about the parameters of B.
    TransitionInformation,
}

/// Which terms to compute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Terms {
    pub(crate) utility: bool,
    pub(crate) states: bool,
    pub(crate) a: bool,
    pub(crate) b: bool,
}

impl Terms {
    /// Those that the settings switch on.
    pub(crate) fn enabled<T: Real>(model: &Model<T>) -> Self {
        let s = &*model.settings;
        Self {
            utility: s.use_utility,
            states: s.use_states_info_gain,
            a: s.use_param_info_gain && model.counts.a.is_some(),
            b: s.use_param_info_gain && model.counts.b.is_some(),
        }
    }

    /// All that the model defines over `steps` steps.
    pub(crate) fn defined<T: Real>(model: &Model<T>, steps: usize, message_passing: bool) -> Self {
        Self {
            utility: !model.c.timed || model.a.utility.len() >= steps,
            states: !matches!(model.a.outcomes, Outcomes::Unavailable),
            a: model.counts.a.is_some(),
            b: model.counts.b.is_some() && !message_passing,
        }
    }

    pub(crate) fn contains(self, term: Term) -> bool {
        match term {
            Term::Utility => self.utility,
            Term::StateInformation => self.states,
            Term::LikelihoodInformation => self.a,
            Term::TransitionInformation => self.b,
        }
    }
}

/// Values of the four terms, in the order of [`Term`].
pub(crate) type Values<T> = [T; 4];

/// Buffers of [`score`].
#[derive(Debug, Clone, Default)]
pub(crate) struct Scratch<T> {
    /// The belief without the states that pymdp cuts, padded.
    pub(crate) kept: Vec<T>,
    /// Expected outcomes; zero beyond the rows in use.
    pub(crate) outcomes: Vec<T>,
    /// One joint column, if the model forms them on the fly.
    pub(crate) column: Vec<T>,
    /// Expected weights of one modality or factor.
    pub(crate) weights: Vec<T>,
}

impl<T: Real> Scratch<T> {
    /// Grows the buffers to what `model` needs; shrinks nothing.
    pub(crate) fn fit(&mut self, model: &Model<T>) {
        let grow = |v: &mut Vec<T>, n: usize| {
            if v.len() < n {
                v.resize(n, T::ZERO);
            }
        };
        if self.kept.len() != model.layout.joint_padded {
            self.kept = vec![T::ZERO; model.layout.joint_padded];
        }
        let widest = model
            .layout
            .num_obs
            .iter()
            .chain(&model.layout.num_states)
            .copied()
            .max()
            .unwrap_or(0);
        grow(
            &mut self.outcomes,
            padded(model.a.outcomes.count().max(widest)),
        );
        grow(&mut self.column, model.a.outcomes.column_len());
        grow(&mut self.weights, padded(widest));
    }
}

/// Terms of belief `x` (joint, padded) at step `t` (from 0), except the information gain about B.
#[inline(always)]
pub(crate) fn score<T: Real, const FMA: bool>(
    model: &Model<T>,
    terms: Terms,
    t: usize,
    x: &[T],
    scratch: &mut Scratch<T>,
) -> Values<T> {
    let mut out = [T::ZERO; 4];
    if terms.utility {
        let v = &model.a.utility[if model.c.timed { t } else { 0 }];
        out[0] = dot::<T, FMA>(x, v);
    }
    if terms.states {
        let negative_ambiguity = cut_and_dot::<T, FMA>(x, &model.a.neg_entropy, &mut scratch.kept);
        let count = expected_outcomes::<T, FMA>(model, scratch);
        out[1] = negative_ambiguity - sum_q_ln_q::<T, FMA>(&scratch.outcomes[..padded(count)]);
    }
    if terms.a {
        for (m, rows) in model.a.rows.iter().enumerate() {
            let n = model.layout.num_obs[m];
            mat_vec::<T, FMA>(rows, x, &mut scratch.outcomes[..n]);
            mat_vec::<T, FMA>(&model.novelty.a[m], x, &mut scratch.weights[..n]);
            for (q, w) in scratch.outcomes[..n].iter().zip(&scratch.weights) {
                out[2] -= *q * *w;
            }
        }
        // The buffer is shared with the joint outcomes, whose padding must stay zero.
        scratch.outcomes.fill(T::ZERO);
    }
    out
}

/// Information gain about B of the step from belief `from` to belief `to` (blocks) under `actions`.
#[inline(always)]
pub(crate) fn score_transition<T: Real, const FMA: bool>(
    model: &Model<T>,
    actions: &[u32],
    from: &[T],
    to: &[T],
    weights: &mut [T],
) -> T {
    let mut gain = T::ZERO;
    for (f, u) in actions.iter().enumerate() {
        let n = model.layout.num_states[f];
        let (width, at) = (padded(n), model.layout.block[f]);
        let rows = &model.novelty.b[f][*u as usize * n * width..(*u as usize + 1) * n * width];
        mat_vec::<T, FMA>(rows, &from[at..at + width], &mut weights[..n]);
        for (q, w) in to[at..at + n].iter().zip(&*weights) {
            gain -= *q * *w;
        }
    }
    gain
}

/// `kept = x` where x > e^-16, else 0; returns `kept . h`.
#[inline(always)]
fn cut_and_dot<T: Real, const FMA: bool>(x: &[T], h: &[T], kept: &mut [T]) -> T {
    let mut acc = [T::ZERO; LANES];
    let blocks = x
        .as_chunks::<LANES>()
        .0
        .iter()
        .zip(h.as_chunks::<LANES>().0);
    for ((x, h), kept) in blocks.zip(kept.as_chunks_mut::<LANES>().0) {
        for l in 0..LANES {
            kept[l] = if x[l] > T::INFO_EPS { x[l] } else { T::ZERO };
            acc[l] = madd::<T, FMA>(kept[l], h[l], acc[l]);
        }
    }
    block_sum(acc)
}

/// Expected joint outcomes of `scratch.kept` into `scratch.outcomes`; returns how many.
#[inline(always)]
fn expected_outcomes<T: Real, const FMA: bool>(
    model: &Model<T>,
    scratch: &mut Scratch<T>,
) -> usize {
    match &model.a.outcomes {
        Outcomes::Dense { rows, count } => {
            mat_vec::<T, FMA>(rows, &scratch.kept, &mut scratch.outcomes[..*count]);
            *count
        }
        Outcomes::Columns { columns, count } => {
            let q = &mut scratch.outcomes[..padded(*count)];
            columns_vec::<T, FMA>(columns, &scratch.kept, q);
            *count
        }
        Outcomes::Sparse {
            starts,
            outcomes,
            values,
            count,
        } => {
            let q = &mut scratch.outcomes[..*count];
            q.fill(T::ZERO);
            for (x, range) in scratch.kept.iter().zip(starts.windows(2)) {
                if *x != T::ZERO {
                    let range = range[0] as usize..range[1] as usize;
                    for (o, p) in outcomes[range.clone()].iter().zip(&values[range]) {
                        q[*o as usize] = madd::<T, FMA>(*x, *p, q[*o as usize]);
                    }
                }
            }
            *count
        }
        Outcomes::OnTheFly { count } => {
            let q = &mut scratch.outcomes[..*count];
            q.fill(T::ZERO);
            let layout = &*model.layout;
            for (s, x) in scratch
                .kept
                .iter()
                .enumerate()
                .filter(|(_, x)| **x != T::ZERO)
            {
                let column = &mut scratch.column[..*count];
                joint_column_in_place(
                    &model.a.rows,
                    &layout.num_obs,
                    layout.joint_padded,
                    s,
                    column,
                );
                for (q, p) in q.iter_mut().zip(&*column) {
                    *q = madd::<T, FMA>(*x, *p, *q);
                }
            }
            *count
        }
        Outcomes::Unavailable => 0,
    }
}

/// sum q ln(q + 1e-16) over a padded vector (zeros add nothing).
#[inline(always)]
fn sum_q_ln_q<T: Real, const FMA: bool>(q: &[T]) -> T {
    let mut acc = [T::ZERO; LANES];
    for q in q.as_chunks::<LANES>().0 {
        for l in 0..LANES {
            acc[l] = madd::<T, FMA>(q[l], (q[l] + T::EPS).ln_fast(), acc[l]);
        }
    }
    block_sum(acc)
}
