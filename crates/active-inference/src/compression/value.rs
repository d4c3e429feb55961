//! The entries of a belief as numbers and as bytes. Invariant: what [`put`] writes, [`get`] reads back bit for bit.

use crate::real::Real;

/// Whether `T` is `f32`; the only other [`Real`] is `f64`.
#[inline(always)]
pub(super) const fn is_single<T: Real>() -> bool {
    size_of::<T>() == size_of::<f32>()
}

/// Appends `value`, little end first.
#[inline(always)]
pub(super) fn put<T: Real>(value: T, out: &mut Vec<u8>) {
    let wide = value.to_f64();
    if is_single::<T>() {
        out.extend_from_slice(&(wide as f32).to_le_bytes());
    } else {
        out.extend_from_slice(&wide.to_le_bytes());
    }
}

/// Value number `index` of those that start `bytes`; zero beyond their end.
#[inline(always)]
pub(super) fn get<T: Real>(bytes: &[u8], index: usize) -> T {
    let wide = if is_single::<T>() {
        let (values, _) = bytes.as_chunks();
        values
            .get(index)
            .map(|&raw| f64::from(f32::from_le_bytes(raw)))
    } else {
        let (values, _) = bytes.as_chunks();
        values.get(index).map(|&raw| f64::from_le_bytes(raw))
    };
    T::from_f64(wide.unwrap_or(0.0))
}

/// The lesser of two, as one instruction.
#[inline(always)]
pub(super) fn lesser<T: Real>(a: T, b: T) -> T {
    if a < b { a } else { b }
}

/// The greater of two, as one instruction.
#[inline(always)]
pub(super) fn greater<T: Real>(a: T, b: T) -> T {
    if a > b { a } else { b }
}

/// √`value`, rounded in `T` (through `f64`, which for square roots changes nothing: 53 ≥ 2 · 24 + 2 bits).
#[inline(always)]
pub(super) fn root<T: Real>(value: T) -> T {
    T::from_f64(value.to_f64().sqrt())
}

/// The integer nearest to `value`, for 0 ≤ `value` ≤ 2²¹. Adding 1.5 · 2^(mantissa bits) leaves no room for a fraction;
/// `round` is a library call where SSE 4.1 is not assumed, and keeps loops from becoming vector instructions.
#[inline(always)]
pub(super) fn nearest<T: Real>(value: T) -> T {
    let mantissa_bits = if is_single::<T>() {
        f32::MANTISSA_DIGITS
    } else {
        f64::MANTISSA_DIGITS
    } - 1;
    let rounder = T::from_f64(1.5 * (1u64 << mantissa_bits) as f64);
    (value + rounder) - rounder
}

#[cfg(test)]
mod tests {
    use super::{get, nearest, put};

    #[test]
    fn nearest_rounds_in_both_types() {
        for (value, expected) in [
            (0.0, 0.0),
            (0.4, 0.0),
            (0.6, 1.0),
            (254.7, 255.0),
            (65_536.0, 65_536.0),
        ] {
            assert_eq!(nearest::<f64>(value), expected);
            assert_eq!(nearest::<f32>(value as f32), expected as f32);
        }
    }

    #[test]
    fn bits_come_back() {
        let mut bytes = Vec::new();
        for value in [0.1f32, -0.0, 1e-45, f32::MAX] {
            put(value, &mut bytes);
        }
        put(0.1f64, &mut bytes);
        let singles: Vec<u32> = (0..4)
            .map(|index| get::<f32>(&bytes, index).to_bits())
            .collect();
        assert_eq!(singles, [0.1f32, -0.0, 1e-45, f32::MAX].map(f32::to_bits));
        assert_eq!(get::<f64>(&bytes[16..], 0), 0.1);
        assert_eq!(get::<f64>(&bytes[16..], 1), 0.0, "beyond the end");
    }
}
