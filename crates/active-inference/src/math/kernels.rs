//! Dot products and matrix-vector products over padded rows.
//!
//! Invariant: sums run in [`LANES`] independent accumulators, so the compiler may vectorise them without being
//! allowed to reorder floating-point additions.

use super::{LANES, simd::madd};
use crate::real::Real;

/// Sum of one block, pairwise.
#[inline(always)]
pub(crate) fn block_sum<T: Real>(a: [T; LANES]) -> T {
    ((a[0] + a[4]) + (a[2] + a[6])) + ((a[1] + a[5]) + (a[3] + a[7]))
}

/// Dot product of two padded vectors of equal length.
#[inline(always)]
pub(crate) fn dot<T: Real, const FMA: bool>(a: &[T], b: &[T]) -> T {
    let mut acc = [T::ZERO; LANES];
    for (x, y) in a
        .as_chunks::<LANES>()
        .0
        .iter()
        .zip(b.as_chunks::<LANES>().0)
    {
        for l in 0..LANES {
            acc[l] = madd::<T, FMA>(x[l], y[l], acc[l]);
        }
    }
    block_sum(acc)
}

/// `out[r] = rows[r] . x` for row-major `rows` of padded length `x.len()`; four rows at a time share the loads of x.
#[inline(always)]
pub(crate) fn mat_vec<T: Real, const FMA: bool>(rows: &[T], x: &[T], out: &mut [T]) {
    let stride = x.len();
    if stride == 0 {
        return;
    }
    let x = x.as_chunks::<LANES>().0;
    let whole = out.len() / 4 * 4;
    let (fours, rest) = out.split_at_mut(whole);
    for (out4, block) in fours
        .as_chunks_mut::<4>()
        .0
        .iter_mut()
        .zip(rows.chunks_exact(4 * stride))
    {
        let (r01, r23) = block.split_at(2 * stride);
        let (r0, r1) = r01.split_at(stride);
        let (r2, r3) = r23.split_at(stride);
        let (r0, r1) = (r0.as_chunks::<LANES>().0, r1.as_chunks::<LANES>().0);
        let (r2, r3) = (r2.as_chunks::<LANES>().0, r3.as_chunks::<LANES>().0);
        let mut acc = [[T::ZERO; LANES]; 4];
        for ((((x, r0), r1), r2), r3) in x.iter().zip(r0).zip(r1).zip(r2).zip(r3) {
            for l in 0..LANES {
                acc[0][l] = madd::<T, FMA>(r0[l], x[l], acc[0][l]);
                acc[1][l] = madd::<T, FMA>(r1[l], x[l], acc[1][l]);
                acc[2][l] = madd::<T, FMA>(r2[l], x[l], acc[2][l]);
                acc[3][l] = madd::<T, FMA>(r3[l], x[l], acc[3][l]);
            }
        }
        for (o, a) in out4.iter_mut().zip(acc) {
            *o = block_sum(a);
        }
    }
    for (o, row) in rest
        .iter_mut()
        .zip(rows[whole * stride..].chunks_exact(stride))
    {
        let mut acc = [T::ZERO; LANES];
        for (x, r) in x.iter().zip(row.as_chunks::<LANES>().0) {
            for l in 0..LANES {
                acc[l] = madd::<T, FMA>(r[l], x[l], acc[l]);
            }
        }
        *o = block_sum(acc);
    }
}

/// Sum of an unpadded slice, in block accumulators.
#[inline(always)]
pub(crate) fn sum<T: Real>(x: &[T]) -> T {
    let (blocks, rest) = x.as_chunks::<LANES>();
    let mut acc = [T::ZERO; LANES];
    for b in blocks {
        for l in 0..LANES {
            acc[l] += b[l];
        }
    }
    rest.iter().fold(block_sum(acc), |s, v| s + *v)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn mat_vec_agrees_with_the_definition(rows in 0usize..11, blocks in 1usize..4, seed in any::<u64>()) {
            let stride = blocks * LANES;
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) as f64 / f64::from(1u32 << 31)
            };
            let m: Vec<f64> = (0..rows * stride).map(|_| next()).collect();
            let x: Vec<f64> = (0..stride).map(|_| next()).collect();
            let mut out = vec![0.0; rows];
            mat_vec::<f64, false>(&m, &x, &mut out);
            for (r, o) in out.iter().enumerate() {
                let want: f64 = (0..stride).map(|i| m[r * stride + i] * x[i]).sum();
                prop_assert!((o - want).abs() < 1e-12);
                prop_assert!((dot::<f64, false>(&m[r * stride..(r + 1) * stride], &x) - want).abs() < 1e-12);
            }
            prop_assert!((sum(&x[..stride - 3]) - x[..stride - 3].iter().sum::<f64>()).abs() < 1e-12);
        }
    }
}
