//! The layout of one compressed belief. Invariant: [`parse`] returns a frame only if all of its bytes are there, their
//! residue agrees, and every length follows from at most [`MAX_STATES`] states; it allocates nothing.
//!
//! | bytes | content |
//! |---|---|
//! | 1 | format version (3 bits) · values (2) · listing (2) · background present, or a palette of `f64` (1) |
//! | 1 | bits of a code, 0 to 16; only if values are levels |
//! | 1 | number of distinct values less one; only for a palette, which lists every state |
//! | 1-4 | number of states, LEB128 |
//! | 1-4 | number of states listed, LEB128; only for a listing by indices |
//! | 1 | code of the background weight; only if present |
//! | … | listing: nothing, one bit a state, or packed indices |
//! | … | values: a packed code (level − 1) for each listed state, or its `f32` or `f64`, little end first; or the palette, each \
//!         value little end first, and a packed number of one for each state |
//! | 2 | residue of all bytes before, little end first |

use super::bits::packed_len;
use super::error::DecodeFault;
use super::listing::{Listing, count_bitmap};
use super::palette;
use super::quantise::MAX_BITS;
use super::residue::residue;
use super::value::is_single;
use crate::real::Real;

/// The version this library writes and reads.
const VERSION: u8 = 1;

/// The most states of one frame, 2²⁴: what an `f32` counts exactly, and four bytes of LEB128 hold.
pub const MAX_STATES: usize = 1 << 24;

/// Bytes of the residue.
const RESIDUE_LEN: usize = 2;

/// How listed values are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Levels of the grid with 2^bits steps.
    Levels {
        /// Bits of a code.
        bits: u32,
    },
    /// The belief's own `f32` values.
    Single,
    /// The belief's own `f64` values.
    Double,
    /// The belief's own values, each distinct one once.
    Palette {
        /// How many, up to [`palette::MAX_DISTINCT`].
        distinct: usize,
        /// `f64`, else `f32`.
        double: bool,
    },
}

impl Values {
    /// Exact values of type `T`.
    pub(super) fn exact<T: Real>() -> Self {
        if is_single::<T>() {
            Self::Single
        } else {
            Self::Double
        }
    }
}

/// All of a frame but its listing and its values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Header {
    /// States of the belief.
    pub(super) states: usize,
    /// States that are listed.
    pub(super) listed: usize,
    /// How they are listed.
    pub(super) listing: Listing,
    /// How their values are written.
    pub(super) values: Values,
    /// Code of the weight of the others, 0 for none.
    pub(super) background: u8,
}

impl Header {
    /// Appends the header.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let (values, more) = match self.values {
            Values::Levels { bits } => (0, Some(bits as u8)),
            Values::Single => (1, None),
            Values::Double => (2, None),
            Values::Palette { distinct, .. } => (3, Some((distinct - 1) as u8)),
        };
        let flag =
            self.background != 0 || matches!(self.values, Values::Palette { double: true, .. });
        let listing = match self.listing {
            Listing::All => 0,
            Listing::Bitmap => 1,
            Listing::Indices => 2,
        };
        out.push(VERSION << 5 | values << 3 | listing << 1 | u8::from(flag));
        out.extend(more);
        write_number(self.states, out);
        if self.listing == Listing::Indices {
            write_number(self.listed, out);
        }
        out.extend((self.background != 0).then_some(self.background));
    }
}

/// Appends the residue of `out[start..]`.
pub(super) fn seal(start: usize, out: &mut Vec<u8>) {
    let residue = residue(&out[start..]);
    out.extend_from_slice(&residue.to_le_bytes());
}

/// A frame whose lengths and residue are right.
pub(super) struct Frame<'a> {
    /// What its header says.
    pub(super) header: Header,
    /// The listing, and whatever follows it.
    pub(super) listing: &'a [u8],
    /// The values, and whatever follows them.
    pub(super) values: &'a [u8],
    /// Bytes of the frame.
    pub(super) len: usize,
}

