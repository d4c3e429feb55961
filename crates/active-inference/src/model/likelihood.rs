//! The observation model A and all that follows from it alone or with the preferences C.
//!
//! Invariant: rebuilt as a whole whenever A changes; every row is padded with zeros.

use crate::math::padded;
use crate::model::outcomes::Outcomes;
use crate::real::Real;

/// A and its derived tables.
#[derive(Debug, Clone)]
pub(crate) struct Likelihood<T> {
    /// Per modality: row o holds P(o | s) over joint states, padded.
    pub(crate) rows: Vec<Vec<T>>,
    pub(crate) outcomes: Outcomes<T>,
    /// Per joint state: sum_o po ln(po + e^-16), padded.
    pub(crate) neg_entropy: Vec<T>,
    /// Per preference step, per joint state: sum_m sum_o A_m\[o, s\] ln softmax(C_m)[o], padded.
    pub(crate) utility: Vec<Vec<T>>,
}

impl<T: Real> Likelihood<T> {
    /// From padded rows and, per preference step and modality, ln softmax(C).
    pub(crate) fn new(
        rows: Vec<Vec<T>>,
        num_obs: &[usize],
        joint: usize,
        ln_c: &[Vec<Vec<f64>>],
    ) -> Self {
        let width = padded(joint);
        let (outcomes, neg_entropy) = Outcomes::new(&rows, num_obs, joint);
        let utility = ln_c
            .iter()
            .map(|modalities| {
                let mut v = vec![0.0f64; width];
                for (a, ln_c) in rows.iter().zip(modalities) {
                    for (row, c) in a.chunks_exact(width).zip(ln_c) {
                        for (v, p) in v.iter_mut().zip(row) {
                            *v += p.to_f64() * c;
                        }
                    }
                }
                v.into_iter().map(T::from_f64).collect()
            })
            .collect();
        Self {
            rows,
            outcomes,
            neg_entropy,
            utility,
        }
    }

    /// The likelihood of outcome `o` of modality `m` over joint states, padded.
    #[inline(always)]
    pub(crate) fn row(&self, m: usize, o: usize, width: usize) -> &[T] {
        &self.rows[m][o * width..(o + 1) * width]
    }
}

/// C-order numbers (rows of `joint`) to padded rows.
pub(crate) fn pad_rows<T: Real>(data: &[f64], joint: usize) -> Vec<T> {
    let width = padded(joint);
    let mut out = vec![T::ZERO; data.len() / joint * width];
    for (to, from) in out.chunks_exact_mut(width).zip(data.chunks_exact(joint)) {
        for (t, f) in to.iter_mut().zip(from) {
            *t = T::from_f64(*f);
        }
    }
    out
}

/// The reverse of [`pad_rows`].
pub(crate) fn unpad_rows<T: Real>(rows: &[T], joint: usize) -> Vec<f64> {
    rows.chunks_exact(padded(joint))
        .flat_map(|row| row[..joint].iter().map(|x| x.to_f64()))
        .collect()
}

/// ln(softmax(C_m) + 1e-16) per step and modality (pymdp `control.py:calc_expected_utility`).
///
/// `columns[m]` is `None` for a preference that holds at every step, else its number of steps; the result has one step
/// if no preference depends on time, else as many as the shortest of them.
pub(crate) fn log_preferences(c: &[Vec<f64>], columns: &[Option<usize>]) -> Vec<Vec<Vec<f64>>> {
    let steps = columns.iter().flatten().copied().min().unwrap_or(1);
    (0..steps)
        .map(|t| {
            c.iter()
                .zip(columns)
                .map(|(c, columns)| {
                    let width = columns.unwrap_or(1);
                    let t = if columns.is_some() { t } else { 0 };
                    let column: Vec<f64> = c.iter().skip(t).step_by(width).copied().collect();
                    let max = column.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                    let total: f64 = column.iter().map(|x| (x - max).exp()).sum();
                    column
                        .iter()
                        .map(|x| ((x - max).exp() / total + f64::EPS).ln())
                        .collect()
                })
                .collect()
        })
        .collect()
}
