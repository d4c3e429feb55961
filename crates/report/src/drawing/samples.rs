//! What a picture shows of a metric: its samples in order, their quartiles, and the middle of each launch.

use fabench_gate::{quantile_sorted, sample_values};
use fabench_record::{Benchmark, Metric};

/// The samples of one metric of one benchmark; never empty.
#[derive(Debug)]
pub(crate) struct Samples {
    /// All samples, smallest first.
    pub(crate) sorted: Vec<f64>,
    /// The median of each launch, in their order.
    pub(crate) launches: Vec<f64>,
    /// First quartile.
    pub(crate) first: f64,
    /// Median.
    pub(crate) median: f64,
    /// Third quartile.
    pub(crate) third: f64,
    /// The outermost samples within 1.5 interquartile ranges of the box (Tukey 1977).
    pub(crate) whiskers: [f64; 2],
}

impl Samples {
    /// `None` where nothing was measured.
    pub(crate) fn of(benchmark: &Benchmark, metric: &Metric) -> Option<Self> {
        let by_launch = sample_values(benchmark, metric).ok()?;
        let launches = by_launch
            .iter()
            .filter_map(|launch| quantile_sorted(&sorted(launch), 0.5))
            .collect();
        let sorted = sorted(&by_launch.concat());
        let at = |p| quantile_sorted(&sorted, p);
        let (first, median, third) = (at(0.25)?, at(0.5)?, at(0.75)?);
        let fence = 1.5 * (third - first);
        let inside = |value: &&f64| **value >= first - fence && **value <= third + fence;
        let low = *sorted.iter().find(inside)?;
        let high = *sorted.iter().rev().find(inside)?;
        Some(Self {
            launches,
            first,
            median,
            third,
            whiskers: [low, high],
            sorted,
        })
    }

    pub(crate) fn min(&self) -> f64 {
        self.sorted[0]
    }

    pub(crate) fn max(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }

    /// The same box without the samples above `end`.
    pub(crate) fn until(&self, end: f64) -> Self {
        let shown = self.sorted.iter().copied().filter(|value| *value <= end);
        Self {
            sorted: shown.collect(),
            launches: self.launches.clone(),
            whiskers: self.whiskers,
            first: self.first,
            median: self.median,
            third: self.third,
        }
    }

    /// The `p`-quantile.
    pub(crate) fn quantile(&self, p: f64) -> f64 {
        quantile_sorted(&self.sorted, p).unwrap_or(self.median)
    }

    /// `8 launches, 240 samples`.
    pub(crate) fn counted(&self) -> String {
        let several = |count: usize, one: &str, many: &str| {
            format!("{count} {}", if count == 1 { one } else { many })
        };
        format!(
            "{}, {}",
            several(self.launches.len(), "launch", "launches"),
            several(self.sorted.len(), "sample", "samples")
        )
    }
}

fn sorted(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted
}
