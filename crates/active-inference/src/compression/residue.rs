//! The check at the end of each frame: Fletcher's position-weighted sum of 32-bit words, modulo 65521. Invariant: damage
//! to any one byte changes the residue: it changes the sum by (a weight of at most [`BLOCK`]) · m · 2ʲ with |m| < 2⁸,
//! which the prime 65521 does not divide; other damage passes about once in 65521 times.
//!
//! J. G. Fletcher, "An arithmetic checksum for serial transmissions", 1982; the modulus is that of Adler-32.

const PRIME: u64 = 65_521;

/// Words whose sums are taken without reduction: few enough that they fit 64 bits.
const BLOCK: usize = 4096;

/// The residue of `bytes`.
pub(super) fn residue(bytes: &[u8]) -> u16 {
    let mut residue = 0;
    for block in bytes.chunks(4 * BLOCK) {
        let (words, rest) = block.as_chunks::<4>();
        let (mut sum, mut weighted) = (1, 0); // starting at one, zeros count too
        for &word in words {
            sum += u64::from(u32::from_le_bytes(word));
            weighted += sum;
        }
        let last = rest
            .iter()
            .rev()
            .fold(0, |word, &byte| word << 8 | u64::from(byte));
        weighted += (sum + last) * (rest.len() as u64 + 1);
        residue = ((residue << 32) + weighted % PRIME) % PRIME;
    }
    residue as u16
}

#[cfg(test)]
mod tests {
    use super::{BLOCK, residue};

    #[test]
    fn every_change_of_one_byte_matters() {
        let bytes: Vec<u8> = (0..50).map(|i| (i * 37) as u8).collect();
        for at in 0..bytes.len() {
            for flip in 1..=u8::MAX {
                let mut damaged = bytes.clone();
                damaged[at] ^= flip;
                assert_ne!(
                    residue(&bytes),
                    residue(&damaged),
                    "byte {at}, bits {flip:#x}"
                );
            }
        }
    }

    #[test]
    fn every_byte_of_a_long_frame_matters() {
        let mut bytes = vec![0xa5; 4 * BLOCK + 7];
        let whole = residue(&bytes);
        for at in 0..bytes.len() {
            bytes[at] ^= 0xff;
            assert_ne!(residue(&bytes), whole, "byte {at}");
            bytes[at] ^= 0xff;
        }
    }

    #[test]
    fn order_and_length_matter_even_for_zeros() {
        assert_ne!(
            residue(&[1, 0, 0, 0, 2, 0, 0, 0]),
            residue(&[2, 0, 0, 0, 1, 0, 0, 0])
        );
        for len in 1..100 {
            assert_ne!(
                residue(&vec![0; len]),
                residue(&vec![0; len + 1]),
                "{len} zeros"
            );
        }
    }
}
