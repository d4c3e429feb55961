//! Exact values, each distinct one once. A belief that follows from a model with few different numbers has few itself: an explorer's
//! takes a dozen values over a hundred cells. Invariant: values are told apart by their bits, so that every bit comes back.

use super::bits::packed_len;
use crate::real::Real;

/// The most distinct values; with more, naming one takes as much as half a value.
pub(super) const MAX_DISTINCT: usize = 256;

/// Places to look for a value: twice as many as values, so that a search is short.
const PLACES: usize = 2 * MAX_DISTINCT;

/// The distinct values of a belief in the order in which they first occur, and which one each state has.
#[derive(Debug, Clone)]
pub(super) struct Palette<T> {
    pub(super) distinct: Vec<T>,
    pub(super) codes: Vec<u32>,
    /// Hash table with open addressing: number of the value plus one, 0 where there is none.
    places: Box<[u16; PLACES]>,
}

impl<T: Real> Palette<T> {
    /// Takes in another belief. `false` where it has more distinct values than a palette holds; what is held is then
    /// unspecified.
    pub(super) fn fill(&mut self, belief: &[T]) -> bool {
        self.distinct.clear();
        self.codes.clear();
        self.places.fill(0);
        for &p in belief {
            let bits = p.to_f64().to_bits();
            // Fibonacci hashing: the highest bits of a product with 2⁶⁴ / φ depend on all bits of the value.
            let mut place = (bits.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize % PLACES;
            let code = loop {
                match self.places[place] {
                    0 if self.distinct.len() == MAX_DISTINCT => return false,
                    0 => {
                        self.distinct.push(p);
                        self.places[place] = self.distinct.len() as u16;
                        break self.distinct.len() - 1;
                    }
                    found => {
                        let code = usize::from(found) - 1;
                        if self.distinct[code].to_f64().to_bits() == bits {
                            break code;
                        }
                        place = (place + 1) % PLACES;
                    }
                }
            };
            self.codes.push(code as u32);
        }
        true
    }

    /// Bytes of the palette and the codes.
    pub(super) fn len(&self) -> usize {
        len::<T>(self.codes.len(), self.distinct.len())
    }
}

impl<T> Default for Palette<T> {
    fn default() -> Self {
        Self {
            distinct: Vec::new(),
            codes: Vec::new(),
            places: Box::new([0; PLACES]),
        }
    }
}

/// Bits of a code for one of `distinct` values.
pub(super) fn code_width(distinct: usize) -> u32 {
    usize::BITS - (distinct - 1).leading_zeros()
}

/// Bytes of `distinct` values of type `T` and a code for each of `states`.
pub(super) fn len<T>(states: usize, distinct: usize) -> usize {
    distinct * size_of::<T>() + packed_len(states, code_width(distinct))
}

#[cfg(test)]
mod tests {
    use super::{MAX_DISTINCT, Palette, code_width};

    #[test]
    fn values_are_told_apart_by_their_bits() {
        let belief = [0.5f32, 0.0, -0.0, 0.5, 0.0, f32::MIN_POSITIVE, 0.5, 0.5];
        let mut palette = Palette::default();
        assert!(palette.fill(&belief));
        let back: Vec<u32> = palette
            .codes
            .iter()
            .map(|&code| palette.distinct[code as usize].to_bits())
            .collect();
        assert_eq!(back, belief.map(f32::to_bits));
        assert_eq!(palette.distinct.len(), 4);
        assert_eq!(palette.len(), 4 * 4 + 2);
    }

    #[test]
    fn too_many_values_are_no_palette() {
        let mut palette = Palette::default();
        for (distinct, fits) in [(MAX_DISTINCT, true), (MAX_DISTINCT + 1, false)] {
            let belief: Vec<f64> = (0..4 * distinct)
                .map(|state| (state % distinct) as f64)
                .collect();
            assert_eq!(palette.fill(&belief), fits, "{distinct}");
        }
        assert!(palette.fill(&[1.0]));
        assert_eq!((code_width(1), code_width(2), code_width(256)), (0, 1, 8));
    }
}
