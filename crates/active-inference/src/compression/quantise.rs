//! The grid a belief is rounded to. Invariant: a [`Grid`] returned by [`coarsest`] holds the bound asked for, proved by
//! evaluating it on this belief, not expected from an average.
//!
//! Probabilities are rounded as √p: near any p, KL(p ‖ q) ≈ 2 Σ (√pᵢ − √qᵢ)² (the square root maps the simplex to a
//! sphere on which Fisher information is Euclidean distance), so equal steps of √p cost equal divergence and a uniform
//! grid there is the best one. With L = 2^bits steps to the largest root, a state's *level* is
//! c = round(L √(p / p_max)) and its weight c². States of level 0 are not listed; together they keep their mass, in
//! equal shares, as the *background*.

use super::divergence::bound_term;
use super::prepared::Prepared;
use super::value::{greater, lesser, nearest};
use crate::math::simd::multiversion;
use crate::real::Real;

/// The finest grid: 2¹⁶ steps.
pub(super) const MAX_BITS: u32 = 16;

/// Bits of an `f64` that the code of a background weight drops: it keeps the exponent and two bits of mantissa, so that
/// neighbouring weights are a factor of 8/7 to 5/4 apart.
const DROPPED_BITS: u32 = 50;

/// What is kept of 0.625, a step above the highest weight of ½. A level is rounded to 0 below ½, so the weight of a mean
/// unlisted state is below ¼, but for rounding. The lowest, 1.5 · 2⁻⁶⁵, is as good as none and keeps KL(p ‖ q) finite.
const HIGHEST: u64 = 0.625f64.to_bits() >> DROPPED_BITS;

/// Sums of at most this many terms are taken in the belief's own precision, then added in double precision.
const BLOCK: usize = 1024;

/// Sums run in this many independent lanes, which the compiler makes vector registers of.
pub(super) const LANES: usize = 8;

/// A resolution and the weight of the states not listed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Grid {
    /// Binary logarithm of the number of steps.
    pub(super) bits: u32,
    /// Code of the weight of an unlisted state: 0 for none, else that many steps below [`HIGHEST`].
    pub(super) background: u8,
}

impl Grid {
    /// Steps to the largest root.
    pub(super) fn steps(self) -> u32 {
        1 << self.bits
    }

    /// Weight of an unlisted state, on the scale where a level's weight is its square.
    pub(super) fn background_weight(self) -> f64 {
        match self.background {
            0 => 0.0,
            code => f64::from_bits((HIGHEST - u64::from(code)) << DROPPED_BITS),
        }
    }
}

/// The code of the weight nearest to `weight`, or of the least if even that is more.
fn background_code(weight: f64) -> u8 {
    let kept = (weight.to_bits() + (1 << (DROPPED_BITS - 1))) >> DROPPED_BITS;
    if weight > 0.0 {
        HIGHEST.saturating_sub(kept).clamp(1, 255) as u8
    } else {
        0
    }
}

/// A state's level as a number of the belief's own type; `root` is √(p / p_max).
#[inline(always)]
pub(super) fn level<T: Real>(root: T, steps: T) -> T {
    nearest(root * steps)
}

/// The coarsest grid (to within the accuracy of [`predict`]) whose divergence from the belief is at most `bound` nats, or
/// `None` if the finest is too coarse.
pub(super) fn coarsest<T: Real>(belief: &Prepared<T>, bound: f64) -> Option<Grid> {
    let (mut too_coarse_below, mut found) = (0, None::<Grid>);
    let mut bits = guess(belief, bound);
    loop {
        let (grid, divergence) = evaluate(belief, bits);
        let predicted = predict(bits, divergence, bound);
        if divergence <= bound {
            found = Some(grid);
        } else {
            too_coarse_below = bits + 1;
        }
        let finer_than_needed = found.map_or(MAX_BITS + 1, |grid| grid.bits);
        if predicted >= finer_than_needed || too_coarse_below >= finer_than_needed {
            return found;
        }
        bits = predicted.max(too_coarse_below);
    }
}

/// Where the search starts. Rounding n roots with steps of √p_max / L, each off by a twelfth of its step squared on average, costs
/// 2 n p_max / (12 L²) nats.
fn guess<T: Real>(belief: &Prepared<T>, bound: f64) -> u32 {
    let steps_squared = belief.kept as f64 * belief.greatest / (6.0 * bound);
    let exponent = (steps_squared.to_bits() >> 52) as i32 - 1023;
    ((exponent + 1) / 2).clamp(0, MAX_BITS as i32) as u32
}

/// The least bits expected to hold `bound` if `bits` give `divergence`: each further bit divides it by four.
fn predict(mut bits: u32, mut divergence: f64, bound: f64) -> u32 {
    while divergence > bound && bits < MAX_BITS {
        divergence /= 4.0;
        bits += 1;
    }
    while 4.0 * divergence <= bound && bits > 0 {
        divergence *= 4.0;
        bits -= 1;
    }
    bits
}

multiversion! {
    /// The grid of `bits` for this belief, and an upper bound on its divergence in nats.
    fn evaluate = evaluate_any(belief: &Prepared<T>, bits: u32) -> (Grid, f64)
}

