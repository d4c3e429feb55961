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

/// `out[r] = rows[r] . x` for row-major `rows` of padded length `x.len()`; up to seven rows share each load of x.
#[inline(always)]
pub(crate) fn mat_vec<T: Real, const FMA: bool>(rows: &[T], x: &[T], out: &mut [T]) {
    let stride = x.len();
    if stride == 0 {
        return;
    }
    let x = x.as_chunks::<LANES>().0;
    let rows = rows.as_chunks::<LANES>().0;
    let (mut at, blocks) = (0, x.len());
    while out.len() - at >= 8 {
        group::<T, FMA, 4>(&rows[at * blocks..], x, &mut out[at..]);
        at += 4;
    }
    let (rows, out) = (&rows[at * blocks..], &mut out[at..]);
    match out.len() {
        0 => {}
        1 => group::<T, FMA, 1>(rows, x, out),
        2 => group::<T, FMA, 2>(rows, x, out),
        3 => group::<T, FMA, 3>(rows, x, out),
        4 => group::<T, FMA, 4>(rows, x, out),
        5 => group::<T, FMA, 5>(rows, x, out),
        6 => group::<T, FMA, 6>(rows, x, out),
        _ => group::<T, FMA, 7>(rows, x, out),
    }
}

/// The first `R` rows of [`mat_vec`].
#[inline(always)]
fn group<T: Real, const FMA: bool, const R: usize>(
    rows: &[[T; LANES]],
    x: &[[T; LANES]],
    out: &mut [T],
) {
    let blocks = x.len();
    let rows: [&[[T; LANES]]; R] = std::array::from_fn(|r| &rows[r * blocks..][..blocks]);
    let mut acc = [[T::ZERO; LANES]; R];
    for (i, x) in x.iter().enumerate() {
        for r in 0..R {
            for l in 0..LANES {
                acc[r][l] = madd::<T, FMA>(rows[r][i][l], x[l], acc[r][l]);
            }
        }
    }
    for (o, a) in out.iter_mut().zip(acc) {
        *o = block_sum(a);
    }
}

/// `out = sum_c x[c] columns[c]` for columns of padded length `out.len()`: no sums across lanes, which pays for many
/// short rows.
#[inline(always)]
pub(crate) fn columns_vec<T: Real, const FMA: bool>(columns: &[T], x: &[T], out: &mut [T]) {
    let blocks = out.len() / LANES;
    let columns = columns.as_chunks::<LANES>().0;
    let out = out.as_chunks_mut::<LANES>().0;
    let mut at = 0;
    while blocks - at >= 4 {
        column_group::<T, FMA, 4>(columns, blocks, at, x, out);
        at += 4;
    }
    match blocks - at {
        0 => {}
        1 => column_group::<T, FMA, 1>(columns, blocks, at, x, out),
        2 => column_group::<T, FMA, 2>(columns, blocks, at, x, out),
        _ => column_group::<T, FMA, 3>(columns, blocks, at, x, out),
    }
}

/// `G` blocks of [`columns_vec`] from block `at`.
#[inline(always)]
fn column_group<T: Real, const FMA: bool, const G: usize>(
    columns: &[[T; LANES]],
    blocks: usize,
    at: usize,
    x: &[T],
    out: &mut [[T; LANES]],
) {
    let mut acc = [[T::ZERO; LANES]; G];
    for (x, column) in x.iter().zip(columns.chunks_exact(blocks)) {
        let column = &column[at..at + G];
        for g in 0..G {
            for l in 0..LANES {
                acc[g][l] = madd::<T, FMA>(column[g][l], *x, acc[g][l]);
            }
        }
    }
    out[at..at + G].copy_from_slice(&acc);
}

/// Whether [`columns_vec`] beats [`mat_vec`] for a matrix: a row costs two vector operations a block and about ten for the
/// sum across lanes, a column three a block (the broadcast included).
pub(crate) fn prefer_columns(rows: usize, columns: usize) -> bool {
    columns * 3 * super::padded(rows) / LANES < rows * (2 * super::padded(columns) / LANES + 10)
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
        fn mat_vec_agrees_with_the_definition(rows in 0usize..50, blocks in 1usize..4, seed in any::<u64>()) {
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
            let width = crate::math::padded(rows);
            let mut columns = vec![0.0; stride * width];
            for r in 0..rows {
                for c in 0..stride {
                    columns[c * width + r] = m[r * stride + c];
                }
            }
            let mut by_columns = vec![1.0; width];
            columns_vec::<f64, false>(&columns, &x, &mut by_columns);
            for (a, b) in by_columns.iter().zip(&out) {
                prop_assert!((a - b).abs() < 1e-12);
            }
            prop_assert!((sum(&x[..stride - 3]) - x[..stride - 3].iter().sum::<f64>()).abs() < 1e-12);
        }
    }
}
