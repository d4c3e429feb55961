//! The posterior over policies: softmax(gamma G - F + ln E) (pymdp `control.py:update_posterior_policies`).
//!
//! Invariant: strictly positive for finite input, sums to one.

use crate::math::simd::multiversion;
use crate::math::softmax::softmax_in_place;
use crate::real::Real;

multiversion! {
    /// `out` = softmax(gamma `g` - `f` + `ln_e`); no `f` under fixed-point iteration.
    pub(crate) fn policy_posterior = body(gamma: T, g: &[T], f: Option<&[T]>, ln_e: &[T], out: &mut [T])
}

#[inline(always)]
fn body<T: Real, const FMA: bool>(gamma: T, g: &[T], f: Option<&[T]>, ln_e: &[T], out: &mut [T]) {
    for ((o, g), e) in out.iter_mut().zip(g).zip(ln_e) {
        *o = gamma * *g + *e;
    }
    if let Some(f) = f {
        for (o, f) in out.iter_mut().zip(f) {
            *o -= *f;
        }
    }
    softmax_in_place(out);
}
