//! From bytes back to beliefs. Invariant: every output of `Ok` is normalised (a lossless one to the extent that its
//! source was); memory is never reserved on the word of the bytes, only the caller's slice is written.

use super::bits::code_at;
use super::error::{DecodeError, DecodeFault};
use super::frame::{Frame, Values, parse};
use super::palette;
use super::quantise::Grid;
use super::value::{get, is_single};
use crate::real::Real;

/// What a frame says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameInfo {
    /// States of the belief: the length of the slice that [`decode`] needs.
    pub states: usize,
    /// Whether the belief comes back bit for bit as it was, and then only in its own floating-point type.
    pub lossless: bool,
    /// Bytes of the frame; the next one starts behind them.
    pub bytes: usize,
}

/// Reads the frame at the start of `bytes` without decoding it.
///
/// # Errors
///
/// If the bytes are truncated, corrupt or of another version.
pub fn inspect(bytes: &[u8]) -> Result<FrameInfo, DecodeError> {
    let frame = parse(bytes).map_err(|fault| DecodeError { belief: 0, fault })?;
    let lossless = !matches!(frame.header.values, Values::Levels { .. });
    Ok(FrameInfo {
        states: frame.header.states,
        lossless,
        bytes: frame.len,
    })
}

/// Decodes the belief at the start of `bytes` into `belief`, whose length must be its number of states. Returns the
/// bytes read; more may follow.
///
/// # Errors
///
/// If the bytes are truncated, corrupt, of another version, number of states or (lossless only) floating-point type.
/// The content of `belief` is then unspecified.
pub fn decode<T: Real>(bytes: &[u8], belief: &mut [T]) -> Result<usize, DecodeError> {
    read(bytes, belief).map_err(|fault| DecodeError { belief: 0, fault })
}

/// Decodes consecutive frames into `batch`, a row-major array of shape (beliefs, `states`), until it is full. Returns
/// the bytes read; more may follow.
///
/// # Errors
///
/// As [`decode`], naming the belief, or if the batch is no multiple of `states`. The content of `batch` is then
/// unspecified.
pub fn decode_batch<T: Real>(
    bytes: &[u8],
    states: usize,
    batch: &mut [T],
) -> Result<usize, DecodeError> {
    if states == 0 || !batch.len().is_multiple_of(states) {
        let fault = DecodeFault::BatchShape {
            values: batch.len(),
            states,
        };
        return Err(DecodeError { belief: 0, fault });
    }
    let mut at = 0;
    for (index, belief) in batch.chunks_exact_mut(states).enumerate() {
        at += read(&bytes[at..], belief).map_err(|fault| DecodeError {
            belief: index,
            fault,
        })?;
    }
    Ok(at)
}

fn read<T: Real>(bytes: &[u8], belief: &mut [T]) -> Result<usize, DecodeFault> {
    let frame = parse(bytes)?;
    if frame.header.states != belief.len() {
        return Err(DecodeFault::States {
            expected: belief.len(),
            found: frame.header.states,
        });
    }
    match frame.header.values {
        Values::Levels { bits } => read_levels(&frame, bits, belief)?,
        exact if exact == Values::exact::<T>() => read_exact(&frame, belief)?,
        Values::Palette { distinct, double } if double != is_single::<T>() => {
            read_palette(&frame, distinct, belief)?;
        }
        Values::Single | Values::Palette { double: false, .. } => {
            return Err(DecodeFault::Precision { found: "f32" });
        }
        Values::Double | Values::Palette { double: true, .. } => {
            return Err(DecodeFault::Precision { found: "f64" });
        }
    }
    Ok(frame.len)
}

/// Listed states get level² / Z, the others background / Z, with Z the sum of all weights.
fn read_levels<T: Real>(frame: &Frame<'_>, bits: u32, belief: &mut [T]) -> Result<(), DecodeFault> {
    let header = frame.header;
    let level_at = |rank| u64::from(code_at(frame.values, bits, rank)) + 1;
    let background = Grid {
        bits,
        background: header.background,
    }
    .background_weight();
    let listed: u64 = (0..header.listed)
        .map(|rank| level_at(rank) * level_at(rank))
        .sum();
    let total = listed as f64 + background * (header.states - header.listed) as f64;
    belief.fill(T::from_f64(background / total));
    let total = T::from_f64(total);
    header.listing.visit(
        frame.listing,
        header.states,
        header.listed,
        |rank, state| {
            let level = level_at(rank);
            belief[state] = T::from_f64((level * level) as f64) / total;
        },
    )
}

fn read_exact<T: Real>(frame: &Frame<'_>, belief: &mut [T]) -> Result<(), DecodeFault> {
    let header = frame.header;
    belief.fill(T::ZERO);
    header.listing.visit(
        frame.listing,
        header.states,
        header.listed,
        |rank, state| {
            belief[state] = get(frame.values, rank);
        },
    )
}

fn read_palette<T: Real>(
    frame: &Frame<'_>,
    distinct: usize,
    belief: &mut [T],
) -> Result<(), DecodeFault> {
    let (values, codes) = frame.values.split_at(distinct * size_of::<T>());
    let width = palette::code_width(distinct);
    for (state, p) in belief.iter_mut().enumerate() {
        let code = code_at(codes, width, state) as usize;
        if code >= distinct {
            return Err(DecodeFault::Corrupt {
                what: "a state has a value that the palette does not hold",
            });
        }
        *p = get(values, code);
    }
    Ok(())
}
