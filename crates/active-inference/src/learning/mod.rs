//! Dirichlet updates (pymdp `learning.py`): new counts, then the arrays they make.
//!
//! Invariant: the first half of each pair computes and checks, the second replaces; a failed update changes nothing.

use std::sync::Arc;

use crate::error::{Array, ModelError};
use crate::inference::outer;
use crate::model::layout::Layout;
use crate::model::likelihood::Likelihood;
use crate::model::tensor::unravel;
use crate::model::{Counts, Model, Transitions};
use crate::real::Real;

/// New counts and the normalised array, both in the model's own layout.
pub(crate) struct Learned<C> {
    counts: C,
    array: C,
}

/// pA after `observation` under `beliefs` (`learning.py:update_obs_likelihood_dirichlet`).
pub(crate) fn a<T: Real>(
    model: &Model<T>,
    observation: &[usize],
    beliefs: &[T],
) -> Result<Learned<Vec<Vec<T>>>, ModelError> {
    let layout = &*model.layout;
    let (joint, width) = (layout.joint, layout.joint_padded);
    let lr = T::from_f64(model.settings.lr_pa);
    let mut counts = model.counts.a.clone().unwrap_or_default();
    let mut x = vec![T::ZERO; width];
    outer(
        (0..layout.factors()).map(|f| &beliefs[layout.factor(f)]),
        &mut x,
    );
    for m in model
        .settings
        .modalities_to_learn
        .indices(layout.modalities())
    {
        let row = observation[m] * width..(observation[m] + 1) * width;
        for ((c, p), x) in counts[m][row.clone()]
            .iter_mut()
            .zip(&model.a.rows[m][row])
            .zip(&x)
        {
            if *p > T::ZERO {
                *c += lr * *x;
            }
        }
    }
    let mut array = counts.clone();
    for (index, rows) in array.iter_mut().enumerate() {
        for s in 0..joint {
            let total: T = rows.iter().skip(s).step_by(width).copied().sum();
            if total <= T::ZERO {
                let mut column = vec![0; layout.factors()];
                unravel(s, &layout.num_states, &mut column);
                return Err(ModelError::ZeroCounts {
                    array: Array::PA,
                    index,
                    column,
                });
            }
            for p in rows.iter_mut().skip(s).step_by(width) {
                *p = *p / total;
            }
        }
    }
    Ok(Learned { counts, array })
}

/// Puts learned counts and A into place.
pub(crate) fn replace_a<T: Real>(model: &mut Model<T>, learned: Learned<Vec<Vec<T>>>) {
    let layout = Arc::clone(&model.layout);
    Arc::make_mut(&mut model.novelty).set_a(&learned.counts, layout.joint);
    model.a = Arc::new(Likelihood::new(
        learned.array,
        &layout.num_obs,
        layout.joint,
        &model.c.ln,
    ));
    Arc::make_mut(&mut model.counts).a = Some(learned.counts);
}

/// pB after `action` led from `previous` to `beliefs` (`learning.py:update_state_likelihood_dirichlet`).
pub(crate) fn b<T: Real>(
    model: &Model<T>,
    action: &[usize],
    beliefs: &[T],
    previous: &[T],
) -> Result<Learned<Vec<Vec<T>>>, ModelError> {
    let layout = &*model.layout;
    let lr = T::from_f64(model.settings.lr_pb);
    let mut counts = model.counts.b.clone().unwrap_or_default();
    for f in model.settings.factors_to_learn.indices(layout.factors()) {
        let n = layout.num_states[f];
        let controls = counts[f].len() / (n * n);
        let (now, before) = (&beliefs[layout.factor(f)], &previous[layout.factor(f)]);
        for (to, q) in now.iter().enumerate() {
            for (from, p) in before.iter().enumerate() {
                let i = (to * n + from) * controls + action[f];
                if model.b.dense[f][i] > T::ZERO {
                    counts[f][i] += lr * (*q * *p);
                }
            }
        }
    }
    let mut array = counts.clone();
    for (index, b) in array.iter_mut().enumerate() {
        let n = layout.num_states[index];
        let columns = b.len() / n;
        for column in 0..columns {
            let total: T = b.iter().skip(column).step_by(columns).copied().sum();
            if total <= T::ZERO {
                let controls = columns / n;
                let column = vec![column / controls, column % controls];
                return Err(ModelError::ZeroCounts {
                    array: Array::PB,
                    index,
                    column,
                });
            }
            for p in b.iter_mut().skip(column).step_by(columns) {
                *p = *p / total;
            }
        }
    }
    Ok(Learned { counts, array })
}

/// Puts learned counts and B into place.
pub(crate) fn replace_b<T: Real>(model: &mut Model<T>, learned: Learned<Vec<Vec<T>>>) {
    let layout = Arc::clone(&model.layout);
    Arc::make_mut(&mut model.novelty).set_b(&learned.counts, &layout.num_states);
    model.b = Arc::new(Transitions::new(
        learned.array,
        &layout.num_states,
        model.settings.algorithm,
    ));
    Arc::make_mut(&mut model.counts).b = Some(learned.counts);
}

/// pD after the first beliefs of an episode (`learning.py:update_state_prior_dirichlet`).
pub(crate) fn d<T: Real>(model: &Model<T>, first: &[T]) -> Result<Learned<Vec<T>>, ModelError> {
    let layout: &Layout = &model.layout;
    let lr = T::from_f64(model.settings.lr_pd);
    let mut counts = model.counts.d.clone().unwrap_or_default();
    for f in model.settings.factors_to_learn.indices(layout.factors()) {
        // The mask is that of the counts before the update, also for a factor listed twice.
        let before = model.counts.d.as_deref().unwrap_or_default();
        for i in layout.factor(f) {
            if before[i] > T::ZERO {
                counts[i] += lr * first[i];
            }
        }
    }
    let mut array = counts.clone();
    for index in 0..layout.factors() {
        let q = &mut array[layout.factor(index)];
        let total: T = q.iter().copied().sum();
        if total <= T::ZERO {
            return Err(ModelError::ZeroCounts {
                array: Array::PD,
                index,
                column: Vec::new(),
            });
        }
        for q in q {
            *q = *q / total;
        }
    }
    Ok(Learned { counts, array })
}

/// Puts learned counts and D into place.
pub(crate) fn replace_d<T: Real>(model: &mut Model<T>, learned: Learned<Vec<T>>) {
    model.d = Arc::new(learned.array);
    let counts: &mut Counts<T> = Arc::make_mut(&mut model.counts);
    counts.d = Some(learned.counts);
}
