//! The Hodges-Lehmann estimate of a centre of symmetry, with Wilcoxon's signed-rank interval.
//!
//! Hodges and Lehmann 1963; Hollander, Wolfe and Chicken, "Nonparametric Statistical Methods", 3rd ed., §3.2-3.3.
//! The estimate is the median of the averages of all pairs (Walsh averages), each value paired with itself too;
//! the interval cuts the k smallest and k largest of them. Exact for every distribution that is symmetric, and
//! that the log ratio of two identical executables is, because their order within a pair is drawn at random.

use super::{normal_quantile, quantile_sorted};
use crate::judge::LogInterval;

/// Up to so many values the null distribution is counted, beyond it the normal one stands in.
const LARGEST_EXACT: usize = 60;

/// Estimate and interval, with a chance of at most `error` beyond either end; `None` of no values or a NaN.
///
/// Where so few values cannot give the level, the interval is infinite.
pub(crate) fn signed_rank(values: &[f64], error: f64) -> Option<LogInterval> {
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return None;
    }
    let mut walsh = Vec::with_capacity(values.len() * (values.len() + 1) / 2);
    for (index, first) in values.iter().enumerate() {
        walsh.extend(
            values[index..]
                .iter()
                .map(|second| f64::midpoint(*first, *second)),
        );
    }
    walsh.sort_unstable_by(f64::total_cmp);
    let cut = averages_to_cut(values.len(), error);
    let (lower, upper) = match cut.checked_sub(1) {
        Some(index) => (walsh[index], walsh[walsh.len() - 1 - index]),
        None => (f64::NEG_INFINITY, f64::INFINITY),
    };
    Some(LogInterval {
        estimate: quantile_sorted(&walsh, 0.5)?,
        lower,
        upper,
    })
}

/// The largest k for which the k-th smallest Walsh average is a lower limit: P(T ≤ k − 1) ≤ `error`.
fn averages_to_cut(n: usize, error: f64) -> usize {
    let most = n * (n + 1) / 2;
    let cut = if n <= LARGEST_EXACT {
        let mut chance = 0.0;
        signed_rank_distribution(n)
            .into_iter()
            .take_while(|share| {
                chance += share;
                chance <= error
            })
            .count()
    } else {
        let count = n as f64;
        let mean = count * (count + 1.0) / 4.0;
        let deviation = (count * (count + 1.0) * (2.0 * count + 1.0) / 24.0).sqrt();
        (mean + normal_quantile(error) * deviation - 0.5)
            .max(0.0)
            .floor() as usize
    };
    cut.min(most.div_ceil(2))
}

/// P(T = t) for t = 0, 1, …: the sum of those ranks 1..=n whose sign is positive, each with chance one half.
fn signed_rank_distribution(n: usize) -> Vec<f64> {
    let mut shares = vec![0.0; n * (n + 1) / 2 + 1];
    shares[0] = 1.0;
    for rank in 1..=n {
        for sum in (0..shares.len()).rev() {
            let with = sum.checked_sub(rank).map_or(0.0, |without| shares[without]);
            shares[sum] = 0.5 * (shares[sum] + with);
        }
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn agrees_with_published_critical_values() {
        // Hollander, Wolfe and Chicken, table A.4, one-sided: T ≤ c has at most this chance; we cut c + 1.
        for (n, error, cut) in [
            (6, 0.05, 3),
            (8, 0.025, 4),
            (10, 0.025, 9),
            (20, 0.025, 53),
            (7, 0.0079, 1),
            (7, 0.0078, 0),
        ] {
            assert_eq!(averages_to_cut(n, error), cut, "{n} {error}");
        }
        let (exact, normal) = (averages_to_cut(60, 0.01), averages_to_cut(61, 0.01));
        assert!(normal > exact && normal < exact + 30, "{exact} {normal}");
    }

    #[test]
    fn one_wild_value_moves_little() {
        let calm = signed_rank(&[0.1, 0.11, 0.09, 0.1, 0.12, 0.1, 0.09, 0.11], 0.01).unwrap();
        let wild = signed_rank(&[0.1, 0.11, 0.09, 0.1, 0.12, 0.1, 0.09, 9.0], 0.01).unwrap();
        assert!((calm.estimate - wild.estimate).abs() < 0.01);
    }

    #[test]
    fn too_few_values_exclude_nothing() {
        let few = signed_rank(&[0.5, 0.5, 0.5], 0.01).unwrap();
        assert_eq!((few.lower, few.upper), (f64::NEG_INFINITY, f64::INFINITY));
        assert_eq!(signed_rank(&[], 0.1), None);
        assert_eq!(signed_rank(&[f64::NAN], 0.1), None);
    }

    proptest! {
        #[test]
        fn mirrors_shifts_and_narrows(values in prop::collection::vec(-1.0f64..1.0, 1..80), by in -1.0f64..1.0) {
            let here = signed_rank(&values, 0.02).unwrap();
            let loose = signed_rank(&values, 0.1).unwrap();
            prop_assert!(here.lower <= loose.lower && loose.upper <= here.upper);
            prop_assert!(loose.lower <= loose.estimate && loose.estimate <= loose.upper);
            let mirrored: Vec<f64> = values.iter().map(|value| -value).collect();
            let there = signed_rank(&mirrored, 0.02).unwrap();
            prop_assert!((there.estimate + here.estimate).abs() < 1e-12);
            prop_assert!(there.lower == -here.upper || (there.lower + here.upper).abs() < 1e-12);
            let moved: Vec<f64> = values.iter().map(|value| value + by).collect();
            prop_assert!((signed_rank(&moved, 0.02).unwrap().estimate - here.estimate - by).abs() < 1e-9);
        }
    }
}
