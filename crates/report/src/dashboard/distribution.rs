//! All samples of one benchmark in one run, counted into bins.
//!
//! Invariant: every sample is counted once, in a bin or beyond the last one.

use serde::{Deserialize, Serialize};

/// Bins that a distribution has unless all its samples are equal.
const BINS: usize = 48;

/// How samples are spread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Distribution {
    /// Lower edge of the first bin, in the metric's unit.
    pub low: f64,
    /// Upper edge of the last bin.
    pub high: f64,
    /// Samples in each bin; all bins are equally wide.
    pub counts: Vec<u64>,
    /// Samples above `high`: a long tail would squeeze all others into one bin.
    pub beyond: u64,
    /// Number of samples.
    pub samples: u64,
    /// Number of launches that they come from.
    pub launches: u64,
    /// Smallest sample.
    pub min: f64,
    /// Middle value.
    pub median: f64,
    /// Arithmetic mean.
    pub mean: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest sample.
    pub max: f64,
    /// Sample standard deviation.
    pub standard_deviation: f64,
}

impl Distribution {
    /// Counts `samples`, which `summary` describes; `None` of none.
    pub fn of(samples: &[f64], summary: &fabench_record::MetricSummary) -> Option<Self> {
        let low = summary.min;
        if samples.is_empty() || !(low.is_finite() && summary.max.is_finite()) {
            return None;
        }
        // Three times the way from the smallest to the 90th percentile: what lies further is a tail.
        let high = summary.max.min(low + 3.0 * (summary.p90 - low));
        let bins = if high > low { BINS } else { 1 };
        let mut counts = vec![0; bins];
        let mut beyond = 0;
        for sample in samples {
            if *sample > high {
                beyond += 1;
                continue;
            }
            let share = if high > low {
                (sample - low) / (high - low)
            } else {
                0.0
            };
            counts[((share * bins as f64) as usize).min(bins - 1)] += 1;
        }
        Some(Self {
            low,
            high,
            counts,
            beyond,
            samples: summary.samples,
            launches: summary.launches,
            min: summary.min,
            median: summary.median,
            mean: summary.mean,
            p90: summary.p90,
            p99: summary.p99,
            max: summary.max,
            standard_deviation: summary.standard_deviation,
        })
    }
}

#[cfg(test)]
mod tests {
    use fabench_record::{MetricSummary, Outliers};

    use super::*;

    fn summary(samples: &[f64]) -> MetricSummary {
        let max = samples.iter().copied().fold(f64::MIN, f64::max);
        let min = samples.iter().copied().fold(f64::MAX, f64::min);
        MetricSummary {
            metric: "wall_time".into(),
            samples: samples.len() as u64,
            launches: 1,
            mean: min,
            median: min,
            standard_deviation: 0.0,
            min,
            max,
            interquartile_range: 0.0,
            outliers: Outliers::default(),
            p50: min,
            p90: min + (max - min) / 10.0,
            p99: max,
            p99_9: max,
            operations_per_second: None,
        }
    }

    #[test]
    fn every_sample_is_counted_once() {
        let samples: Vec<f64> = (0..1000).map(f64::from).collect();
        let found = Distribution::of(&samples, &summary(&samples)).expect("samples");
        assert_eq!(found.counts.iter().sum::<u64>() + found.beyond, 1000);
        assert_eq!(found.counts.len(), BINS);
        assert!(found.beyond > 600, "the tail is beyond: {}", found.beyond);
    }

    #[test]
    fn equal_samples_are_one_bin() {
        let samples = [5.0; 7];
        let found = Distribution::of(&samples, &summary(&samples)).expect("samples");
        assert_eq!((found.counts, found.beyond), (vec![7], 0));
        assert_eq!(Distribution::of(&[], &summary(&samples)), None);
    }
}
