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
