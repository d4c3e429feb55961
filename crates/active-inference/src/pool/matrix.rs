//! The guard of one matrix. Invariant: it owns its memory; dropping it gives the memory back to the pool it came from.

use std::fmt;
use std::mem;
use std::ops::{Deref, DerefMut};

use super::buffer::{Buffer, Element};
use super::store::MatrixPool;

/// A matrix on loan from a pool: row-major, its first element on a cache line ([`ALIGNMENT_BYTES`](super::ALIGNMENT_BYTES)).
/// Dereferences to the slice of its rows · cols elements. It may be sent to and dropped on any thread.
#[must_use = "dropping a matrix gives it back at once"]
pub struct Matrix<'pool, T> {
    pool: &'pool MatrixPool<T>,
    /// The slot it goes back to, or `None` if the pool had none left.
    slot: Option<usize>,
    memory: Buffer,
}

impl<'pool, T: Element> Matrix<'pool, T> {
    /// A guard of `memory`, which belongs to `slot` of `pool`.
    #[inline]
    pub(super) fn new(pool: &'pool MatrixPool<T>, slot: Option<usize>, memory: Buffer) -> Self {
        Self { pool, slot, memory }
    }

    /// The elements of one row.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    #[inline]
    pub fn row(&self, row: usize) -> &[T] {
        let cols = self.pool.cols();
        &self[row * cols..][..cols]
    }

    /// The elements of one row, to be written.
    ///
    /// # Panics
    ///
    /// If there is no such row.
    #[must_use]
    #[inline]
    pub fn row_mut(&mut self, row: usize) -> &mut [T] {
        let cols = self.pool.cols();
        &mut self[row * cols..][..cols]
    }
}

impl<T: Element> Deref for Matrix<'_, T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        self.memory.elements(self.pool.rows() * self.pool.cols())
    }
}

impl<T: Element> DerefMut for Matrix<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        self.memory
            .elements_mut(self.pool.rows() * self.pool.cols())
    }
}

impl<T> Drop for Matrix<'_, T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(slot) = self.slot {
            self.pool.put_back(slot, mem::take(&mut self.memory));
        }
    }
}

impl<T: Element + fmt::Debug> fmt::Debug for Matrix<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list()
            .entries(self.chunks(self.pool.cols()))
            .finish()
    }
}
