//! What can be wrong with the shape or the bound of a pool.

/// Why a pool was not made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PoolError {
    /// A matrix without elements, or one that no address space holds.
    #[error(
        "a matrix of {rows} x {cols}: both must be positive and the product must fit in memory"
    )]
    Shape {
        /// Rows asked for.
        rows: usize,
        /// Columns asked for.
        cols: usize,
    },
    /// A bound that not even one matrix fits.
    #[error(
        "a bound of {max_bytes} bytes holds no matrix of {matrix_bytes} bytes: allow at least that many"
    )]
    Bound {
        /// The bound asked for.
        max_bytes: usize,
        /// Bytes of one matrix, with its padding to whole cache lines.
        matrix_bytes: usize,
    },
}
