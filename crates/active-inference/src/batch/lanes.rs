//! Eight agents at a time: the equations of a step with one agent per vector lane.
//!
//! Invariant: the same operations as for a single agent with one factor, in the same order up to rounding; lanes beyond
//! the last agent compute on copies of nothing (uniform beliefs) and are never read.

use super::scratch::{Lane, Scratch};
use super::tables::{Rows, Tables};
use crate::action::{SplitMix64, draw, first_maximum, sharpen};
use crate::math::LANES;
use crate::math::simd::{madd, multiversion};
use crate::model::{Model, Sampling, Selection};
use crate::real::Real;

/// No action yet.
const NO_ACTION: u32 = u32::MAX;

/// A run of agents with their own scratch memory.
#[derive(Debug)]
pub(super) struct LaneAgents<T> {
    /// `[group][state]`, eight agents per group.
    beliefs: Vec<Lane<T>>,
    actions: Vec<[u32; LANES]>,
    rngs: Vec<SplitMix64>,
    states: usize,
    scratch: Scratch<T>,
}

impl<T: Real> LaneAgents<T> {
    /// `len` new agents, the first seeded with `first_seed`.
    pub(super) fn new(model: &Model<T>, tables: &Tables<T>, first_seed: usize, len: usize) -> Self {
        let states = model.layout.joint;
        let groups = len.div_ceil(LANES);
        let uniform = T::ONE / T::from_f64(states as f64);
        Self {
            beliefs: vec![[uniform; LANES]; groups * states],
            actions: vec![[NO_ACTION; LANES]; groups],
            rngs: (first_seed..first_seed + len)
                .map(|seed| SplitMix64::new(seed as u64))
                .collect(),
            states,
            scratch: Scratch::new(model, tables),
        }
    }

    /// Beliefs of agent `i` of this run.
    pub(super) fn beliefs(&self, i: usize) -> Vec<T> {
        let group = i / LANES;
        self.beliefs[group * self.states..(group + 1) * self.states]
            .iter()
            .map(|q| q[i % LANES])
            .collect()
    }

    /// One step of every agent.
    pub(super) fn step(
        &mut self,
        model: &Model<T>,
        tables: &Tables<T>,
        observations: &[usize],
        actions: &mut [usize],
    ) {
        let modalities = model.layout.modalities();
        let groups = self
            .beliefs
            .chunks_exact_mut(self.states)
            .zip(&mut self.actions);
        let io = observations
            .chunks(LANES * modalities)
            .zip(actions.chunks_mut(LANES));
        for (((beliefs, last), rngs), (observations, actions)) in
            groups.zip(self.rngs.chunks_mut(LANES)).zip(io)
        {
            infer_and_plan(
                model,
                tables,
                observations,
                last,
                beliefs,
                &mut self.scratch,
            );
            for (lane, (action, rng)) in actions.iter_mut().zip(rngs).enumerate() {
                *action = choose(model, lane, rng, &mut self.scratch);
                last[lane] = *action as u32;
            }
        }
    }
}

multiversion! {
    /// Updates the beliefs of eight agents and leaves their policy posteriors and marginals in `scratch`.
    fn infer_and_plan = body(
        model: &Model<T>,
        tables: &Tables<T>,
        observations: &[usize],
        last: &[u32; LANES],
        beliefs: &mut [Lane<T>],
        scratch: &mut Scratch<T>,
    )
}

#[inline(always)]
fn body<T: Real, const FMA: bool>(
    model: &Model<T>,
    tables: &Tables<T>,
    observations: &[usize],
    last: &[u32; LANES],
    beliefs: &mut [Lane<T>],
    scratch: &mut Scratch<T>,
) {
    let n = beliefs.len();
    let (current, rest) = scratch.depths.split_at_mut(n);
    predict::<T, FMA>(model, tables, last, beliefs, current, &mut rest[..n]);
    observe::<T>(model, observations, current);
    beliefs.copy_from_slice(current);
    plan::<T, FMA>(model, tables, n, scratch);
    posterior(model, scratch);
}

/// `prior` = B\[:, :, u\] q with each lane's own action; D in lanes that have not acted.
#[inline(always)]
fn predict<T: Real, const FMA: bool>(
    model: &Model<T>,
    tables: &Tables<T>,
    last: &[u32; LANES],
    beliefs: &[Lane<T>],
    prior: &mut [Lane<T>],
    moved: &mut [Lane<T>],
) {
    let fresh = last.map(|u| if u == NO_ACTION { T::ONE } else { T::ZERO });
    for (p, d) in prior.iter_mut().zip(&*model.d) {
        *p = fresh.map(|f| f * *d);
    }
    for (u, rows) in tables.moves.iter().enumerate() {
        if !last.contains(&(u as u32)) {
            continue;
        }
        let chosen = last.map(|l| if l == u as u32 { T::ONE } else { T::ZERO });
        multiply::<T, FMA>(rows, beliefs, moved);
        for (p, m) in prior.iter_mut().zip(&*moved) {
            for l in 0..LANES {
                p[l] = madd::<T, FMA>(chosen[l], m[l], p[l]);
            }
        }
    }
}

/// `out` = matrix times `x`, for all lanes.
#[inline(always)]
fn multiply<T: Real, const FMA: bool>(rows: &Rows<T>, x: &[Lane<T>], out: &mut [Lane<T>]) {
    for (out, row) in out.iter_mut().zip(rows.iter()) {
        // Two chains of additions, so that one does not wait for the other.
        let mut acc = [[T::ZERO; LANES]; 2];
        let (pairs, last) = row.as_chunks::<2>();
        for pair in pairs {
            for (acc, (column, value)) in acc.iter_mut().zip(pair) {
                let x = &x[*column as usize];
                for l in 0..LANES {
                    acc[l] = madd::<T, FMA>(*value, x[l], acc[l]);
                }
            }
        }
        for (column, value) in last {
            let x = &x[*column as usize];
            for l in 0..LANES {
                acc[0][l] = madd::<T, FMA>(*value, x[l], acc[0][l]);
            }
        }
        for l in 0..LANES {
            out[l] = acc[0][l] + acc[1][l];
        }
    }
}

