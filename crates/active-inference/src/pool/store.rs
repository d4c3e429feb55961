//! The pool: slots, each with the memory of one matrix once it was first needed. Invariant: the memory of a slot is
//! touched only between a claim and the release of that slot.

use std::cell::UnsafeCell;
use std::fmt;
use std::mem;
use std::sync::atomic::{AtomicU64, Ordering};

use super::buffer::{ALIGNMENT_BYTES, Buffer, Element};
use super::error::PoolError;
use super::free_set::FreeSet;
use super::matrix::Matrix;
use super::stats::PoolStats;

/// A pool of matrices of one shape and type. Share it by reference, in an `Arc` or as a `static`; guards borrow it.
pub struct MatrixPool<T> {
    rows: usize,
    cols: usize,
    /// Bytes of one matrix, with its padding to whole cache lines.
    matrix_bytes: usize,
    capacity: usize,
    free: FreeSet,
    slots: Box<[Slot]>,
    overflows: AtomicU64,
    element: std::marker::PhantomData<T>,
}

/// A cache line of its own, since neighbours may be in the hands of different threads.
#[derive(Default)]
#[repr(align(64))]
struct Slot {
    /// Empty before the first use and while handed out.
    memory: UnsafeCell<Buffer>,
    /// Times this slot was handed out. Written by its claimer only, so that a plain load and store will do.
    acquired: AtomicU64,
}

// SAFETY: `memory`, all that keeps `Slot` from being `Sync`, is reached only through `MatrixPool::{acquire, put_back}`,
// by the one claimer of the slot; `FreeSet` orders a release before the next claim. `Buffer` is `Send`.
unsafe impl Sync for Slot {}

impl<T: Element> MatrixPool<T> {
    /// A pool of `rows` x `cols` matrices that holds at most `max_bytes`, counting those handed out. Nothing is
    /// allocated for matrices before they are first acquired.
    ///
    /// # Errors
    ///
    /// If a dimension is zero, a matrix does not fit in memory, or the bound is less than one matrix.
    pub fn new(rows: usize, cols: usize, max_bytes: usize) -> Result<Self, PoolError> {
        let bytes = rows
            .checked_mul(cols)
            .and_then(|len| len.checked_mul(size_of::<T>()));
        let matrix_bytes =
            match bytes.and_then(|bytes| bytes.checked_next_multiple_of(ALIGNMENT_BYTES)) {
                Some(bytes) if bytes > 0 && isize::try_from(bytes).is_ok() => bytes,
                _ => return Err(PoolError::Shape { rows, cols }),
            };
        let capacity = max_bytes / matrix_bytes;
        if capacity == 0 {
            return Err(PoolError::Bound {
                max_bytes,
                matrix_bytes,
            });
        }
        let free = FreeSet::new(capacity);
        let slots = (0..free.len()).map(|_| Slot::default()).collect();
        let (overflows, element) = (AtomicU64::new(0), std::marker::PhantomData);
        Ok(Self {
            rows,
            cols,
            matrix_bytes,
            capacity,
            free,
            slots,
            overflows,
            element,
        })
    }

    /// Rows of each matrix.
    #[must_use]
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Columns of each matrix.
    #[must_use]
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// A matrix whose elements are those its last holder left, or zeros.
    #[inline]
    pub fn acquire(&self) -> Matrix<'_, T> {
        let Some(slot) = self.free.claim() else {
            self.overflows.fetch_add(1, Ordering::Relaxed);
            return Matrix::new(self, None, Buffer::zeroed::<T>(self.rows * self.cols));
        };
        let Slot { memory, acquired } = &self.slots[slot];
        acquired.store(acquired.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
        // SAFETY: this thread has claimed the slot, so nobody else reaches its memory until `put_back`.
        let mut memory = mem::take(unsafe { &mut *memory.get() });
        if memory.is_empty() {
            memory = Buffer::zeroed::<T>(self.rows * self.cols);
        }
        Matrix::new(self, Some(slot), memory)
    }

    /// A matrix of zeros.
    #[inline]
    pub fn acquire_zeroed(&self) -> Matrix<'_, T> {
        let mut matrix = self.acquire();
        matrix.fill(T::ZERO);
        matrix
    }

    /// What the pool has done and holds.
    #[must_use]
    pub fn stats(&self) -> PoolStats {
        let acquired = |slot: &Slot| slot.acquired.load(Ordering::Relaxed);
        let total: u64 = self.slots.iter().map(acquired).sum();
        let used = self.slots.iter().filter(|slot| acquired(slot) > 0).count();
        let overflows = self.overflows.load(Ordering::Relaxed);
        PoolStats {
            hits: total.saturating_sub(used as u64),
            misses: used as u64 + overflows,
            overflows,
            in_use: self.capacity.saturating_sub(self.free.count()),
            capacity: self.capacity,
            bytes_held: used * self.matrix_bytes,
        }
    }
}

impl<T> MatrixPool<T> {
    /// Takes back what `acquire` handed out with this slot.
    #[inline]
    pub(super) fn put_back(&self, slot: usize, memory: Buffer) {
        // SAFETY: the guard that calls this has held the claim since `acquire` and gives it up only below.
        unsafe { *self.slots[slot].memory.get() = memory };
        self.free.release(slot);
    }
}

impl<T> fmt::Debug for MatrixPool<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MatrixPool")
            .field("rows", &self.rows)
            .field("cols", &self.cols)
            .field("capacity", &self.capacity)
            .finish_non_exhaustive()
    }
}
