//! Marginal message passing over a window of observations (pymdp `algos/mmp.py:run_mmp`; Parr, Markovic, Kiebel and
//! Friston 2019).
//!
//! Invariant: reproduces pymdp's schedule: uniform start, ten iterations, time outer, factors inner, beliefs updated in
//! place, tau = 0.25, the free energy of the last iteration.

use super::{joint_likelihood, marginal, outer};
use crate::math::kernels::{mat_vec, sum};
use crate::math::padded;
use crate::math::simd::multiversion;
use crate::math::softmax::softmax_in_place;
use crate::model::Model;
use crate::real::Real;

const ITERATIONS: usize = 10;
const TAU: f64 = 0.25;

/// Beliefs of all policies over the window, and the buffers to compute them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Messages<T> {
    /// Blocks, `[policy][time]`, `times` blocks per policy.
    pub(crate) beliefs: Vec<T>,
    /// Blocks reserved per policy.
    pub(crate) times: usize,
    /// Observations in the window of the last inference.
    pub(crate) past: usize,
    /// Variational free energy of each policy.
    pub(crate) free_energy: Vec<T>,
    likelihoods: Vec<T>,
    joint: Vec<T>,
    message: Vec<T>,
    ln_a: Vec<T>,
    ln_past: Vec<T>,
    ln_future: Vec<T>,
    error: Vec<T>,
    ones: Vec<T>,
    block: Vec<T>,
    observation: Vec<usize>,
}

/// What is known when the messages are passed.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a, T> {
    /// Observation indices, oldest first.
    pub(crate) observations: &'a [u32],
    /// Actions in front of every policy, oldest first.
    pub(crate) actions: &'a [u32],
    /// Belief before the window, flat, one or one per policy.
    pub(crate) prior: &'a [T],
    pub(crate) per_policy: bool,
}

impl<T: Real> Messages<T> {
    /// Grows the buffers to a window of `past` observations.
    pub(crate) fn fit(&mut self, model: &Model<T>, past: usize) {
        let layout = &*model.layout;
        let widest = layout.num_states.iter().copied().max().unwrap_or(0);
        let times = past + layout.depth;
        if self.block.len() != layout.block_len
            || self.times < times
            || self.joint.len() != layout.joint_padded
        {
            *self = Self {
                beliefs: vec![T::ZERO; layout.policies * times * layout.block_len],
                times,
                past: 0,
                free_energy: vec![T::ZERO; layout.policies],
                likelihoods: vec![T::ZERO; past * layout.joint_padded],
                joint: vec![T::ZERO; layout.joint_padded],
                message: vec![T::ZERO; widest],
                ln_a: vec![T::ZERO; widest],
                ln_past: vec![T::ZERO; widest],
                ln_future: vec![T::ZERO; widest],
                error: vec![T::ZERO; widest],
                ones: vec![T::ONE; widest],
                block: vec![T::ZERO; layout.block_len],
                observation: vec![0; layout.modalities()],
            };
        }
    }

    /// The block of policy `p` at window time `t`.
    #[inline(always)]
    pub(crate) fn at(&self, p: usize, t: usize, block_len: usize) -> &[T] {
        let start = (p * self.times + t) * block_len;
        &self.beliefs[start..start + block_len]
    }
}

multiversion! {
    /// Passes messages for every policy; results are in `messages`.
    pub(crate) fn pass = pass_body(model: &Model<T>, evidence: Evidence<'_, T>, messages: &mut Messages<T>)
}

#[inline(always)]
fn pass_body<T: Real, const FMA: bool>(
    model: &Model<T>,
    evidence: Evidence<'_, T>,
    messages: &mut Messages<T>,
) {
    let layout = &*model.layout;
    let (modalities, joint, flat) = (layout.modalities(), layout.joint_padded, layout.flat_len());
    let past = evidence.observations.len() / modalities;
    messages.past = past;
    for (t, o) in evidence.observations.chunks_exact(modalities).enumerate() {
        for (to, o) in messages.observation.iter_mut().zip(o) {
            *to = *o as usize;
        }
        let out = &mut messages.likelihoods[t * joint..(t + 1) * joint];
        joint_likelihood(&model.a, &messages.observation, out);
    }
    let mut beliefs = std::mem::take(&mut messages.beliefs);
    let stride = messages.times * layout.block_len;
    for (p, beliefs) in beliefs
        .chunks_exact_mut(stride)
        .enumerate()
        .take(layout.policies)
    {
        let prior = if evidence.per_policy {
            &evidence.prior[p * flat..(p + 1) * flat]
        } else {
            evidence.prior
        };
        let path = Path {
            past: evidence.actions,
            policy: model.policies.policy(p),
        };
        messages.free_energy[p] = one_policy::<T, FMA>(model, path, prior, beliefs, messages);
    }
    messages.beliefs = beliefs;
}

/// Past actions followed by a policy.
#[derive(Clone, Copy)]
struct Path<'a> {
    past: &'a [u32],
    policy: &'a [u32],
}

