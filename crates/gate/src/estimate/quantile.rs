//! Quantiles by linear interpolation between order statistics.
//!
//! Definition 7 of Hyndman and Fan, "Sample quantiles in statistical packages", 1996: of n sorted values the
//! p-quantile stands at position (n − 1) p, counted from 0.

/// A sorted copy; NaN, if any, goes to the ends and never panics.
pub(crate) fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}

/// The `p`-quantile of sorted values, `None` of no values. `p` is clamped to 0..=1.
pub fn quantile_sorted(sorted: &[f64], p: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let position = p.clamp(0.0, 1.0) * last as f64;
    let below = position.floor() as usize;
    let above = (below + 1).min(last);
    let (low, high) = (sorted[below], sorted[above]);
    // Equal neighbours are returned as they are, so that rounding never leaves their range.
    if low == high {
        return Some(low);
    }
    let share = position - below as f64;
    Some((low * (1.0 - share) + high * share).clamp(low, high))
}

/// The middle value, `None` of no values. NaN in, NaN out.
pub(crate) fn median(values: &[f64]) -> Option<f64> {
    if values.iter().any(|value| value.is_nan()) {
        return Some(f64::NAN);
    }
    quantile_sorted(&sorted(values), 0.5)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn interpolates_between_order_statistics() {
        let values = sorted(&[4.0, 1.0, 3.0, 2.0]);
        assert_eq!(quantile_sorted(&values, 0.5), Some(2.5));
        assert_eq!(quantile_sorted(&values, 0.25), Some(1.75));
        assert_eq!(quantile_sorted(&values, 1.0), Some(4.0));
        assert_eq!(quantile_sorted(&[], 0.5), None);
        assert_eq!(median(&[7.0]), Some(7.0));
        assert!(median(&[1.0, f64::NAN]).is_some_and(f64::is_nan));
    }

    proptest::proptest! {
        #[test]
        fn quantiles_rise_with_p_and_stay_in_range(
            values in proptest::collection::vec(-1e12f64..1e12, 1..50),
            p in 0.0f64..1.0,
            q in 0.0f64..1.0,
        ) {
            let sorted = sorted(&values);
            let (low, high) = (p.min(q), p.max(q));
            let at = |p| quantile_sorted(&sorted, p).unwrap();
            proptest::prop_assert!(at(low) <= at(high));
            proptest::prop_assert!(sorted[0] <= at(low) && at(high) <= sorted[sorted.len() - 1]);
        }
    }
}
