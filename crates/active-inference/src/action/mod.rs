//! Choosing actions from the posterior over policies.
//!
//! Invariant: a chosen action is always one that the factor has; random choice draws only from the generator given.

mod rng;

pub(crate) use rng::SplitMix64;

use crate::math::softmax::softmax_in_place;
use crate::model::layout::Layout;
use crate::policies::PolicySet;
use crate::real::Real;

/// Probability of each factor's actions: q_pi summed over policies by their first action, normalised, flat
/// (pymdp `control.py:sample_action`).
#[inline(always)]
pub(crate) fn marginals<T: Real>(layout: &Layout, policies: &PolicySet, q_pi: &[T], out: &mut [T]) {
    out.fill(T::ZERO);
    for (p, q) in q_pi.iter().enumerate() {
        for (u, offset) in policies.first(p).iter().zip(&layout.actions) {
            out[offset + *u as usize] += *q;
        }
    }
    for range in layout.actions.windows(2) {
        let factor = &mut out[range[0]..range[1]];
        let scale = T::ONE / factor.iter().copied().sum::<T>();
        for p in factor {
            *p *= scale;
        }
    }
}

/// `out` = softmax(alpha ln(p + 1e-16)).
#[inline(always)]
pub(crate) fn sharpen<T: Real>(alpha: T, p: &[T], out: &mut [T]) {
    for (o, p) in out.iter_mut().zip(p) {
        *o = alpha * (*p + T::EPS).ln_fast();
    }
    softmax_in_place(out);
}

/// Index of the first maximum.
#[inline(always)]
pub(crate) fn first_maximum<T: Real>(p: &[T]) -> usize {
    let mut best = 0;
    for (i, v) in p.iter().enumerate().skip(1) {
        if *v > p[best] {
            best = i;
        }
    }
    best
}

/// A draw from the distribution `p`.
pub(crate) fn draw<T: Real>(p: &[T], rng: &mut SplitMix64) -> usize {
    let mut left = rng.uniform();
    for (i, v) in p.iter().enumerate() {
        left -= v.to_f64();
        if left < 0.0 {
            return i;
        }
    }
    // Rounding left a sliver: the last outcome that can occur.
    p.iter().rposition(|v| *v > T::ZERO).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn draws_follow_the_distribution() {
        let mut rng = SplitMix64::new(7);
        let p = [0.5f64, 0.0, 0.3, 0.2];
        let mut counts = [0u32; 4];
        for _ in 0..20_000 {
            counts[draw(&p, &mut rng)] += 1;
        }
        assert_eq!(counts[1], 0);
        for (c, p) in counts.iter().zip(p) {
            // Five standard deviations of a binomial.
            assert!(
                (f64::from(*c) - 20_000.0 * p).abs() <= 5.0 * (20_000.0 * p * (1.0 - p)).sqrt()
            );
        }
    }

    #[test]
    fn ties_go_to_the_first() {
        assert_eq!(first_maximum(&[0.2f32, 0.4, 0.4]), 1);
    }
}
