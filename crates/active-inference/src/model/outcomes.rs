//! Joint outcomes of all modalities: the table behind information gain about states.
//!
//! Invariant: rows that no state can produce are dropped (they contribute exactly nothing), so 0 <= rows <= prod(num_obs).
//! pymdp forms the outer product over all modalities anew for every state and policy (`maths.py:spm_MDP_G`); here it is
//! a matrix computed once per model, in the cheapest of four forms.

use crate::math::exp_log::ln_f64;
use crate::math::kernels::prefer_columns;
use crate::math::{LANES, padded};
use crate::real::Real;

/// Elements of the joint table kept in memory (f64: 32 MiB); beyond it columns are formed when needed.
const TABLE_LIMIT: usize = 1 << 22;
/// Largest number of joint outcomes handled at all.
pub(crate) const JOINT_OUTCOME_LIMIT: u128 = 1 << 26;

/// P(o_1, .., o_M | s) over joint states.
#[derive(Debug, Clone)]
pub(crate) enum Outcomes<T> {
    /// Padded rows, one per possible joint outcome.
    Dense { rows: Vec<T>, count: usize },
    /// Padded columns, one per joint state.
    Columns { columns: Vec<T>, count: usize },
    /// Compressed columns, one per joint state.
    Sparse {
        starts: Vec<u32>,
        outcomes: Vec<u32>,
        values: Vec<T>,
        count: usize,
    },
    /// Too large to keep: columns are outer products formed from A.
    OnTheFly { count: usize },
    /// More than [`JOINT_OUTCOME_LIMIT`] joint outcomes, and no use for them.
    Unavailable,
}

impl<T: Real> Outcomes<T> {
    /// The table, and for each joint state sum_o po ln(po + e^-16), padded.
    pub(crate) fn new(rows: &[Vec<T>], num_obs: &[usize], joint: usize) -> (Self, Vec<T>) {
        let width = padded(joint);
        let count = num_obs
            .iter()
            .fold(1u128, |n, o| n.saturating_mul(*o as u128));
        if count > JOINT_OUTCOME_LIMIT {
            return (Self::Unavailable, Vec::new());
        }
        let count = count as usize;
        let mut column = vec![0.0f64; count];
        let mut neg_entropy = vec![T::ZERO; width];
        let eps = f64::INFO_EPS;
        for (s, h) in neg_entropy[..joint].iter_mut().enumerate() {
            joint_column(rows, num_obs, width, s, &mut column);
            *h = T::from_f64(
                column
                    .iter()
                    .filter(|p| **p > 0.0)
                    .map(|p| p * ln_f64(p + eps))
                    .sum(),
            );
        }
        if count.saturating_mul(width) > TABLE_LIMIT {
            return (Self::OnTheFly { count }, neg_entropy);
        }
        // First pass: which outcomes occur, and how often.
        let mut kept = vec![false; count];
        let mut filled = 0usize;
        for s in 0..joint {
            joint_column(rows, num_obs, width, s, &mut column);
            for (k, p) in kept.iter_mut().zip(&column) {
                if *p > 0.0 {
                    *k = true;
                    filled += 1;
                }
            }
        }
        let mut index = vec![u32::MAX; count];
        let mut kept_count = 0u32;
        for (i, _) in kept.iter().enumerate().filter(|(_, k)| **k) {
            index[i] = kept_count;
            kept_count += 1;
        }
        let kept_count = kept_count as usize;
        // A scalar multiply-add costs about as much as a third of a vector block.
        let dense = if prefer_columns(kept_count, joint) {
            joint * padded(kept_count)
        } else {
            kept_count * width
        };
        let sparse = filled / 3 + joint / 2 < dense / LANES;
        let table = if sparse {
            let (mut starts, mut outcomes, mut values) = (
                vec![0],
                Vec::with_capacity(filled),
                Vec::with_capacity(filled),
            );
            for s in 0..joint {
                joint_column(rows, num_obs, width, s, &mut column);
                for (i, p) in column.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    outcomes.push(index[i]);
                    values.push(T::from_f64(*p));
                }
                starts.push(outcomes.len() as u32);
            }
            Self::Sparse {
                starts,
                outcomes,
                values,
                count: kept_count,
            }
        } else if prefer_columns(kept_count, joint) {
            let height = padded(kept_count);
            let mut columns = vec![T::ZERO; joint * height];
            for s in 0..joint {
                joint_column(rows, num_obs, width, s, &mut column);
                for (i, p) in column.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    columns[s * height + index[i] as usize] = T::from_f64(*p);
                }
            }
            Self::Columns {
                columns,
                count: kept_count,
            }
        } else {
            let mut table = vec![T::ZERO; kept_count * width];
            for s in 0..joint {
                joint_column(rows, num_obs, width, s, &mut column);
                for (i, p) in column.iter().enumerate().filter(|(_, p)| **p > 0.0) {
                    table[index[i] as usize * width + s] = T::from_f64(*p);
                }
            }
            Self::Dense {
                rows: table,
                count: kept_count,
            }
        };
        (table, neg_entropy)
    }

    /// Rows that `expected` writes.
    pub(crate) fn count(&self) -> usize {
        match self {
            Self::Dense { count, .. }
            | Self::Columns { count, .. }
            | Self::Sparse { count, .. }
            | Self::OnTheFly { count } => *count,
            Self::Unavailable => 0,
        }
    }

    /// Whether a column buffer is needed by `expected`.
    pub(crate) fn column_len(&self) -> usize {
        if let Self::OnTheFly { count } = self {
            *count
        } else {
            0
        }
    }
}

/// The outer product over modalities of column `s`, C order.
fn joint_column<T: Real>(
    rows: &[Vec<T>],
    num_obs: &[usize],
    width: usize,
    s: usize,
    column: &mut [f64],
) {
    let mut filled = 1;
    column[0] = 1.0;
    for (a, n) in rows.iter().zip(num_obs) {
        // Backwards, so that every source element is read before it is overwritten.
        for i in (0..filled).rev() {
            let base = column[i];
            for o in (0..*n).rev() {
                column[i * n + o] = base * a[o * width + s].to_f64();
            }
        }
        filled *= n;
    }
}

/// The same outer product in the model's own type, for [`Outcomes::OnTheFly`].
pub(crate) fn joint_column_in_place<T: Real>(
    rows: &[Vec<T>],
    num_obs: &[usize],
    width: usize,
    s: usize,
    column: &mut [T],
) {
    let mut filled = 1;
    column[0] = T::ONE;
    for (a, n) in rows.iter().zip(num_obs) {
        for i in (0..filled).rev() {
            let base = column[i];
            for o in (0..*n).rev() {
                column[i * n + o] = base * a[o * width + s];
            }
        }
        filled *= n;
    }
}
