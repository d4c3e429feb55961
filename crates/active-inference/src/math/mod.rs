//! Vector kernels under every equation of the crate.
//!
//! Invariant: kernels know nothing of models; a buffer handed to a padded kernel has a length that is a
//! multiple of [`LANES`] and zeros behind its last real element.

pub(crate) mod exp_log;
pub(crate) mod kernels;
pub(crate) mod simd;
pub(crate) mod softmax;

/// Elements treated as one block: two AVX2 registers in f64, one in f32.
pub(crate) const LANES: usize = 8;

/// `n` rounded up to whole blocks.
pub(crate) const fn padded(n: usize) -> usize {
    n.next_multiple_of(LANES)
}
