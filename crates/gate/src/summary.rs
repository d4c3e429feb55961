//! Descriptive statistics of every metric, over all samples with equal weight, per iteration.
//!
//! They describe; nothing is judged by them. Percentiles follow definition 7 of Hyndman and Fan (1996), outliers
//! are those beyond Tukey's fences (1977), the standard deviation is that of a sample (n − 1).

use fabench_record::{Benchmark, Metric, MetricSource, MetricSummary, Outliers, Unit};

use crate::estimate::{quantile_sorted, sorted};
use crate::evidence::sample_values;

/// The statistics of every metric that has a sample; metrics without one, or with a NaN, are left out.
pub fn summarize(benchmark: &Benchmark) -> Vec<MetricSummary> {
    let metrics = benchmark.metrics.iter();
    metrics
        .filter_map(|metric| summarize_metric(benchmark, metric))
        .collect()
}

pub(crate) fn summarize_metric(benchmark: &Benchmark, metric: &Metric) -> Option<MetricSummary> {
    let launches = sample_values(benchmark, metric).ok()?;
    let values = sorted(&launches.concat());
    let (&min, &max) = (values.first()?, values.last()?);
    let count = values.len() as f64;
    let at = |p: f64| quantile_sorted(&values, p).unwrap_or(min);
    let mean = (values.iter().map(|value| value / count).sum::<f64>()).clamp(min, max);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let (first, third) = (at(0.25), at(0.75));
    let fence = 1.5 * (third - first);
    let beyond = |outside: &dyn Fn(f64) -> bool| {
        let outliers = values.iter().filter(|&&value| outside(value));
        outliers.count() as u64
    };
    let is_time = matches!(
        metric.source,
        MetricSource::WallTime | MetricSource::CpuTime
    ) || (metric.sampled && metric.unit == Unit::Nanoseconds);
    Some(MetricSummary {
        metric: metric.name.clone(),
        samples: values.len() as u64,
        launches: launches.len() as u64,
        mean,
        median: at(0.5),
        standard_deviation: (squares / (count - 1.0).max(1.0)).sqrt().min(f64::MAX),
        min,
        max,
        interquartile_range: third - first,
        outliers: Outliers {
            low: beyond(&|value| value < first - fence),
            high: beyond(&|value| value > third + fence),
        },
        p50: at(0.5),
        p90: at(0.9),
        p99: at(0.99),
        p99_9: at(0.999),
        operations_per_second: (is_time && mean > 0.0).then(|| 1e9 / mean),
    })
}

#[cfg(test)]
mod tests {
    use fabench_record::{Direction, Unit};

    use super::*;
    use crate::stored::fixture::benchmark;

    #[test]
    fn describes_a_known_sample() {
        let metric = Metric::value("x", Unit::Count, Direction::LowerIsBetter);
        let mut bench = benchmark("a/b", metric, &[0.0]);
        let values: Vec<f64> = (1..=9).map(f64::from).chain([100.0]).collect();
        bench.launches[0].values.insert("x".into(), values);
        let found = &summarize(&bench)[0];
        assert_eq!((found.min, found.max, found.mean), (1.0, 100.0, 14.5));
        assert_eq!((found.median, found.interquartile_range), (5.5, 4.5));
        assert_eq!(found.outliers, Outliers { low: 0, high: 1 });
        assert!((found.standard_deviation - 909.166_667_f64.sqrt()).abs() < 1e-4);
        assert_eq!((found.samples, found.launches), (10, 1));
        assert_eq!(found.operations_per_second, None);
    }

    #[test]
    fn times_are_per_iteration_and_give_a_rate() {
        let bench = benchmark("a/b", Metric::wall_time(), &[200.0, 200.0]);
        let found = &summarize(&bench)[0];
        assert_eq!(found.mean, 200.0);
        assert_eq!(found.launches, 2);
        assert_eq!(found.operations_per_second, Some(5e6));
    }

    #[test]
    fn a_metric_without_samples_is_left_out() {
        let mut bench = benchmark("a/b", Metric::wall_time(), &[200.0]);
        bench.metrics.push(Metric::allocations());
        assert_eq!(summarize(&bench).len(), 1);
    }
}
