//! Inference of hidden states from observations.
//!
//! Invariant: every posterior written here is normalised per factor and strictly finite.

pub(crate) mod fixed_point;
pub(crate) mod message_passing;
pub(crate) mod window;

use crate::math::padded;
use crate::model::likelihood::Likelihood;
use crate::real::Real;

/// Sweeps of fixed-point iteration at most (pymdp `_get_default_params`).
pub(crate) const MAX_SWEEPS: usize = 10;

/// `out[s] = prod_m A_m[o_m, s]` over joint states, padded with zeros (pymdp `maths.py:get_joint_likelihood`).
#[inline(always)]
pub(crate) fn joint_likelihood<T: Real>(a: &Likelihood<T>, observation: &[usize], out: &mut [T]) {
    let width = padded(out.len());
    out.copy_from_slice(a.row(0, observation[0], width));
    for (m, o) in observation.iter().enumerate().skip(1) {
        for (out, p) in out.iter_mut().zip(a.row(m, *o, width)) {
            *out *= *p;
        }
    }
}

/// The outer product of the factors' vectors over joint states, C order (last factor fastest).
#[inline(always)]
pub(crate) fn outer<'a, T: Real>(factors: impl Iterator<Item = &'a [T]>, out: &mut [T]) {
    let mut filled = 1;
    out[0] = T::ONE;
    for q in factors {
        let n = q.len();
        // Backwards: every source element is read before it is overwritten.
        for i in (0..filled).rev() {
            let base = out[i];
            for (to, q) in out[i * n..(i + 1) * n].iter_mut().zip(q) {
                *to = base * *q;
            }
        }
        filled *= n;
    }
}

/// `out[j]` = sum of `x` over all joint states whose factor of `out.len()` levels is at j; `inner` joint states lie
/// between two levels.
#[inline(always)]
pub(crate) fn marginal<T: Real>(x: &[T], inner: usize, out: &mut [T]) {
    out.fill(T::ZERO);
    for group in x.chunks_exact(inner * out.len()) {
        if inner == 1 {
            for (o, x) in out.iter_mut().zip(group) {
                *o += *x;
            }
        } else {
            for (o, run) in out.iter_mut().zip(group.chunks_exact(inner)) {
                *o += run.iter().copied().sum::<T>();
            }
        }
    }
}
