//! When a series of runs changed its level, by how much, and how sure that is.
//!
//! A series is one metric of one benchmark on one machine class, oldest first, in the metric's unit. Everything is
//! computed on logs after single spikes were taken out. Invariant: neighbouring levels that are reported differ by
//! the smallest change asked for, and the same series with the same seed gives the same answer.

mod creep;
mod departure;
mod divisive;
mod pelt;
mod spikes;

use serde::{Deserialize, Serialize};

pub use creep::{Creep, creep};
pub use departure::{Departure, departure};

use crate::comparison::finite_exp;
use crate::estimate::median;
use crate::policy::Fraction;

/// The start of a new level.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChangePoint {
    /// Index of the first value of the new level.
    pub index: usize,
    /// Median of the level before, in the series' unit.
    pub before: f64,
    /// Median of the level from here on, in the series' unit.
    pub after: f64,
    /// after / before.
    pub ratio: f64,
    /// Chance of so clear a split without a change, where it was tested: E-divisive.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub p_value: Option<f64>,
}

/// How change points are looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Algorithm {
    /// E-divisive with a permutation test.
    EDivisive,
    /// Pruned exact linear time, with a penalty of 3 σ² ln n.
    Pelt,
}

/// What counts as a change point.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct ChangePointSettings {
    /// How they are looked for.
    pub algorithm: Algorithm,
    /// Fewest values of a level; at least 2.
    pub min_level: usize,
    /// Smallest relative difference of neighbouring levels.
    pub min_change: Fraction,
    /// Largest p-value of a split.
    pub significance: Fraction,
    /// Permutations for each split; at least 1 / significance.
    pub permutations: u32,
    /// Seed of the permutations.
    pub seed: u64,
}

impl Default for ChangePointSettings {
    fn default() -> Self {
        Self {
            algorithm: Algorithm::EDivisive,
            min_level: 4,
            min_change: Fraction::new(0.03),
            significance: Fraction::new(0.01),
            permutations: 199,
            seed: 1,
        }
    }
}

/// The change points of a series, oldest first. Values that are not positive and finite are passed over.
///
/// Quadratic in the length of the series: a thousand values take about a second.
pub fn change_points(values: &[f64], settings: &ChangePointSettings) -> Vec<ChangePoint> {
    // Indices refer to the series as given, whatever was passed over.
    let kept: Vec<(usize, f64)> = values
        .iter()
        .enumerate()
        .map(|(index, value)| (index, value.ln()))
        .filter(|(_, log)| log.is_finite())
        .collect();
    let logs: Vec<f64> = kept.iter().map(|(_, log)| *log).collect();
    let calm = spikes::without_spikes(&logs);
    let min_level = settings.min_level.max(2);
    let mut splits: Vec<Split> = match settings.algorithm {
        Algorithm::EDivisive => divisive::splits(&calm, min_level, settings),
        Algorithm::Pelt => pelt::splits(&calm, min_level),
    };
    splits.sort_unstable_by_key(|split| split.at);
    drop_small(&calm, &mut splits, settings.min_change.log());
    let levels = levels(&calm, &splits);
    splits
        .iter()
        .zip(levels.windows(2))
        .map(|(split, level)| ChangePoint {
            index: kept[split.at].0,
            before: finite_exp(level[0]),
            after: finite_exp(level[1]),
            ratio: finite_exp(level[1] - level[0]),
            p_value: split.p_value,
        })
        .collect()
}

/// A new level begins at `at`.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Split {
    at: usize,
    p_value: Option<f64>,
}

/// Median of each level, one more than splits.
fn levels(logs: &[f64], splits: &[Split]) -> Vec<f64> {
    let starts = [0].into_iter().chain(splits.iter().map(|split| split.at));
    let ends = splits.iter().map(|split| split.at).chain([logs.len()]);
    starts
        .zip(ends)
        .map(|(start, end)| median(&logs[start..end]).unwrap_or(0.0))
        .collect()
}

/// Joins the two most similar neighbouring levels until all differ by `smallest`.
fn drop_small(logs: &[f64], splits: &mut Vec<Split>, smallest: f64) {
    loop {
        let levels = levels(logs, splits);
        let steps = levels.windows(2).map(|level| (level[1] - level[0]).abs());
        let least = steps.enumerate().min_by(|a, b| a.1.total_cmp(&b.1));
        match least {
            Some((index, step)) if step < smallest => {
                splits.remove(index);
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BOTH: [Algorithm; 2] = [Algorithm::EDivisive, Algorithm::Pelt];

    fn found(values: &[f64], algorithm: Algorithm) -> Vec<ChangePoint> {
        let settings = ChangePointSettings {
            algorithm,
            ..ChangePointSettings::default()
        };
        change_points(values, &settings)
    }

    /// Levels of 20 values with a ripple of 1 %.
    fn series(levels: &[f64]) -> Vec<f64> {
        let ripple = [1.0, 1.01, 0.995, 1.004, 0.99, 1.006, 0.998];
        let values = levels.iter().flat_map(|&level| [level; 20]);
        let values = values.zip(ripple.iter().cycle());
        values.map(|(level, ripple)| level * ripple).collect()
    }

    #[test]
    fn a_step_is_found_where_it_is() {
        for algorithm in BOTH {
            let points = found(&series(&[100.0, 110.0, 90.0]), algorithm);
            let indices: Vec<usize> = points.iter().map(|point| point.index).collect();
            assert_eq!(indices, [20, 40], "{algorithm:?}");
            assert!((points[0].ratio - 1.1).abs() < 0.01);
            assert!((points[1].after - 90.0).abs() < 1.0);
        }
    }

    #[test]
    fn a_spike_and_a_small_step_are_none() {
        for algorithm in BOTH {
            let mut values = series(&[100.0, 100.0]);
            values[17] = 180.0;
            assert_eq!(found(&values, algorithm), [], "{algorithm:?}");
            assert_eq!(found(&series(&[100.0, 101.0]), algorithm), []);
        }
    }

    #[test]
    fn what_is_no_measurement_is_passed_over() {
        for algorithm in BOTH {
            let mut values = series(&[100.0, 120.0]);
            values.insert(3, f64::NAN);
            values.insert(9, 0.0);
            let points = found(&values, algorithm);
            assert_eq!(points.len(), 1);
            assert_eq!(points[0].index, 22);
            for short in [&[][..], &[1.0], &[1.0, 2.0, 3.0]] {
                assert_eq!(found(short, algorithm), []);
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn the_unit_does_not_matter(values in prop::collection::vec(1.0f64..3.0, 0..40)) {
            for algorithm in BOTH {
                let here: Vec<usize> = found(&values, algorithm).iter().map(|one| one.index).collect();
                let scaled: Vec<f64> = values.iter().map(|value| value * 1024.0).collect();
                let there: Vec<usize> = found(&scaled, algorithm).iter().map(|one| one.index).collect();
                prop_assert_eq!(here, there);
            }
        }
    }
}
