//! [`Tensor`]: a dense array of numbers with its shape, the form in which models are given and exported.
//!
//! Invariant: C order, the last index fastest; the length is checked by the builder, not by the constructor.

use serde::{Deserialize, Serialize};

/// A dense array in C order (last index fastest), as in the `aif-golden/1` schema.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Tensor {
    /// Length of each axis.
    pub shape: Vec<usize>,
    /// The numbers, `shape.iter().product()` of them.
    pub data: Vec<f64>,
}

impl Tensor {
    /// A tensor of the given shape and numbers. Whether they fit is checked where the tensor is used.
    #[must_use]
    pub fn new(shape: impl Into<Vec<usize>>, data: impl Into<Vec<f64>>) -> Self {
        Self {
            shape: shape.into(),
            data: data.into(),
        }
    }

    /// A tensor whose element at `index` is `f(index)`.
    ///
    /// ```
    /// # use active_inference::Tensor;
    /// let identity = Tensor::from_fn([3, 3], |i| f64::from(u8::from(i[0] == i[1])));
    /// assert_eq!(identity.at(&[1, 1]), Some(1.0));
    /// ```
    #[must_use]
    pub fn from_fn(shape: impl Into<Vec<usize>>, mut f: impl FnMut(&[usize]) -> f64) -> Self {
        let shape = shape.into();
        // A shape beyond all memory gives no numbers, which the builder reports.
        let len = shape
            .iter()
            .try_fold(1usize, |n, axis| n.checked_mul(*axis))
            .unwrap_or(0);
        let mut index = vec![0; shape.len()];
        let mut data = Vec::with_capacity(len);
        for flat in 0..len {
            unravel(flat, &shape, &mut index);
            data.push(f(&index));
        }
        Self { shape, data }
    }

    /// The element at `index`, if there is one.
    #[must_use]
    pub fn at(&self, index: &[usize]) -> Option<f64> {
        if index.len() != self.shape.len() || index.iter().zip(&self.shape).any(|(i, n)| i >= n) {
            return None;
        }
        let flat = index
            .iter()
            .zip(&self.shape)
            .fold(0, |flat, (i, n)| flat * n + i);
        self.data.get(flat).copied()
    }

    /// Divides every column (fixed trailing indices) by its sum over the first axis; empty columns become uniform.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        let rows = self.shape.first().copied().unwrap_or(0);
        let columns = self.data.len().checked_div(rows).unwrap_or(0);
        for c in 0..columns {
            let sum: f64 = (0..rows).map(|r| self.data[r * columns + c]).sum();
            for r in 0..rows {
                let x = &mut self.data[r * columns + c];
                *x = if sum > 0.0 {
                    *x / sum
                } else {
                    1.0 / rows as f64
                };
            }
        }
        self
    }
}

/// Writes the index of flat position `flat` in an array of `shape` (C order).
pub(crate) fn unravel(mut flat: usize, shape: &[usize], index: &mut [usize]) {
    for (i, n) in index.iter_mut().zip(shape).rev() {
        *i = flat % n;
        flat /= n;
    }
}
