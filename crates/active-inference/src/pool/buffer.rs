//! Memory of one matrix. Invariant: whole cache lines, all of their bytes initialised.

use std::slice;

/// Alignment of each matrix in bytes: a cache line, and the widest vector register.
pub const ALIGNMENT_BYTES: usize = 64;

/// What a matrix may be made of: `f32` or `f64`. Sealed: for these any bits are a value.
pub trait Element: Copy + sealed::Sealed {
    /// 0.
    const ZERO: Self;
}

impl Element for f32 {
    const ZERO: Self = 0.0;
}

impl Element for f64 {
    const ZERO: Self = 0.0;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Line([u8; ALIGNMENT_BYTES]);

/// Aligned memory. The default is empty and allocates nothing.
#[derive(Default)]
pub(super) struct Buffer(Box<[Line]>);

impl Buffer {
    /// Zeroed memory for `len` elements of type `T`.
    #[cold]
    pub(super) fn zeroed<T: Element>(len: usize) -> Self {
        let lines = (len * size_of::<T>()).div_ceil(ALIGNMENT_BYTES);
        Self(vec![Line([0; ALIGNMENT_BYTES]); lines].into_boxed_slice())
    }

    /// Whether there is no memory.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// How many elements of type `T` there is room for.
    #[inline]
    fn room<T: Element>(&self) -> usize {
        size_of_val::<[Line]>(&self.0) / size_of::<T>()
    }

    /// The first `len` elements.
    #[inline]
    pub(super) fn elements<T: Element>(&self, len: usize) -> &[T] {
        let len = len.min(self.room::<T>());
        // SAFETY: `len` elements lie within the lines, which are initialised, aligned for more than `T`, and borrowed
        // for as long as the result; `Element` is sealed to types for which any bits are valid.
        unsafe { slice::from_raw_parts(self.0.as_ptr().cast(), len) }
    }

    /// The first `len` elements, to be written.
    #[inline]
    pub(super) fn elements_mut<T: Element>(&mut self, len: usize) -> &mut [T] {
        let len = len.min(self.room::<T>());
        // SAFETY: as in `elements`; the borrow is exclusive, and any bits written are valid bytes of a line.
        unsafe { slice::from_raw_parts_mut(self.0.as_mut_ptr().cast(), len) }
    }
}

#[cfg(test)]
mod tests {
    use super::{ALIGNMENT_BYTES, Buffer};

    #[test]
    fn memory_is_aligned_zeroed_and_long_enough() {
        for len in [1, 7, 8, 9, 2500] {
            let mut buffer = Buffer::zeroed::<f64>(len);
            assert_eq!(buffer.elements::<f64>(len), vec![0.0; len]);
            assert_eq!(
                buffer.elements::<f64>(len).as_ptr().addr() % ALIGNMENT_BYTES,
                0
            );
            buffer.elements_mut::<f64>(len)[len - 1] = 3.0;
            assert_eq!(buffer.elements::<f64>(len)[len - 1], 3.0);
        }
    }

    #[test]
    fn no_memory_has_no_elements() {
        assert!(Buffer::default().is_empty());
        assert!(Buffer::default().elements::<f32>(5).is_empty());
    }
}
