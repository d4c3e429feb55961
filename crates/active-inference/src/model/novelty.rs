//! Weights of the information gain about parameters (pymdp `maths.py:spm_wnorm`, `control.py:calc_pA_info_gain`).
//!
//! Invariant: weights are zero where counts are zero; rebuilt whenever the counts change.

use crate::math::padded;
use crate::real::Real;

/// W = 1 / sum_o (a + 1e-16) - 1 / (a + 1e-16), masked by a > 0.
#[derive(Debug, Clone, Default)]
pub(crate) struct Novelty<T> {
    /// Per modality, like A's padded rows; empty without pA.
    pub(crate) a: Vec<Vec<T>>,
    /// Per factor, per action: padded rows [s']\[s\]; empty without pB.
    pub(crate) b: Vec<Vec<T>>,
}

impl<T: Real> Novelty<T> {
    /// Weights of A from padded rows of counts.
    pub(crate) fn set_a(&mut self, counts: &[Vec<T>], joint: usize) {
        let width = padded(joint);
        self.a = counts
            .iter()
            .map(|rows| {
                let mut w = vec![T::ZERO; rows.len()];
                for s in 0..joint {
                    let total: f64 = rows
                        .iter()
                        .skip(s)
                        .step_by(width)
                        .map(|a| a.to_f64() + f64::EPS)
                        .sum();
                    for (w, a) in w.iter_mut().zip(rows).skip(s).step_by(width) {
                        *w = weight(a.to_f64(), total);
                    }
                }
                w
            })
            .collect();
    }

    /// Weights of B from counts [s']\[s\]\[u\], C order.
    pub(crate) fn set_b(&mut self, counts: &[Vec<T>], num_states: &[usize]) {
        self.b = counts
            .iter()
            .zip(num_states)
            .map(|(b, n)| {
                let (width, controls) = (padded(*n), b.len() / (n * n));
                let mut w = vec![T::ZERO; controls * n * width];
                for u in 0..controls {
                    for s in 0..*n {
                        let at = |to: usize| b[(to * n + s) * controls + u].to_f64();
                        let total: f64 = (0..*n).map(|to| at(to) + f64::EPS).sum();
                        for to in 0..*n {
                            w[(u * n + to) * width + s] = weight(at(to), total);
                        }
                    }
                }
                w
            })
            .collect();
    }
}

fn weight<T: Real>(count: f64, total: f64) -> T {
    if count > 0.0 {
        T::from_f64(1.0 / total - 1.0 / (count + f64::EPS))
    } else {
        T::ZERO
    }
}