/// Reads the frame at the start of `bytes`; more may follow it.
pub(super) fn parse(bytes: &[u8]) -> Result<Frame<'_>, DecodeFault> {
    let mut at = 0;
    let first = next(bytes, &mut at)?;
    if first >> 5 != VERSION {
        return Err(DecodeFault::Version {
            found: first >> 5,
            known: VERSION,
        });
    }
    let values = match first >> 3 & 3 {
        0 => Values::Levels {
            bits: u32::from(next(bytes, &mut at)?),
        },
        1 => Values::Single,
        2 => Values::Double,
        _ => Values::Palette {
            distinct: usize::from(next(bytes, &mut at)?) + 1,
            double: first & 1 == 1,
        },
    };
    let is_palette = matches!(values, Values::Palette { .. });
    if matches!(values, Values::Levels { bits } if bits > MAX_BITS) {
        return Err(corrupt("codes wider than the format has"));
    }
    let states = read_number(bytes, &mut at)?;
    if states == 0 || states > MAX_STATES {
        return Err(corrupt("a number of states that the format does not hold"));
    }
    let (listing, indices) = match first >> 1 & 3 {
        0 => (Listing::All, 0),
        1 => (Listing::Bitmap, 0),
        2 => (Listing::Indices, read_number(bytes, &mut at)?),
        _ => return Err(corrupt("unknown kind of listing")),
    };
    if is_palette && listing != Listing::All {
        return Err(corrupt("a palette that leaves states out"));
    }
    let background = if first & 1 == 1 && !is_palette {
        next(bytes, &mut at)?
    } else {
        0
    };
    let listed_from = at;
    let listed = match listing {
        Listing::All => states,
        Listing::Bitmap => count_bitmap(span(bytes, at, listing.len(states, 0))?),
        Listing::Indices => indices,
    };
    if listed == 0 || listed > states {
        return Err(corrupt("no states listed, or more than there are"));
    }
    at += listing.len(states, listed);
    let values_from = at;
    at += match values {
        Values::Levels { bits } => packed_len(listed, bits),
        Values::Single => listed * size_of::<f32>(),
        Values::Double => listed * size_of::<f64>(),
        Values::Palette {
            distinct,
            double: false,
        } => palette::len::<f32>(states, distinct),
        Values::Palette {
            distinct,
            double: true,
        } => palette::len::<f64>(states, distinct),
    };
    let len = at + RESIDUE_LEN;
    let whole = span(bytes, 0, len)?;
    // A fuzzer would spend its time on the residue.
    if !cfg!(fuzzing) && residue(&whole[..at]).to_le_bytes() != whole[at..] {
        return Err(corrupt("the residue does not agree with the content"));
    }
    let header = Header {
        states,
        listed,
        listing,
        values,
        background,
    };
    Ok(Frame {
        header,
        listing: &bytes[listed_from..],
        values: &bytes[values_from..],
        len,
    })
}

/// The error of a broken rule.
fn corrupt(what: &'static str) -> DecodeFault {
    DecodeFault::Corrupt { what }
}

/// `len` bytes from `at`.
fn span(bytes: &[u8], at: usize, len: usize) -> Result<&[u8], DecodeFault> {
    bytes.get(at..at + len).ok_or(DecodeFault::Truncated {
        needed: at + len,
        available: bytes.len(),
    })
}

/// The byte at `at`, which moves on.
fn next(bytes: &[u8], at: &mut usize) -> Result<u8, DecodeFault> {
    let byte = span(bytes, *at, 1)?[0];
    *at += 1;
    Ok(byte)
}

/// Appends `number`, at most [`MAX_STATES`], as LEB128.
fn write_number(mut number: usize, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

/// Reads a number of at most four bytes.
fn read_number(bytes: &[u8], at: &mut usize) -> Result<usize, DecodeFault> {
    let mut number = 0;
    for shift in [0, 7, 14, 21] {
        let byte = next(bytes, at)?;
        number |= usize::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Ok(number);
        }
    }
    Err(corrupt("a number of more than four bytes"))
}

#[cfg(test)]
mod tests {
    use super::{Header, Listing, MAX_STATES, Values, parse, read_number, seal, write_number};

    #[test]
    fn numbers_come_back() {
        for number in [0, 1, 127, 128, 16_383, 16_384, MAX_STATES] {
            let mut bytes = Vec::new();
            write_number(number, &mut bytes);
            let mut at = 0;
            assert_eq!(read_number(&bytes, &mut at), Ok(number));
            assert_eq!(at, bytes.len());
        }
        assert!(read_number(&[0xff; 5], &mut 0).is_err());
    }

    #[test]
    fn headers_come_back() {
        let values = Values::Levels { bits: 16 };
        for (listing, listed) in [(Listing::All, 300), (Listing::Indices, 2)] {
            let header = Header {
                states: 300,
                listed,
                listing,
                values,
                background: 9,
            };
            let mut bytes = Vec::new();
            header.write(&mut bytes);
            let (positions, codes) = (listing.len(300, listed), listed * 2);
            bytes.resize(bytes.len() + positions + codes, 0);
            seal(0, &mut bytes);
            let frame = parse(&bytes).expect("valid");
            assert_eq!((frame.header, frame.len), (header, bytes.len()));
        }
    }
}
