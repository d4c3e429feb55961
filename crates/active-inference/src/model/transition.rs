//! Transitions B, stored per action in whichever form multiplies a belief fastest.
//!
//! Invariant: `apply` writes exactly the factor's states, B\[:, :, u\] q, and nothing into padding or margins but zeros.
//! A grid's moves become a few diagonals, a random walk compressed rows, a full matrix padded rows.

use crate::math::kernels::{columns_vec, mat_vec, prefer_columns};
use crate::math::simd::madd;
use crate::math::{LANES, padded};
use crate::real::Real;

/// One action's matrix T\[s', s\].
#[derive(Debug, Clone)]
enum Action<T> {
    /// Diagonals: `out[i] = sum_d weights[d][i] * q[i + offsets[d]]`, weights padded.
    Banded {
        offsets: Vec<isize>,
        weights: Vec<T>,
    },
    /// Compressed rows.
    Rows {
        starts: Vec<u32>,
        columns: Vec<u32>,
        values: Vec<T>,
    },
    /// Padded rows.
    Dense { rows: Vec<T> },
    /// Padded columns.
    Columns { columns: Vec<T> },
}

/// One factor's transitions for all its actions.
#[derive(Debug, Clone)]
pub(crate) struct Transition<T> {
    states: usize,
    actions: Vec<Action<T>>,
    margin: usize,
}

impl<T: Real> Transition<T> {
    /// From B\[s', s, u\] in C order.
    pub(crate) fn new(b: &[T], states: usize, controls: usize) -> Self {
        let actions: Vec<_> = (0..controls)
            .map(|u| {
                Action::pick(states, |row, column| {
                    b[(row * states + column) * controls + u]
                })
            })
            .collect();
        let margin = actions.iter().map(Action::margin).max().unwrap_or(0);
        Self {
            states,
            actions,
            margin,
        }
    }

    /// Zeros needed on both sides of a belief.
    pub(crate) fn margin(&self) -> usize {
        self.margin
    }

    /// `to[at..]` = B\[:, :, action\] `from[at..]`, both blocks, `at` the factor's offset in them.
    #[inline(always)]
    pub(crate) fn apply<const FMA: bool>(
        &self,
        action: usize,
        from: &[T],
        to: &mut [T],
        at: usize,
    ) {
        let width = padded(self.states);
        match &self.actions[action] {
            Action::Banded { offsets, weights } => {
                let out = to[at..at + width].as_chunks_mut::<LANES>().0;
                match offsets.as_slice() {
                    [a] => banded::<T, FMA, 1>([*a], weights, from, out, at),
                    [a, b] => banded::<T, FMA, 2>([*a, *b], weights, from, out, at),
                    [a, b, c] => banded::<T, FMA, 3>([*a, *b, *c], weights, from, out, at),
                    [a, b, c, d] => banded::<T, FMA, 4>([*a, *b, *c, *d], weights, from, out, at),
                    [a, b, c, d, e] => {
                        banded::<T, FMA, 5>([*a, *b, *c, *d, *e], weights, from, out, at);
                    }
                    _ => {
                        out.as_flattened_mut().fill(T::ZERO);
                        for (offset, w) in offsets.iter().zip(weights.chunks_exact(width)) {
                            let q = &from[at.wrapping_add_signed(*offset)..];
                            for ((o, w), q) in out
                                .iter_mut()
                                .zip(w.as_chunks::<LANES>().0)
                                .zip(q.as_chunks().0)
                            {
                                let q: &[T; LANES] = q;
                                for l in 0..LANES {
                                    o[l] = madd::<T, FMA>(w[l], q[l], o[l]);
                                }
                            }
                        }
                    }
                }
            }
            Action::Rows {
                starts,
                columns,
                values,
            } => {
                let q = &from[at..at + self.states];
                for (o, range) in to[at..at + self.states].iter_mut().zip(starts.windows(2)) {
                    let range = range[0] as usize..range[1] as usize;
                    let mut sum = T::ZERO;
                    for (v, c) in values[range.clone()].iter().zip(&columns[range]) {
                        sum = madd::<T, FMA>(*v, q[*c as usize], sum);
                    }
                    *o = sum;
                }
            }
            Action::Columns { columns } => {
                columns_vec::<T, FMA>(
                    columns,
                    &from[at..at + self.states],
                    &mut to[at..at + width],
                );
            }
            Action::Dense { rows } => {
                mat_vec::<T, FMA>(rows, &from[at..at + width], &mut to[at..at + self.states]);
            }
        }
    }
}

