//! The trimmed mean and its standard error, for a handful of launches of which some are off.
//!
//! Tukey and McLaughlin 1963; Yuen, "The two-sample trimmed t for unequal population variances", 1974: a fifth of
//! the values is cut from each end, and the variance is that of the winsorised values. With fewer than 5 values
//! nothing is cut, and it is the plain mean.

use super::sorted;

/// Share of the values that is cut from each end.
const CUT: f64 = 0.2;

/// A robust centre with its sampling variance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Trimmed {
    /// Trimmed mean.
    pub(crate) centre: f64,
    /// Winsorised standard deviation of a single value.
    pub(crate) spread: f64,
    /// Estimated variance of the centre; 0 for a single value, where it is unknown.
    pub(crate) variance: f64,
    /// Degrees of freedom of that variance.
    pub(crate) freedom: f64,
}

impl Trimmed {
    /// Of no values there is none.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let sorted = sorted(values);
        let n = sorted.len();
        let cut = (CUT * n as f64).floor() as usize;
        let kept = sorted.get(cut..n - cut).filter(|kept| !kept.is_empty())?;
        let h = kept.len() as f64;
        let centre = kept.iter().sum::<f64>() / h;
        let (low, high) = (kept[0], kept[kept.len() - 1]);
        let winsorised = || sorted.iter().map(|value| value.clamp(low, high));
        let mean = winsorised().sum::<f64>() / n as f64;
        let squares = winsorised()
            .map(|value| (value - mean).powi(2))
            .sum::<f64>();
        if n < 2 {
            return Some(Self {
                centre,
                spread: 0.0,
                variance: 0.0,
                freedom: 0.0,
            });
        }
        Some(Self {
            centre,
            spread: (squares / (n as f64 - 1.0)).sqrt(),
            variance: squares / (h * (h - 1.0)),
            freedom: h - 1.0,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_wild_launch_of_eight_moves_nothing() {
        let calm = Trimmed::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).unwrap();
        let wild = Trimmed::of(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8e9]).unwrap();
        assert_eq!(calm, wild);
        assert_eq!(calm.centre, 4.5);
    }

    #[test]
    fn few_values_give_the_plain_mean() {
        let three = Trimmed::of(&[1.0, 2.0, 6.0]).unwrap();
        assert_eq!(three.centre, 3.0);
        assert!((three.variance - 7.0 / 3.0).abs() < 1e-12);
        assert_eq!(Trimmed::of(&[]), None);
        assert_eq!(Trimmed::of(&[5.0]).unwrap().centre, 5.0);
    }

    proptest! {
        #[test]
        fn shifts_with_the_values(values in prop::collection::vec(-5.0f64..5.0, 1..30), by in -3.0f64..3.0) {
            let here = Trimmed::of(&values).unwrap();
            let moved: Vec<f64> = values.iter().map(|value| value + by).collect();
            let there = Trimmed::of(&moved).unwrap();
            prop_assert!((there.centre - here.centre - by).abs() < 1e-9);
            prop_assert!((there.variance - here.variance).abs() < 1e-9);
        }
    }
}
