//! From a belief to bytes. Invariant: what [`Encoder::encode`] appends decodes within the encoder's bound, which is
//! checked for every belief; where no grid holds it, the belief is written exactly.

use super::bits::pack;
use super::error::{BoundError, EncodeError, EncodeFault};
use super::frame::{Header, MAX_STATES, Values, seal};
use super::listing::Listing;
use super::palette::{Palette, code_width};
use super::prepared::Prepared;
use super::quantise::{Grid, coarsest, extremes, sum};
use super::value::{is_single, put};
use crate::real::Real;

/// How far from one a belief's sum may be: room for `f32` sums over many states, not for a forgotten normalisation.
const TOLERANCE: f64 = 1e-3;

/// Part of the bound kept back for rounding while the bound itself is evaluated.
const MARGIN: f64 = 1e-3;

/// Compresses beliefs over any number of states. Keeps scratch space between calls: once it and the output buffer have
/// grown to their working size, encoding allocates nothing.
#[derive(Debug, Clone)]
pub struct Encoder<T> {
    /// The most divergence allowed, in nats; `None` for lossless.
    bound: Option<f64>,
    prepared: Prepared<T>,
    /// Number and level of each listed state; an exact frame leaves the level unused. May be longer than the
    /// list at hand, so that it need not be filled again and again.
    listed: Vec<(u32, u32)>,
    palette: Palette<T>,
}

impl<T: Real> Encoder<T> {
    /// The default bound on KL(belief ‖ decoded), in nats.
    pub const DEFAULT_BOUND_NATS: f64 = 1e-4;
    /// The least bound that [`with_bound`](Self::with_bound) accepts, in nats: below it the rounding of `f32` shows.
    pub const MIN_BOUND_NATS: f64 = 1e-8;
    /// The greatest bound that [`with_bound`](Self::with_bound) accepts, in nats.
    pub const MAX_BOUND_NATS: f64 = 1.0;

    /// An encoder with KL(belief ‖ decoded) ≤ [`DEFAULT_BOUND_NATS`](Self::DEFAULT_BOUND_NATS).
    #[must_use]
    pub fn new() -> Self {
        Self::make(Some(Self::DEFAULT_BOUND_NATS))
    }

    /// An encoder with KL(belief ‖ decoded) ≤ `nats`.
    ///
    /// # Errors
    ///
    /// If `nats` is not between [`MIN_BOUND_NATS`](Self::MIN_BOUND_NATS) and
    /// [`MAX_BOUND_NATS`](Self::MAX_BOUND_NATS).
    pub fn with_bound(nats: f64) -> Result<Self, BoundError> {
        let (min, max) = (Self::MIN_BOUND_NATS, Self::MAX_BOUND_NATS);
        if (min..=max).contains(&nats) {
            Ok(Self::make(Some(nats)))
        } else {
            Err(BoundError { nats, min, max })
        }
    }

    /// An encoder that reproduces every bit: for snapshots from which agents must go on exactly as they would have.
    /// Zeros cost a bit each or nothing, other values their full width, or that once where many states share few values.
    #[must_use]
    pub fn lossless() -> Self {
        Self::make(None)
    }

    fn make(bound: Option<f64>) -> Self {
        Self {
            bound,
            prepared: Prepared::default(),
            listed: Vec::new(),
            palette: Palette::default(),
        }
    }

    /// Appends one belief (a factor's marginal: non-negative, summing to one) to `out`. Frames tell their own length:
    /// the factors of an agent, or any other beliefs, can follow each other in one buffer.
    ///
    /// # Errors
    ///
    /// If `belief` is empty or over more than [`MAX_STATES`] states, has a negative or non-finite entry, or does not sum
    /// to 1 within 10⁻³. `out` is then unchanged.
    pub fn encode(&mut self, belief: &[T], out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.append(belief, out)
            .map_err(|fault| EncodeError { belief: 0, fault })
    }

    /// Appends the beliefs of `batch`, a row-major array of shape (beliefs, `states`), one frame after the other.
    ///
    /// # Errors
    ///
    /// As [`encode`](Self::encode), naming the belief, or if the batch is no multiple of `states`. `out` is then
    /// unchanged.
    pub fn encode_batch(
        &mut self,
        batch: &[T],
        states: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), EncodeError> {
        if states == 0 || !batch.len().is_multiple_of(states) {
            let fault = EncodeFault::BatchShape {
                values: batch.len(),
                states,
            };
            return Err(EncodeError { belief: 0, fault });
        }
        let start = out.len();
        for (index, belief) in batch.chunks_exact(states).enumerate() {
            if let Err(fault) = self.append(belief, out) {
                out.truncate(start);
                return Err(EncodeError {
                    belief: index,
                    fault,
                });
            }
        }
        Ok(())
    }

