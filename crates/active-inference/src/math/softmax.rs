//! The normalised exponential (pymdp `maths.py:softmax`), in place.
//!
//! Invariant: subtracts the maximum first, so no finite input overflows.

use super::kernels::sum;
use crate::real::Real;

/// Replaces `x` by exp(x - max x) / sum; returns ln(sum exp(x - max)) + max, the log normaliser. Empty stays empty.
#[inline(always)]
pub(crate) fn softmax_in_place<T: Real>(x: &mut [T]) -> T {
    let mut max = T::NEG_INFINITY;
    for v in x.iter() {
        max = if *v > max { *v } else { max };
    }
    for v in x.iter_mut() {
        *v = (*v - max).exp_fast();
    }
    let total = sum(x);
    let scale = T::ONE / total;
    for v in x.iter_mut() {
        *v *= scale;
    }
    max + total.ln_fast()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_to_one_and_returns_the_log_normaliser() {
        let mut x = [1000.0f64, 1001.0, 999.0];
        let lse = softmax_in_place(&mut x);
        assert!((x.iter().sum::<f64>() - 1.0).abs() < 1e-15);
        assert!((lse - (1000.0 + (1.0 + 1f64.exp() + (-1f64).exp()).ln())).abs() < 1e-12);
    }
}
