//! From a belief to bytes. Invariant: what [`Encoder::encode`] appends decodes within the encoder's bound, which is
//! checked for every belief; where no grid holds it, the belief is written exactly.

use super::bits::pack;
use super::error::{BoundError, EncodeError, EncodeFault};
use super::frame::{Header, MAX_STATES, Values, seal};
use super::listing::Listing;
use super::quantise::{Grid, coarsest, extremes, level, sum};
use super::value::{put, root};
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
    roots: Vec<T>,
    positions: Vec<u32>,
    codes: Vec<u32>,
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
    /// Zeros cost a bit each or nothing, other values their full width.
    #[must_use]
    pub fn lossless() -> Self {
        Self::make(None)
    }

    fn make(bound: Option<f64>) -> Self {
        Self {
            bound,
            roots: Vec::new(),
            positions: Vec::new(),
            codes: Vec::new(),
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
            let per_greatest = T::ONE / greatest;
            self.roots.clear();
            self.roots
                .extend(belief.iter().map(|&p| root(p * per_greatest)));
            coarsest(belief, &self.roots, total, bound * (1.0 - MARGIN))
        });
        let start = out.len();
        match grid {
            Some(grid) => self.append_levels(grid, belief.len(), out),
            None => self.append_exact(belief, out),
        }
        seal(start, out);
        Ok(())
    }

    /// Writes the levels of `self.roots` on `grid`.
    fn append_levels(&mut self, grid: Grid, states: usize, out: &mut Vec<u8>) {
        let steps = T::from_f64(f64::from(grid.steps()));
        self.positions.resize(states, 0);
        self.codes.resize(states, 0);
        let mut listed = 0;
        for (state, &root) in self.roots.iter().enumerate() {
            // Written always, kept only if the level is not zero: no branch to mispredict.
            let level = level(root, steps).to_f64() as u32;
            self.positions[listed] = state as u32;
            self.codes[listed] = level.wrapping_sub(1);
            listed += usize::from(level != 0);
        }
        let values = Values::Levels { bits: grid.bits };
        self.append_listing(states, listed, values, grid.background, out);
        pack(self.codes[..listed].iter().copied(), grid.bits, out);
    }

    /// Writes the values themselves.
    fn append_exact(&mut self, belief: &[T], out: &mut Vec<u8>) {
        self.positions.clear();
        let listed = belief
            .iter()
            .enumerate()
            .filter(|(_, p)| p.to_f64().to_bits() != 0);
        self.positions.extend(listed.map(|(state, _)| state as u32));
        self.append_listing(
            belief.len(),
            self.positions.len(),
            Values::exact::<T>(),
            0,
            out,
        );
        for &position in &self.positions {
            put(belief[position as usize], out);
        }
    }

    /// Writes a header and which states are listed: the first `listed` of `self.positions`.
    fn append_listing(
        &self,
        states: usize,
        listed: usize,
        values: Values,
        background: u8,
        out: &mut Vec<u8>,
    ) {
        let listing = Listing::shortest(states, listed);
        Header {
            states,
            listed,
            listing,
            values,
            background,
        }
        .write(out);
        listing.write(&self.positions[..listed], states, out);
    }
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
