//! E-divisive: split where the energy distance between both parts is largest, test the split, go on in both parts.
//!
//! Matteson and James, "A nonparametric approach for multiple change point analysis of multivariate data", 2014,
//! with exponent 1. The test permutes the values of the part that was split; it assumes that they are exchangeable
//! under no change, which autocorrelated noise is not.

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_pcg::Pcg64;

use super::{ChangePointSettings, Split};

/// The significant splits, in no order.
pub(super) fn splits(logs: &[f64], min_level: usize, settings: &ChangePointSettings) -> Vec<Split> {
    let mut rng = Pcg64::seed_from_u64(settings.seed);
    let mut found = Vec::new();
    let mut open = Vec::from([(0, logs.len())]);
    while let Some((start, end)) = open.pop() {
        let values = &logs[start..end];
        let Some((offset, energy)) = best_split(values, min_level) else {
            continue;
        };
        let p_value = p_value(values, min_level, energy, settings, &mut rng);
        if p_value <= settings.significance.get() {
            let at = start + offset;
            found.push(Split {
                at,
                p_value: Some(p_value),
            });
            open.extend([(start, at), (at, end)]);
        }
    }
    found
}

/// Where the energy distance is largest, and how large it is; `None` if the values do not make two levels.
fn best_split(values: &[f64], min_level: usize) -> Option<(usize, f64)> {
    let n = values.len();
    if n < 2 * min_level {
        return None;
    }
    let distances_to = |from: usize, others: &[f64]| -> f64 {
        others
            .iter()
            .map(|other| (other - values[from]).abs())
            .sum()
    };
    let (mut within_left, mut across) = (0.0, 0.0);
    let mut within_right: f64 = (0..n)
        .map(|from| distances_to(from, &values[from + 1..]))
        .sum();
    let mut best: Option<(usize, f64)> = None;
    for moved in 0..n - min_level {
        let to_left = distances_to(moved, &values[..moved]);
        let to_right = distances_to(moved, &values[moved + 1..]);
        within_left += to_left;
        within_right -= to_right;
        across += to_right - to_left;
        let at = moved + 1;
        if at < min_level {
            continue;
        }
        let (left, right) = (at as f64, (n - at) as f64);
        let distance = 2.0
            * (across / (left * right)
                - within_left / (left * left)
                - within_right / (right * right));
        let energy = left * right / (left + right) * distance;
        if best.is_none_or(|(_, most)| energy > most) {
            best = Some((at, energy));
        }
    }
    best
}

/// Share of permutations that split as clearly, the observed order counted in. Stops once it is too large.
fn p_value(
    values: &[f64],
    min_level: usize,
    energy: f64,
    settings: &ChangePointSettings,
    rng: &mut Pcg64,
) -> f64 {
    let mut values = values.to_vec();
    let orders = f64::from(settings.permutations) + 1.0;
    let mut as_clear = 1.0;
    for _ in 0..settings.permutations {
        values.shuffle(rng);
        // Rounding differs between orders of the same values.
        if best_split(&values, min_level).is_some_and(|(_, other)| other >= energy * (1.0 - 1e-9)) {
            as_clear += 1.0;
        }
        if as_clear / orders > settings.significance.get() {
            return as_clear / orders;
        }
    }
    as_clear / orders
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn energy_is_largest_at_the_step() {
        let values = [0.0, 0.1, 0.0, 0.1, 1.0, 1.1, 1.0, 1.1, 1.0];
        assert_eq!(best_split(&values, 2).unwrap().0, 4);
        assert_eq!(best_split(&values[..3], 2), None);
    }

    #[test]
    fn equal_values_do_not_split() {
        let settings = ChangePointSettings::default();
        assert_eq!(splits(&[1.0; 30], 4, &settings), []);
    }
}