#[inline(always)]
fn evaluate_any<T: Real, const FMA: bool>(belief: &Prepared<T>, bits: u32) -> (Grid, f64) {
    let (shares, roots) = belief.vectors();
    let steps = T::from_f64(f64::from(1u32 << bits));
    // One sum at a time: three in one pass are not made vector instructions of.
    let weight = sum(shares, roots, |_, root| {
        level(root, steps) * level(root, steps)
    });
    let listed = sum(shares, roots, |_, root| lesser(level(root, steps), T::ONE));
    let unlisted_mass = belief.rest.mass
        + sum(shares, roots, |p, root| {
            p - lesser(level(root, steps), T::ONE) * p
        });
    let unlisted = belief.states as f64 - listed;
    // Any mass, however small, needs a background: KL(p ‖ q) is infinite where q is zero and p is not.
    let least = if unlisted_mass > 0.0 {
        f64::MIN_POSITIVE
    } else {
        0.0
    };
    let share = (unlisted_mass / (1.0 - unlisted_mass) * weight / unlisted.max(1.0)).max(least);
    let grid = Grid {
        bits,
        background: background_code(share),
    };
    let background = T::from_f64(grid.background_weight());
    let per_weight = T::from_f64(1.0 / (weight + grid.background_weight() * unlisted));
    let divergence = sum(shares, roots, |p, root| {
        let level = level(root, steps);
        bound_term(p, greater(level * level, background) * per_weight)
    });
    // Each state of the padding, p = 0, came in with its q: the background.
    let share = background.to_f64() * per_weight.to_f64();
    let padded = (shares.len() - belief.kept) as f64 * share;
    (
        grid,
        (divergence - padded).max(0.0) + belief.rest.bound(share),
    )
}

/// Σ `term` over two slices of one length.
#[inline(always)]
pub(super) fn sum<T: Real>(a: &[T], b: &[T], term: impl Fn(T, T) -> T) -> f64 {
    let blocks = a.chunks(BLOCK).zip(b.chunks(BLOCK)).map(|(a, b)| {
        let mut lanes = [T::ZERO; LANES];
        let ((a, a_rest), (b, b_rest)) = (a.as_chunks::<LANES>(), b.as_chunks::<LANES>());
        for (a, b) in a.iter().zip(b) {
            for lane in 0..LANES {
                lanes[lane] += term(a[lane], b[lane]);
            }
        }
        for (lane, (&a, &b)) in lanes.iter_mut().zip(a_rest.iter().zip(b_rest)) {
            *lane += term(a, b);
        }
        lanes.iter().map(|lane| lane.to_f64()).sum::<f64>()
    });
    blocks.sum()
}

/// The lesser of 1 and the least entry, and the greatest entry or 0; NaN is passed over.
pub(super) fn extremes<T: Real>(belief: &[T]) -> (T, T) {
    let (mut least, mut greatest) = ([T::ONE; LANES], [T::ZERO; LANES]);
    let (words, rest) = belief.as_chunks::<LANES>();
    for word in words {
        for lane in 0..LANES {
            least[lane] = lesser(word[lane], least[lane]);
            greatest[lane] = greater(word[lane], greatest[lane]);
        }
    }
    let all = |start: T, lanes: [T; LANES], pick: fn(T, T) -> T| {
        lanes
            .iter()
            .chain(rest)
            .fold(start, |found, &p| pick(p, found))
    };
    (all(T::ONE, least, lesser), all(T::ZERO, greatest, greater))
}

#[cfg(test)]
mod tests {
    use super::{Grid, Prepared, background_code, coarsest};

    fn prepared(belief: &[f64]) -> Prepared<f64> {
        let mut prepared = Prepared::default();
        prepared.fill(belief, 1.0, belief.iter().copied().fold(0.0, f64::max));
        prepared
    }

    #[test]
    fn beliefs_of_one_level_need_no_bits() {
        for belief in [vec![1.0, 0.0, 0.0], vec![0.25; 4], vec![0.0, 0.5, 0.5]] {
            let grid = coarsest(&prepared(&belief), 1e-4).expect("representable");
            assert_eq!(
                grid,
                Grid {
                    bits: 0,
                    background: 0
                }
            );
        }
    }

    #[test]
    fn a_tighter_bound_takes_a_finer_grid() {
        let belief = [0.6, 0.3, 0.07, 0.02, 0.01];
        let bits = |bound| {
            coarsest(&prepared(&belief), bound)
                .expect("representable")
                .bits
        };
        assert!(bits(1e-2) < bits(1e-4) && bits(1e-4) < bits(1e-8));
    }

    #[test]
    fn background_codes_are_within_an_eighth_of_the_weight() {
        let coded = |weight| {
            Grid {
                bits: 0,
                background: background_code(weight),
            }
            .background_weight()
        };
        for exponent in 0..190 {
            let weight = 0.55 * 0.8f64.powi(exponent);
            assert!(
                (coded(weight) / weight - 1.0).abs() <= 0.125,
                "{weight} became {}",
                coded(weight)
            );
        }
        assert_eq!(coded(0.5), 0.5);
        assert_eq!(coded(5e-324), 1.5 * 0.5f64.powi(65));
        assert_eq!(coded(0.0), 0.0);
    }
}
