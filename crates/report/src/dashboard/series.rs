//! The points of a series as columns, thinned to what a chart can show.
//!
//! Invariant: thinning never invents a value: what is left are runs as they were, the extremes among them, so that
//! a spike stays visible at its own commit.

use serde::{Deserialize, Serialize};

/// Values over runs, in columns of one length, oldest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Points {
    /// Index of each point's run in [`super::Group::runs`], ascending.
    pub runs: Vec<usize>,
    /// Centre over the launches, in the metric's unit.
    pub values: Vec<f64>,
    /// Lower end of its interval, where it is known.
    pub lower: Vec<Option<f64>>,
    /// Upper end of its interval, where it is known.
    pub upper: Vec<Option<f64>>,
    /// Points that are not here because a chart could not show them.
    pub omitted: usize,
}

impl Points {
    /// Adds a point.
    pub fn push(&mut self, run: usize, value: f64, interval: Option<(f64, f64)>) {
        self.runs.push(run);
        self.values.push(value);
        self.lower.push(interval.map(|(lower, _)| lower));
        self.upper.push(interval.map(|(_, upper)| upper));
    }

    /// How many points there are.
    pub fn len(&self) -> usize {
        self.runs.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    /// Leaves at most about `most` points: first, last, those of `kept` runs, and the smallest and the largest of each
    /// stretch between.
    #[must_use]
    pub fn thinned(self, most: usize, kept: &[usize]) -> Self {
        if self.len() <= most || most < 4 {
            return self;
        }
        let stretch = self.len().div_ceil(most / 2);
        let mut chosen = vec![0, self.len() - 1];
        for start in (0..self.len()).step_by(stretch) {
            let within = start..(start + stretch).min(self.len());
            let by_value = |a: &usize, b: &usize| self.values[*a].total_cmp(&self.values[*b]);
            chosen.extend(within.clone().min_by(by_value));
            chosen.extend(within.max_by(by_value));
        }
        let at = |run: &usize| self.runs.binary_search(run).ok();
        chosen.extend(kept.iter().filter_map(at));
        chosen.sort_unstable();
        chosen.dedup();
        Self {
            runs: chosen.iter().map(|at| self.runs[*at]).collect(),
            values: chosen.iter().map(|at| self.values[*at]).collect(),
            lower: chosen.iter().map(|at| self.lower[*at]).collect(),
            upper: chosen.iter().map(|at| self.upper[*at]).collect(),
            omitted: self.omitted + self.len() - chosen.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long(length: usize) -> Points {
        let mut points = Points::default();
        for run in 0..length {
            let value = if run == 777 {
                9.0
            } else {
                1.0 + (run % 7) as f64 / 100.0
            };
            points.push(run, value, Some((value - 0.1, value + 0.1)));
        }
        points
    }

    #[test]
    fn thinning_keeps_ends_spikes_and_what_is_asked_for() {
        let thin = long(5000).thinned(200, &[1234]);
        assert!(thin.len() <= 203, "{}", thin.len());
        assert_eq!(thin.omitted + thin.len(), 5000);
        assert_eq!((thin.runs[0], thin.runs.last()), (0, Some(&4999)));
        for run in [777, 1234] {
            let at = thin.runs.binary_search(&run).expect("kept");
            assert_eq!(thin.values[at], long(5000).values[run]);
            assert_eq!(thin.lower[at], long(5000).lower[run]);
        }
        assert!(thin.runs.is_sorted());
    }

    #[test]
    fn what_fits_is_left_alone() {
        assert_eq!(long(200).thinned(200, &[]), long(200));
        assert_eq!(Points::default().thinned(10, &[3]), Points::default());
    }
}
