//! Which states a frame lists values for. Invariant: [`Listing::visit`] yields each listed state once, in ascending
//! order, below the number of states, or fails.

use super::bits::{code_at, pack, packed_len};
use super::error::DecodeFault;

/// The three ways to say it; an encoder takes the shortest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Listing {
    /// Every state: no bytes at all.
    All,
    /// One bit a state, the first state in the lowest bit of the first byte.
    Bitmap,
    /// The indices of the states listed, packed at the width of the greatest possible one.
    Indices,
}

/// Bits that the greatest of `states` indices needs.
fn index_width(states: usize) -> u32 {
    usize::BITS - (states - 1).leading_zeros()
}

impl Listing {
    /// The shortest listing of `listed` among `states`.
    pub(super) fn shortest(states: usize, listed: usize) -> Self {
        if listed == states {
            Self::All
        } else if Self::Indices.len(states, listed) + 1 < Self::Bitmap.len(states, listed) {
            Self::Indices // one byte or more goes to their number, which a bitmap tells by itself
        } else {
            Self::Bitmap
        }
    }

    /// Bytes of the listing.
    pub(super) fn len(self, states: usize, listed: usize) -> usize {
        match self {
            Self::All => 0,
            Self::Bitmap => packed_len(states, 1),
            Self::Indices => packed_len(listed, index_width(states)),
        }
    }

    /// Appends the listing of `positions`, which ascend and lie below `states`.
    pub(super) fn write(
        self,
        positions: impl Iterator<Item = u32>,
        states: usize,
        out: &mut Vec<u8>,
    ) {
        match self {
            Self::All => {}
            Self::Bitmap => {
                let start = out.len();
                out.resize(start + packed_len(states, 1), 0);
                let bitmap = &mut out[start..];
                for position in positions {
                    bitmap[position as usize / 8] |= 1 << (position % 8);
                }
            }
            Self::Indices => pack(positions, index_width(states), out),
        }
    }

    /// Calls `each(rank, position)` for all listed states; `bytes` starts with what [`write`](Self::write) appended.
    #[inline(always)]
    pub(super) fn visit(
        self,
        bytes: &[u8],
        states: usize,
        listed: usize,
        mut each: impl FnMut(usize, usize),
    ) -> Result<(), DecodeFault> {
        match self {
            Self::All => (0..states).for_each(|state| each(state, state)),
            Self::Bitmap => {
                let mut rank = 0;
                for (word, chunk) in bytes[..self.len(states, listed)].chunks(8).enumerate() {
                    let mut raw = [0; 8];
                    raw[..chunk.len()].copy_from_slice(chunk);
                    let mut left = u64::from_le_bytes(raw);
                    while left != 0 {
                        let position = word * 64 + left.trailing_zeros() as usize;
                        if position >= states {
                            return Err(DecodeFault::Corrupt {
                                what: "the bitmap lists a state beyond the last",
                            });
                        }
                        each(rank, position);
                        rank += 1;
                        left &= left - 1;
                    }
                }
            }
            Self::Indices => {
                let mut least = 0;
                for rank in 0..listed {
                    let position = code_at(bytes, index_width(states), rank) as usize;
                    if position < least || position >= states {
                        return Err(DecodeFault::Corrupt {
                            what: "the listed states do not ascend",
                        });
                    }
                    each(rank, position);
                    least = position + 1;
                }
            }
        }
        Ok(())
    }
}

/// States listed by a bitmap.
pub(super) fn count_bitmap(bitmap: &[u8]) -> usize {
    bitmap.iter().map(|byte| byte.count_ones() as usize).sum()
}

#[cfg(test)]
mod tests {
    use super::{Listing, count_bitmap};

    #[test]
    fn every_listing_names_the_same_states() {
        let positions = [0u32, 3, 63, 64, 99];
        for listing in [Listing::Bitmap, Listing::Indices] {
            let mut bytes = Vec::new();
            listing.write(positions.into_iter(), 100, &mut bytes);
            assert_eq!(bytes.len(), listing.len(100, positions.len()));
            let mut seen = Vec::new();
            listing
                .visit(&bytes, 100, positions.len(), |_, at| seen.push(at as u32))
                .expect("valid");
            assert_eq!(seen, positions);
        }
    }

    #[test]
    fn shortest_follows_density() {
        assert_eq!(Listing::shortest(100, 100), Listing::All);
        assert_eq!(Listing::shortest(100, 50), Listing::Bitmap);
        assert_eq!(Listing::shortest(100, 2), Listing::Indices);
        assert_eq!(Listing::shortest(1, 1), Listing::All);
    }

    #[test]
    fn states_beyond_the_last_are_corrupt() {
        assert!(
            Listing::Bitmap
                .visit(&[0, 0b1000], 10, 1, |_, _| ())
                .is_err()
        );
        assert!(Listing::Indices.visit(&[0xff], 10, 1, |_, _| ()).is_err());
        assert!(
            Listing::Indices.visit(&[0x33], 10, 2, |_, _| ()).is_err(),
            "twice the same state"
        );
        assert_eq!(count_bitmap(&[0b101, 0xff]), 10);
    }
}
