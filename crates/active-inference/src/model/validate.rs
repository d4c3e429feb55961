//! Checks of single arrays: finite, not negative, normalised.
//!
//! Invariant: the first offender is named by array, modality or factor, and position.

use crate::error::{Array, ModelError};
use crate::model::tensor::{Tensor, unravel};

/// numpy's `allclose(sum, 1)`: atol 1e-8 plus rtol 1e-5.
const TOLERANCE: f64 = 1e-8 + 1e-5;

/// The numbers fill the shape, and no axis is empty.
pub(crate) fn complete(
    array: Array,
    index: usize,
    tensor: &Tensor,
    axes: &[&'static str],
) -> Result<(), ModelError> {
    let expected = tensor
        .shape
        .iter()
        .fold(1usize, |n, len| n.saturating_mul(*len));
    if let Some(i) = tensor.shape.iter().position(|n| *n == 0) {
        let axis = axes.get(i).or(axes.last()).copied().unwrap_or("levels");
        return Err(ModelError::EmptyAxis { array, index, axis });
    }
    if expected != tensor.data.len() {
        let (shape, found) = (tensor.shape.clone(), tensor.data.len());
        return Err(ModelError::TensorLength {
            array,
            index,
            shape,
            expected,
            found,
        });
    }
    Ok(())
}

/// Every number is finite and, if asked, not negative.
pub(crate) fn numbers(
    array: Array,
    index: usize,
    shape: &[usize],
    data: &[f64],
    may_be_negative: bool,
) -> Result<(), ModelError> {
    for (flat, &value) in data.iter().enumerate() {
        let place = || {
            let mut at = vec![0; shape.len()];
            unravel(flat, shape, &mut at);
            at
        };
        if !value.is_finite() {
            return Err(ModelError::NotFinite {
                array,
                index,
                at: place(),
                value,
            });
        }
        if value < 0.0 && !may_be_negative {
            return Err(ModelError::Negative {
                array,
                index,
                at: place(),
                value,
            });
        }
    }
    Ok(())
}

/// Every column (fixed trailing indices) sums to one.
pub(crate) fn normalised(
    array: Array,
    index: usize,
    shape: &[usize],
    data: &[f64],
) -> Result<(), ModelError> {
    let columns = data.len() / shape[0];
    let mut sums = vec![0.0; columns];
    for row in data.chunks_exact(columns) {
        for (s, x) in sums.iter_mut().zip(row) {
            *s += x;
        }
    }
    match sums.iter().position(|s| (s - 1.0).abs() > TOLERANCE) {
        None => Ok(()),
        Some(flat) => {
            let mut column = vec![0; shape.len() - 1];
            unravel(flat, &shape[1..], &mut column);
            Err(ModelError::NotNormalised {
                array,
                index,
                column,
                sum: sums[flat],
            })
        }
    }
}

/// Names of A's axes.
pub(crate) const A_AXES: &[&str] = &["observations", "states"];
/// Names of B's axes.
pub(crate) const B_AXES: &[&str] = &["states", "states", "actions"];

/// Sizes as a list in words.
pub(crate) fn join(sizes: &[usize]) -> String {
    sizes
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

/// Complete, finite, not negative, normalised.
pub(crate) fn distribution(
    array: Array,
    index: usize,
    t: &Tensor,
    axes: &[&'static str],
) -> Result<(), ModelError> {
    complete(array, index, t, axes)?;
    numbers(array, index, &t.shape, &t.data, false)?;
    normalised(array, index, &t.shape, &t.data)
}

/// One tensor of counts per tensor of `like`, shaped alike, finite and not negative.
pub(crate) fn counts_like(
    array: Array,
    counts: &[Tensor],
    like: &[Tensor],
    axes: &[&'static str],
) -> Result<(), ModelError> {
    if counts.len() != like.len() {
        let per = if array == Array::PA {
            "modality"
        } else {
            "factor"
        };
        return Err(ModelError::Count {
            array,
            per,
            expected: like.len(),
            found: counts.len(),
        });
    }
    for (index, (c, like)) in counts.iter().zip(like).enumerate() {
        if c.shape != like.shape {
            let expected = format!("[{}]", join(&like.shape));
            return Err(ModelError::Shape {
                array,
                index,
                expected,
                found: c.shape.clone(),
            });
        }
        complete(array, index, c, axes)?;
        numbers(array, index, &c.shape, &c.data, false)?;
    }
    Ok(())
}

/// Checks one vector per factor.
pub(crate) fn vectors(
    array: Array,
    given: &[Vec<f64>],
    num_states: &[usize],
    distribution: bool,
) -> Result<(), ModelError> {
    if given.len() != num_states.len() {
        return Err(ModelError::Count {
            array,
            per: "factor",
            expected: num_states.len(),
            found: given.len(),
        });
    }
    for (index, (v, n)) in given.iter().zip(num_states).enumerate() {
        if v.len() != *n {
            return Err(ModelError::Shape {
                array,
                index,
                expected: format!("[{n}]"),
                found: vec![v.len()],
            });
        }
        numbers(array, index, &[*n], v, false)?;
        if distribution {
            normalised(array, index, &[*n], v)?;
        }
    }
    Ok(())
}
