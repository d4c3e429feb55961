//! Codes of a fixed width packed end to end, low bits first. Invariant: reading never passes the end of the slice;
//! bits beyond it read as zero.

/// The widest code, so that a code and its offset within a byte fit one 32-bit word.
pub(super) const MAX_WIDTH: u32 = 24;

/// Bytes taken by `count` codes of `width` bits.
pub(super) const fn packed_len(count: usize, width: u32) -> usize {
    (count * width as usize).div_ceil(8)
}

/// Appends `codes`, each below 2^`width`.
pub(super) fn pack(codes: impl Iterator<Item = u32>, width: u32, out: &mut Vec<u8>) {
    debug_assert!(width <= MAX_WIDTH);
    let (mut pending, mut filled) = (0u64, 0);
    for code in codes {
        pending |= u64::from(code) << filled;
        filled += width;
        if filled >= 32 {
            out.extend_from_slice(&(pending as u32).to_le_bytes());
            pending >>= 32;
            filled -= 32;
        }
    }
    out.extend_from_slice(&pending.to_le_bytes()[..filled.div_ceil(8) as usize]);
}

/// Code number `index` of those packed at the start of `bytes`. What follows them in `bytes` does not matter; the more
/// there is, the fewer reads take the slow way at the end.
#[inline(always)]
pub(super) fn code_at(bytes: &[u8], width: u32, index: usize) -> u32 {
    let bit = index * width as usize;
    let rest = bytes.get(bit / 8..).unwrap_or_default();
    let word = match rest.first_chunk::<4>() {
        Some(word) => u32::from_le_bytes(*word),
        None => rest
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u32::from(byte)),
    };
    (word >> (bit % 8)) & ((1 << width) - 1)
}

#[cfg(test)]
mod tests {
    use super::{MAX_WIDTH, code_at, pack, packed_len};

    #[test]
    fn codes_of_every_width_come_back() {
        for width in 0..=MAX_WIDTH {
            let codes: Vec<u32> = (0..77u32)
                .map(|i| i.wrapping_mul(0x9e37_79b9) >> 8 & ((1 << width) - 1))
                .collect();
            let mut bytes = Vec::new();
            pack(codes.iter().copied(), width, &mut bytes);
            assert_eq!(bytes.len(), packed_len(codes.len(), width));
            let back: Vec<u32> = (0..codes.len())
                .map(|i| code_at(&bytes, width, i))
                .collect();
            assert_eq!(back, codes, "width {width}");
        }
    }
}