/// The banded product with a fixed number of diagonals, so that the sums stay in registers.
#[inline(always)]
fn banded<T: Real, const FMA: bool, const D: usize>(
    offsets: [isize; D],
    weights: &[T],
    from: &[T],
    out: &mut [[T; LANES]],
    at: usize,
) {
    let blocks = out.len();
    let q: [&[[T; LANES]]; D] = offsets.map(|o| {
        &from[at.wrapping_add_signed(o)..][..blocks * LANES]
            .as_chunks::<LANES>()
            .0[..blocks]
    });
    let weights = weights.as_chunks::<LANES>().0;
    let w: [&[[T; LANES]]; D] = std::array::from_fn(|d| &weights[d * blocks..(d + 1) * blocks]);
    for (i, o) in out.iter_mut().enumerate() {
        let mut acc = [T::ZERO; LANES];
        for d in 0..D {
            for l in 0..LANES {
                acc[l] = madd::<T, FMA>(w[d][i][l], q[d][i][l], acc[l]);
            }
        }
        *o = acc;
    }
}

impl<T: Real> Action<T> {
    /// The form with the fewest operations, counted in vector blocks (scalar work counts three to a block).
    fn pick(states: usize, at: impl Fn(usize, usize) -> T) -> Self {
        let mut diagonals = std::collections::BTreeSet::new();
        let mut filled = 0usize;
        for row in 0..states {
            for column in 0..states {
                if at(row, column) != T::ZERO {
                    filled += 1;
                    diagonals.insert(column as isize - row as isize);
                }
            }
        }
        let blocks = padded(states) / LANES;
        let (banded, rows, dense) = (
            diagonals.len().max(1) * blocks,
            filled / 3 + states / 2,
            states * blocks,
        );
        if banded <= rows && banded <= dense {
            let offsets: Vec<isize> = if diagonals.is_empty() {
                vec![0]
            } else {
                diagonals.into_iter().collect()
            };
            let width = padded(states);
            let mut weights = vec![T::ZERO; offsets.len() * width];
            for (d, offset) in offsets.iter().enumerate() {
                for row in 0..states {
                    if let Some(column) = row.checked_add_signed(*offset).filter(|c| *c < states) {
                        weights[d * width + row] = at(row, column);
                    }
                }
            }
            Self::Banded { offsets, weights }
        } else if rows <= dense && u32::try_from(filled).is_ok() {
            let (mut starts, mut columns, mut values) = (vec![0], Vec::new(), Vec::new());
            for row in 0..states {
                for column in 0..states {
                    let v = at(row, column);
                    if v != T::ZERO {
                        columns.push(column as u32);
                        values.push(v);
                    }
                }
                starts.push(columns.len() as u32);
            }
            Self::Rows {
                starts,
                columns,
                values,
            }
        } else if prefer_columns(states, states) {
            let width = padded(states);
            let mut columns = vec![T::ZERO; states * width];
            for row in 0..states {
                for column in 0..states {
                    columns[column * width + row] = at(row, column);
                }
            }
            Self::Columns { columns }
        } else {
            let width = padded(states);
            let mut rows = vec![T::ZERO; states * width];
            for row in 0..states {
                for column in 0..states {
                    rows[row * width + column] = at(row, column);
                }
            }
            Self::Dense { rows }
        }
    }

    fn margin(&self) -> usize {
        match self {
            Self::Banded { offsets, .. } => {
                offsets.iter().map(|o| o.unsigned_abs()).max().unwrap_or(0)
            }
            Self::Rows { .. } | Self::Dense { .. } | Self::Columns { .. } => 0,
        }
    }
}

/// Backward messages of message passing: per action, padded rows `[s][s']` of (B^T + 1e-16), each column divided by its
/// sum (pymdp `maths.py:spm_norm`).
pub(crate) fn backward<T: Real>(b: &[T], states: usize) -> Vec<T> {
    let (width, controls) = (padded(states), b.len() / (states * states));
    let mut out = vec![T::ZERO; controls * states * width];
    for u in 0..controls {
        for to in 0..states {
            let at = |from: usize| b[(to * states + from) * controls + u].to_f64() + f64::EPS;
            let total: f64 = (0..states).map(at).sum();
            for from in 0..states {
                out[(u * states + from) * width + to] = T::from_f64(at(from) / total);
            }
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_form_multiplies_alike(states in 1usize..90, keep in 0.01f64..1.0, band in any::<bool>(), seed in any::<u64>()) {
            let mut state = seed;
            let mut next = || {
                state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                (state >> 33) as f64 / f64::from(1u32 << 31)
            };
            let b: Vec<f64> = (0..states * states)
                .map(|i| {
                    let (row, column) = (i / states, i % states);
                    let filled = if band { row.abs_diff(column) <= 1 } else { next() < keep };
                    if filled { next() } else { 0.0 }
                })
                .collect();
            let t = Transition::new(&b, states, 1);
            let at = padded(t.margin());
            let mut from = vec![0.0; at * 2 + padded(states)];
            let mut to = from.clone();
            for q in &mut from[at..at + states] {
                *q = next();
            }
            t.apply::<false>(0, &from, &mut to, at);
            for row in 0..states {
                let want: f64 = (0..states).map(|c| b[row * states + c] * from[at + c]).sum();
                prop_assert!((to[at + row] - want).abs() < 1e-12);
            }
            prop_assert!(to[..at].iter().chain(&to[at + states..]).all(|x| *x == 0.0));
        }
    }
}
