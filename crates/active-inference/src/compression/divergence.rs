//! How far a decoded belief is from the one encoded. Invariant: [`bound_term`] summed over the states is never less
//! than the Kullback-Leibler divergence, so that holding the sum under a limit holds the divergence under it.

use super::value::lesser;
use crate::real::Real;

/// Keeps 0/0 out of [`bound_term`]; far below any share that matters.
const GUARD: f64 = f32::MIN_POSITIVE as f64;

/// KL(p ‖ q) = Σ pᵢ ln(pᵢ / qᵢ), in nats, of `p` and `q` each divided by its own sum; 0 ln 0 = 0, and infinite where q
/// is zero and p is not.
///
/// # Panics
///
/// If the lengths differ.
pub fn kl_divergence<T: Real>(p: &[T], q: &[T]) -> f64 {
    assert_eq!(p.len(), q.len(), "beliefs over different numbers of states");
    let sum = |values: &[T]| values.iter().map(|value| value.to_f64()).sum::<f64>();
    let (p_sum, q_sum) = (sum(p), sum(q));
    let terms = p
        .iter()
        .zip(q)
        .map(|(p, q)| (p.to_f64() / p_sum, q.to_f64() / q_sum))
        .map(|(p, q)| {
            if p == 0.0 {
                q
            } else {
                p * (p / q).ln() - p + q
            } // the last two sum to zero, and keep small terms exact
        });
    terms.sum()
}

/// One state's share in the bound
///
/// KL(p ‖ q) ≤ Σ (pᵢ − qᵢ)² / (qᵢ + min(pᵢ, qᵢ)),
///
/// which is tight to second order and costs a division instead of a logarithm. With x = pᵢ/qᵢ − 1 a term of
/// Σ (pᵢ ln(pᵢ/qᵢ) − pᵢ + qᵢ) is qᵢ((1 + x) ln(1 + x) − x); then ln(1 + x) ≤ 2x/(2 + x) for −1 < x ≤ 0 and
/// ln(1 + x) ≤ x(2 + x)/(2(1 + x)) for x ≥ 0 (F. Topsøe, "Some bounds for the logarithmic function", 2004) give
/// qᵢx²/(2 + x) and qᵢx²/2.
#[inline(always)]
pub(super) fn bound_term<T: Real>(p: T, q: T) -> T {
    let difference = p - q;
    // Dividing first: the square of a small difference may be too small for `f32`.
    difference * (difference / (q + lesser(p, q) + T::from_f64(GUARD)))
}

#[cfg(test)]
mod tests {
    use super::{bound_term, kl_divergence};
    use proptest::prelude::*;

    fn normalised(weights: &[f64]) -> Vec<f64> {
        let sum: f64 = weights.iter().sum();
        weights.iter().map(|weight| weight / sum).collect()
    }

    #[test]
    fn divergence_of_known_pairs() {
        assert_eq!(kl_divergence(&[0.25, 0.75], &[0.25, 0.75]), 0.0);
        let expected = 0.5 * (0.5f64 / 0.25).ln() + 0.5 * (0.5f64 / 0.75).ln();
        assert!((kl_divergence(&[0.5, 0.5], &[0.25, 0.75]) - expected).abs() < 1e-15);
        assert_eq!(kl_divergence(&[0.5, 0.5], &[1.0, 0.0]), f64::INFINITY);
        assert!((kl_divergence(&[1.0, 0.0], &[0.5, 0.5]) - 2f64.ln()).abs() < 1e-15);
    }

    proptest! {
        #[test]
        fn bound_is_never_below_the_divergence(
            pairs in prop::collection::vec((0.0f64..1.0, 1e-9f64..1.0, 0u32..30), 2..40)
        ) {
            // Weights over many orders of magnitude, so that large and small ratios both occur.
            let p = normalised(&pairs.iter().map(|pair| pair.0 * 0.5f64.powi(pair.2 as i32) + 1e-12).collect::<Vec<_>>());
            let q = normalised(&pairs.iter().map(|pair| pair.1).collect::<Vec<_>>());
            let bound: f64 = p.iter().zip(&q).map(|(&p, &q)| bound_term(p, q)).sum();
            let exact = kl_divergence(&p, &q);
            prop_assert!(bound >= exact - 1e-12, "bound {bound}, divergence {exact}");
        }
    }
}