impl Path<'_> {
    /// Action of factor `f` at row `t` of the stacked list.
    #[inline(always)]
    fn action(self, t: usize, f: usize, factors: usize) -> usize {
        let i = t * factors + f;
        let u = if i < self.past.len() {
            self.past[i]
        } else {
            self.policy[i - self.past.len()]
        };
        u as usize
    }
}

#[inline(always)]
fn one_policy<T: Real, const FMA: bool>(
    model: &Model<T>,
    path: Path<'_>,
    prior: &[T],
    beliefs: &mut [T],
    m: &mut Messages<T>,
) -> T {
    let layout = &*model.layout;
    let (factors, len, joint) = (layout.factors(), layout.block_len, layout.joint);
    let future = path.policy.len() / factors;
    let times = m.past + future;
    let cut = (m.past + future).saturating_sub(2);
    let (tau, half) = (T::from_f64(TAU), T::from_f64(0.5));
    let shared = T::from_f64((factors - 1) as f64 / factors as f64);
    for block in beliefs.chunks_exact_mut(len).take(times) {
        for f in 0..factors {
            block[layout.in_block(f)].fill(T::ONE / T::from_f64(layout.num_states[f] as f64));
        }
    }
    let mut free_energy = T::ZERO;
    for _ in 0..ITERATIONS {
        free_energy = T::ZERO;
        for t in 0..times {
            let mut inner = joint;
            for f in 0..factors {
                let (n, at) = (layout.num_states[f], layout.block[f]);
                inner /= n;
                let ln_a = &mut m.ln_a[..n];
                if t < m.past {
                    let likelihood = &m.likelihoods[t * layout.joint_padded..][..joint];
                    if factors == 1 {
                        ln_a.copy_from_slice(likelihood);
                    } else {
                        let block = &beliefs[t * len..(t + 1) * len];
                        let others = (0..factors).map(|k| {
                            if k == f {
                                &m.ones[..n]
                            } else {
                                &block[layout.in_block(k)]
                            }
                        });
                        outer(others, &mut m.joint);
                        for (x, l) in m.joint.iter_mut().zip(likelihood) {
                            *x *= *l;
                        }
                        marginal(&m.joint[..joint], inner, ln_a);
                    }
                    ln(ln_a);
                } else {
                    ln_a.fill(T::ZERO);
                }
                let ln_past = &mut m.ln_past[..n];
                if t == 0 {
                    ln_past.copy_from_slice(&prior[layout.factor(f)]);
                } else {
                    let u = path.action(t - 1, f, factors);
                    model.b.fast[f].apply::<FMA>(
                        u,
                        &beliefs[(t - 1) * len..t * len],
                        &mut m.block,
                        at,
                    );
                    ln_past.copy_from_slice(&m.block[at..at + n]);
                }
                ln(ln_past);
                let ln_future = &mut m.ln_future[..n];
                if t >= cut {
                    ln_future.fill(T::ZERO);
                } else {
                    let u = path.action(t, f, factors);
                    let width = padded(n);
                    let rows = &model.b.backward[f][u * n * width..(u + 1) * n * width];
                    mat_vec::<T, FMA>(rows, &beliefs[(t + 1) * len + at..][..width], ln_future);
                    ln(ln_future);
                }
                let q = &mut beliefs[t * len + at..][..n];
                let (ln_q, error) = (&mut m.message[..n], &mut m.error[..n]);
                ln_q.copy_from_slice(q);
                ln(ln_q);
                let c = if t >= cut { T::ONE } else { T::ONE + T::ONE };
                for i in 0..n {
                    error[i] = (c * ln_a[i] + ln_past[i] + ln_future[i]) - c * ln_q[i];
                }
                let correction = if t == 0 || t == times - 1 {
                    T::ZERO
                } else {
                    shared
                };
                for i in 0..n {
                    free_energy += q[i] * (half * (error[i] - correction * ln_a[i]));
                }
                let mean = sum(error) * (T::ONE / T::from_f64(n as f64));
                for i in 0..n {
                    q[i] = ln_q[i] + tau * (error[i] - mean);
                }
                softmax_in_place(q);
            }
        }
    }
    free_energy
}

/// x <- ln(x + 1e-16).
#[inline(always)]
fn ln<T: Real>(x: &mut [T]) {
    for x in x {
        *x = (*x + T::EPS).ln_fast();
    }
}