/// Bayes' rule with each lane's own observation, in place; see the single-agent code for the identity.
#[inline(always)]
fn observe<T: Real>(model: &Model<T>, observations: &[usize], q: &mut [Lane<T>]) {
    let modalities = model.layout.modalities();
    let width = model.layout.joint_padded;
    let first: [&[T]; LANES] = std::array::from_fn(|l| {
        // Lanes without an agent look at outcome 0.
        let o = observations.get(l * modalities).copied().unwrap_or(0);
        model.a.row(0, o, width)
    });
    let mut total = [T::ZERO; LANES];
    for (s, q) in q.iter_mut().enumerate() {
        let mut likelihood: Lane<T> = std::array::from_fn(|l| first[l][s]);
        for m in 1..modalities {
            for (l, likelihood) in likelihood.iter_mut().enumerate() {
                let o = observations.get(l * modalities + m).copied().unwrap_or(0);
                *likelihood *= model.a.rows[m][o * width + s];
            }
        }
        for l in 0..LANES {
            q[l] = (likelihood[l] + T::EPS) * (q[l] + T::EPS);
            total[l] += q[l];
        }
    }
    let scale = total.map(|z| T::ONE / z);
    for q in q {
        for l in 0..LANES {
            q[l] *= scale[l];
        }
    }
}

/// Scores every node of the policy tree.
#[inline(always)]
fn plan<T: Real, const FMA: bool>(
    model: &Model<T>,
    tables: &Tables<T>,
    n: usize,
    scratch: &mut Scratch<T>,
) {
    let tree = model.policies.tree();
    for (i, node) in tree.nodes().iter().enumerate() {
        let depth = node.depth as usize;
        let (above, below) = scratch.depths.split_at_mut(depth * n);
        let (from, to) = (&above[(depth - 1) * n..], &mut below[..n]);
        multiply::<T, FMA>(&tables.moves[tree.actions_of(i)[0] as usize], from, to);
        let mut value = node
            .parent
            .map_or([T::ZERO; LANES], |p| scratch.nodes[p as usize]);
        if tables.terms.utility {
            let v = &model.a.utility[if model.c.timed { depth - 1 } else { 0 }];
            for (x, v) in to.iter().zip(v) {
                for l in 0..LANES {
                    value[l] = madd::<T, FMA>(*v, x[l], value[l]);
                }
            }
        }
        if tables.terms.states {
            for ((kept, x), h) in scratch.kept.iter_mut().zip(&*to).zip(&model.a.neg_entropy) {
                for l in 0..LANES {
                    kept[l] = cut(x[l]);
                    value[l] = madd::<T, FMA>(*h, kept[l], value[l]);
                }
            }
            multiply::<T, FMA>(&tables.outcomes, &scratch.kept, &mut scratch.outcomes);
            for q in &scratch.outcomes {
                for l in 0..LANES {
                    value[l] -= q[l] * (q[l] + T::EPS).ln_fast();
                }
            }
        }
        scratch.nodes[i] = value;
    }
}

/// pymdp leaves out states with x <= e^-16.
#[inline(always)]
fn cut<T: Real>(x: T) -> T {
    if x > T::INFO_EPS { x } else { T::ZERO }
}

/// Policy posterior and action marginals of every lane.
#[inline(always)]
fn posterior<T: Real>(model: &Model<T>, scratch: &mut Scratch<T>) {
    let leaves = model.policies.tree().leaves();
    let mut max = [T::NEG_INFINITY; LANES];
    for ((q, leaf), e) in scratch.q_pi.iter_mut().zip(leaves).zip(&model.e.ln) {
        let g = &scratch.nodes[*leaf as usize];
        for l in 0..LANES {
            q[l] = model.gamma * g[l] + *e;
            max[l] = if q[l] > max[l] { q[l] } else { max[l] };
        }
    }
    let mut total = [T::ZERO; LANES];
    for q in &mut scratch.q_pi {
        for l in 0..LANES {
            q[l] = (q[l] - max[l]).exp_fast();
            total[l] += q[l];
        }
    }
    let scale = total.map(|t| T::ONE / t);
    scratch.marginals.fill([T::ZERO; LANES]);
    for (p, q) in scratch.q_pi.iter_mut().enumerate() {
        let marginal = &mut scratch.marginals[model.policies.first(p)[0] as usize];
        for l in 0..LANES {
            q[l] *= scale[l];
            marginal[l] += q[l];
        }
    }
}

/// The action of one lane.
#[inline(always)]
fn choose<T: Real>(
    model: &Model<T>,
    lane: usize,
    rng: &mut SplitMix64,
    scratch: &mut Scratch<T>,
) -> usize {
    let full = model.settings.sampling_mode == Sampling::Full;
    let source = if full {
        &scratch.q_pi
    } else {
        &scratch.marginals
    };
    let one = &mut scratch.one[..source.len()];
    for (o, p) in one.iter_mut().zip(source) {
        *o = p[lane];
    }
    let index = match model.settings.action_selection {
        Selection::Deterministic => first_maximum(one),
        Selection::Stochastic => {
            let sharpened = &mut scratch.sharpened[..one.len()];
            sharpen(model.alpha, one, sharpened);
            draw(sharpened, rng)
        }
    };
    if full {
        model.policies.first(index)[0] as usize
    } else {
        index
    }
}
