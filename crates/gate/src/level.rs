//! Where one metric of one run stands: a point of a series, with its interval.
//!
//! The same centre that comparisons use, and the range that its launches leave open.

use fabench_record::{Benchmark, Metric};
use serde::{Deserialize, Serialize};

use crate::comparison::finite_exp;
use crate::estimate::{Trimmed, student_quantile};
use crate::evidence::launch_values;

/// Two-sided level of the interval.
const LEVEL: f64 = 0.95;

/// The level of one metric in one run, in the metric's unit. Every number is finite and not negative.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Level {
    /// Centre over the launches.
    pub value: f64,
    /// Lower end of its 95 % interval. What moves from run to run is not in it.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// Launches that have a value.
    pub launches: usize,
}

/// The level of `metric`; `None` where no launch has a usable value.
///
/// A single launch, an exact counter, and values with a zero among them have no spread that is known: the ends are
/// then the smallest and the largest of the launches.
pub fn level(benchmark: &Benchmark, metric: &Metric) -> Option<Level> {
    let values = launch_values(benchmark, metric).ok()?;
    let ends = |pick: fn(f64, f64) -> f64| values.iter().copied().reduce(pick);
    let (least, most) = (ends(f64::min)?, ends(f64::max)?);
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    let trimmed = Trimmed::of(&logs).filter(|_| least > 0.0 && values.len() > 1);
    let Some(trimmed) = trimmed else {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        return mean.is_finite().then_some(Level {
            value: mean,
            lower: least,
            upper: most,
            launches: values.len(),
        });
    };
    let value = finite_exp(trimmed.centre);
    let (lower, upper) = if metric.exact {
        (least.min(value), most.max(value))
    } else {
        let reach = student_quantile(f64::midpoint(1.0, LEVEL), trimmed.freedom);
        let half_width = reach * trimmed.variance.sqrt();
        (
            finite_exp(trimmed.centre - half_width),
            finite_exp(trimmed.centre + half_width),
        )
    };
    Some(Level {
        value,
        lower,
        upper,
        launches: values.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::fixture::benchmark;

    fn of(values: &[f64]) -> Level {
        let metric = Metric::wall_time();
        level(&benchmark("a/b", metric.clone(), values), &metric).unwrap()
    }

    #[test]
    fn the_interval_holds_the_centre_and_narrows_with_launches() {
        let few = of(&[98.0, 102.0, 100.0]);
        let many = of(&[98.0, 102.0, 100.0].repeat(8));
        for found in [few, many] {
            assert!(found.lower < found.value && found.value < found.upper);
            assert!((found.value - 100.0).abs() < 1.0, "{found:?}");
        }
        assert!(many.upper - many.lower < (few.upper - few.lower) / 2.0);
        assert_eq!(many.launches, 24);
    }

    #[test]
    fn one_launch_and_zeros_are_told_as_they_are() {
        let one = of(&[100.0]);
        assert_eq!((one.lower, one.upper), (100.0, 100.0));
        let with_zero = of(&[0.0, 4.0]);
        assert_eq!(
            (with_zero.lower, with_zero.value, with_zero.upper),
            (0.0, 2.0, 4.0)
        );
    }
}