    fn append(&mut self, belief: &[T], out: &mut Vec<u8>) -> Result<(), EncodeFault> {
        let (total, greatest) = check(belief)?;
        let grid = self.bound.and_then(|bound| {
            self.prepared.fill(belief, total, greatest);
            coarsest(&self.prepared, bound * (1.0 - MARGIN))
        });
        let start = out.len();
        match grid {
            Some(grid) => self.append_levels(grid, belief.len(), out),
            None => self.append_exact(belief, out),
        }
        seal(start, out);
        Ok(())
    }

    /// Writes the levels of the prepared belief on `grid`.
    fn append_levels(&mut self, grid: Grid, states: usize, out: &mut Vec<u8>) {
        let count = self.prepared.list(grid, &mut self.listed);
        let listed = &self.listed[..count];
        let values = Values::Levels { bits: grid.bits };
        append_listing(listed, states, values, grid.background, out);
        pack(listed.iter().map(|&(_, level)| level - 1), grid.bits, out);
    }

    /// Writes the values themselves.
    fn append_exact(&mut self, belief: &[T], out: &mut Vec<u8>) {
        let states = (0..).zip(belief);
        let has_bits = states.filter(|(_, p)| p.to_f64().to_bits() != 0);
        self.listed.clear();
        self.listed.extend(has_bits.map(|(state, _)| (state, 0)));
        let listing = Listing::shortest(belief.len(), self.listed.len());
        let listed_len =
            listing.len(belief.len(), self.listed.len()) + self.listed.len() * size_of::<T>();
        if self.palette.fill(belief) && self.palette.len() < listed_len {
            return self.append_palette(out);
        }
        append_listing(&self.listed, belief.len(), Values::exact::<T>(), 0, out);
        for &(state, _) in &self.listed {
            put(belief[state as usize], out);
        }
    }

    /// Writes the values of the palette and which one each state has.
    fn append_palette(&self, out: &mut Vec<u8>) {
        let Palette {
            distinct, codes, ..
        } = &self.palette;
        let header = Header {
            states: codes.len(),
            listed: codes.len(),
            listing: Listing::All,
            values: Values::Palette {
                distinct: distinct.len(),
                double: !is_single::<T>(),
            },
            background: 0,
        };
        header.write(out);
        distinct.iter().for_each(|&p| put(p, out));
        pack(codes.iter().copied(), code_width(distinct.len()), out);
    }
}

/// Writes a header and which states are listed.
fn append_listing(
    listed: &[(u32, u32)],
    states: usize,
    values: Values,
    background: u8,
    out: &mut Vec<u8>,
) {
    let listing = Listing::shortest(states, listed.len());
    let header = Header {
        states,
        listed: listed.len(),
        listing,
        values,
        background,
    };
    header.write(out);
    listing.write(listed.iter().map(|&(state, _)| state), states, out);
}

impl<T: Real> Default for Encoder<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// The sum and the greatest entry of a belief that is one.
fn check<T: Real>(belief: &[T]) -> Result<(f64, T), EncodeFault> {
    if belief.is_empty() || belief.len() > MAX_STATES {
        return Err(EncodeFault::States {
            states: belief.len(),
            max: MAX_STATES,
        });
    }
    // A NaN or an infinity shows in the sum, a negative entry in the least.
    let total = sum(belief, belief, |p, _| p);
    let (least, greatest) = extremes(belief);
    if !total.is_finite() || least < T::ZERO {
        let wrong = |p: T| !p.is_finite() || p < T::ZERO;
        if let Some(state) = belief.iter().position(|&p| wrong(p)) {
            return Err(EncodeFault::NotProbability {
                state,
                value: belief[state].to_f64(),
            });
        }
    }
    if (total - 1.0).abs() <= TOLERANCE {
        Ok((total, greatest))
    } else {
        Err(EncodeFault::NotNormalised {
            sum: total,
            tolerance: TOLERANCE,
        })
    }
}
