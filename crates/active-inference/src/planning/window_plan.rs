//! Planning under message passing: policies are scored on the beliefs that the messages left.
//!
//! Invariant: as in pymdp, G includes the current time step: the last `policy_len` + 1 beliefs of each policy's window
//! (`agent.py:get_future_qs`).

use super::efe::{Scratch, Terms, score};
use crate::inference::message_passing::Messages;
use crate::inference::outer;
use crate::math::padded;
use crate::math::simd::multiversion;
use crate::model::Model;
use crate::real::Real;

multiversion! {
    /// G of every policy; with `explained` its four terms as well.
    pub(crate) fn score_windows = score_body(
        model: &Model<T>,
        terms: Terms,
        messages: &Messages<T>,
        joint: &mut [T],
        scratch: &mut Scratch<T>,
        g: &mut [T],
        explained: Option<&mut [Vec<T>; 4]>,
    )
}

#[inline(always)]
fn score_body<T: Real, const FMA: bool>(
    model: &Model<T>,
    terms: Terms,
    messages: &Messages<T>,
    joint: &mut [T],
    scratch: &mut Scratch<T>,
    g: &mut [T],
    mut explained: Option<&mut [Vec<T>; 4]>,
) {
    let layout = &*model.layout;
    let factors = layout.factors();
    for (p, g) in g.iter_mut().enumerate() {
        let times = messages.past + model.policies.policy(p).len() / factors;
        let first = times.saturating_sub(model.settings.policy_len + 1);
        let mut total = [T::ZERO; 4];
        for (t, at) in (first..times).enumerate() {
            let block = messages.at(p, at, layout.block_len);
            let x: &[T] = if factors == 1 {
                &block[layout.block[0]..layout.block[0] + padded(layout.joint)]
            } else {
                outer((0..factors).map(|f| &block[layout.in_block(f)]), joint);
                joint
            };
            for (total, v) in total
                .iter_mut()
                .zip(score::<T, FMA>(model, terms, t, x, scratch))
            {
                *total += v;
            }
        }
        *g = (total[0] + total[1]) + (total[2] + total[3]);
        if let Some(explained) = &mut explained {
            for (term, v) in explained.iter_mut().zip(total) {
                term[p] = v;
            }
        }
    }
}

/// Beliefs about the current time, averaged over policies, into flat `out`.
pub(crate) fn average_current<T: Real>(
    model: &Model<T>,
    messages: &Messages<T>,
    q_pi: &[T],
    out: &mut [T],
) {
    average(model, messages, messages.past - 1, q_pi, out);
}

/// The window's first beliefs averaged over policies (pymdp `inference.py:average_states_over_policies`).
pub(crate) fn average_first<T: Real>(
    model: &Model<T>,
    messages: &Messages<T>,
    q_pi: &[T],
    out: &mut Vec<T>,
) {
    out.resize(model.layout.flat_len(), T::ZERO);
    average(model, messages, 0, q_pi, out);
}

/// The window's first beliefs of every policy.
pub(crate) fn first_of_each<T: Real>(model: &Model<T>, messages: &Messages<T>, out: &mut Vec<T>) {
    let layout = &*model.layout;
    out.clear();
    for p in 0..layout.policies {
        let block = messages.at(p, 0, layout.block_len);
        for f in 0..layout.factors() {
            out.extend_from_slice(&block[layout.in_block(f)]);
        }
    }
}

fn average<T: Real>(model: &Model<T>, messages: &Messages<T>, t: usize, q_pi: &[T], out: &mut [T]) {
    let layout = &*model.layout;
    out.fill(T::ZERO);
    for (p, weight) in q_pi.iter().enumerate() {
        let block = messages.at(p, t, layout.block_len);
        for f in 0..layout.factors() {
            for (o, q) in out[layout.factor(f)]
                .iter_mut()
                .zip(&block[layout.in_block(f)])
            {
                *o += *q * *weight;
            }
        }
    }
}
