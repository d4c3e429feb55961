//! A pool of matrix buffers of one shape. Invariant: a buffer has one holder at a time, starts on a cache line, and the
//! pool never keeps more bytes than it was allowed.
//!
//! **Contents**: [`MatrixPool::acquire`] hands a buffer out as its last holder left it (zeros the first time): always
//! initialised, never to be relied on. [`MatrixPool::acquire_zeroed`] clears it first, which for large matrices costs
//! more than all the rest.
//!
//! **Fast path**: lock-free, one atomic operation to acquire and one to release. Threads start at different words of
//! the free set, so that they meet only when their own word is used up. The lowest free slot goes out first: memory just
//! given back is still in the cache.
//!
//! **When the bound is reached** `acquire` still succeeds, with memory of its own that is freed on release; the count of
//! [`PoolStats::overflows`] tells that the bound is too small.
//!
//! **Threads and leaks**: nothing is kept per thread, so a thread that ends strands nothing, and a guard may be dropped
//! on any thread. A guard lost to [`std::mem::forget`] takes its slot and its memory with it, like any leaked `Box`;
//! they count as in use for ever.
//!
//! ```
//! use active_inference::pool::MatrixPool;
//!
//! let pool = MatrixPool::<f64>::new(50, 50, 1 << 20)?;
//! let mut product = pool.acquire_zeroed();
//! product.row_mut(3)[4] = 1.0;
//! drop(product);
//! assert_eq!((pool.stats().misses, pool.stats().in_use), (1, 0));
//! # Ok::<(), active_inference::pool::PoolError>(())
//! ```

mod buffer;
mod error;
mod free_set;
#[cfg(test)]
mod free_set_tests;
mod matrix;
mod stats;
mod store;
mod sync;

pub use buffer::{ALIGNMENT_BYTES, Element};
pub use error::PoolError;
pub use matrix::Matrix;
pub use stats::PoolStats;
pub use store::MatrixPool;
