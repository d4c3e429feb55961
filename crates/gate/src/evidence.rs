//! What one launch says about a metric: one number, in the metric's unit.
//!
//! The unit of evidence is the launch: samples of one process share its memory layout and its neighbours. Within
//! a round the minimum sub-sample is taken (slow modes are one-sided), over the rounds of a launch the median.
//! Invariant: every number returned is finite and not negative.

use fabench_record::{Benchmark, Launch, LaunchKind, Metric, MetricSource, Round};

use crate::estimate::median;
use crate::sampled::best;

/// Why a metric has no usable values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EvidenceError {
    /// No launch holds a value.
    #[error(
        "no launch has a value of `{metric}`; measure it again, or look at what the benchmark reports"
    )]
    Nothing {
        /// Name of the metric.
        metric: String,
    },
    /// A value is NaN, infinite or negative.
    #[error(
        "a value of `{metric}` is no finite number of at least 0; the benchmark reports it wrongly"
    )]
    NotANumber {
        /// Name of the metric.
        metric: String,
    },
}

/// One value per launch, in the order of the launches, in the metric's unit. Never empty.
///
/// # Errors
/// [`EvidenceError`] if no launch has a value, or one is not a number that a measurement can yield.
pub fn launch_values(benchmark: &Benchmark, metric: &Metric) -> Result<Vec<f64>, EvidenceError> {
    collect(benchmark, metric, |launch| {
        median(&round_values(launch, metric))
    })
}

/// Every single sample, in the metric's unit, in the order of measuring: for describing, not for judging.
///
/// # Errors
/// As [`launch_values`].
pub fn sample_values(
    benchmark: &Benchmark,
    metric: &Metric,
) -> Result<Vec<Vec<f64>>, EvidenceError> {
    collect(benchmark, metric, |launch| {
        let values = values_of(launch, metric, |round, times| {
            times
                .iter()
                .map(|&ns| ns as f64 / round.iterations.max(1) as f64)
                .collect()
        });
        (!values.is_empty()).then_some(values)
    })
}

trait Checked {
    fn is_valid(&self) -> bool;
}

impl Checked for f64 {
    fn is_valid(&self) -> bool {
        self.is_finite() && *self >= 0.0
    }
}

impl Checked for Vec<f64> {
    fn is_valid(&self) -> bool {
        self.iter().all(Checked::is_valid)
    }
}

fn collect<T: Checked>(
    benchmark: &Benchmark,
    metric: &Metric,
    value: impl Fn(&Launch) -> Option<T>,
) -> Result<Vec<T>, EvidenceError> {
    let of_kind = |kind: LaunchKind| -> Vec<T> {
        let launches = benchmark.launches.iter();
        launches
            .filter(|launch| launch.kind == kind)
            .filter_map(&value)
            .collect()
    };
    let values = match metric.source {
        MetricSource::Allocations | MetricSource::AllocatedBytes => of_kind(LaunchKind::Counting),
        MetricSource::WallTime | MetricSource::CpuTime | MetricSource::Throughput { .. } => {
            of_kind(LaunchKind::Timed)
        }
        // Some values exist only while allocations are counted, such as the bytes of an agent.
        MetricSource::Value | MetricSource::PeakRss => {
            let timed = of_kind(LaunchKind::Timed);
            if timed.is_empty() {
                of_kind(LaunchKind::Counting)
            } else {
                timed
            }
        }
    };
    let metric = metric.name.clone();
    if values.is_empty() {
        Err(EvidenceError::Nothing { metric })
    } else if values.iter().all(Checked::is_valid) {
        Ok(values)
    } else {
        Err(EvidenceError::NotANumber { metric })
    }
}

/// The values of one launch, where `per_round` turns the times of a round into nanoseconds per iteration.
fn values_of(
    launch: &Launch,
    metric: &Metric,
    per_round: impl Fn(&Round, &[u64]) -> Vec<f64>,
) -> Vec<f64> {
    let rounds = |times: fn(&Round) -> &[u64]| -> Vec<f64> {
        let rounds = launch.rounds.iter();
        rounds
            .flat_map(|round| per_round(round, times(round)))
            .collect()
    };
    let counted = |count: fn(&fabench_record::AllocationCount) -> u64| -> Vec<f64> {
        let allocated = launch.allocated.iter();
        allocated
            .map(|all| count(all) as f64 / all.iterations.max(1) as f64)
            .collect()
    };
    match metric.source {
        MetricSource::WallTime => rounds(|round| &round.wall_ns),
        MetricSource::CpuTime => rounds(|round| &round.cpu_ns),
        // A round faster than the clock has no throughput.
        MetricSource::Throughput {
            elements_per_iteration,
        } => rounds(|round| &round.wall_ns)
            .into_iter()
            .filter(|&ns| ns > 0.0)
            .map(|ns| elements_per_iteration * 1e9 / ns)
            .collect(),
        MetricSource::Value => launch.values.get(&metric.name).cloned().unwrap_or_default(),
        MetricSource::Allocations => counted(|all| all.count),
        MetricSource::AllocatedBytes => counted(|all| all.bytes),
        MetricSource::PeakRss => launch
            .peak_rss_bytes
            .map(|bytes| bytes as f64)
            .into_iter()
            .collect(),
    }
}

/// One value per round of a launch, from its minimum sub-sample, or every value that the benchmark reported; one value
/// where these are samples of another tool.
pub(crate) fn round_values(launch: &Launch, metric: &Metric) -> Vec<f64> {
    let values = values_of(launch, metric, round_minimum);
    if metric.sampled && metric.source == MetricSource::Value {
        best(&values, metric.direction).into_iter().collect()
    } else {
        values
    }
}

fn round_minimum(round: &Round, times: &[u64]) -> Vec<f64> {
    let minimum = times.iter().min();
    minimum
        .map(|&ns| ns as f64 / round.iterations.max(1) as f64)
        .into_iter()
        .collect()
}

#[cfg(test)]
mod tests {
    use fabench_record::{AllocationCount, Direction, Unit};

    use super::*;
    use crate::stored::fixture::benchmark;

    fn timed(rounds: &[(u64, &[u64])]) -> Launch {
        Launch {
            rounds: rounds
                .iter()
                .map(|&(iterations, times)| Round {
                    iterations,
                    wall_ns: times.to_vec(),
                    cpu_ns: times.iter().map(|ns| ns / 2).collect(),
                })
                .collect(),
            ..Launch::default()
        }
    }

    #[test]
    fn a_launch_is_the_median_over_rounds_of_the_minimum_sub_sample() {
        let mut bench = benchmark("a/b", Metric::wall_time(), &[]);
        bench.launches = vec![timed(&[
            (10, &[1000, 900, 5000]),
            (10, &[800, 9000]),
            (10, &[2000, 2100]),
        ])];
        let value = |metric: Metric| launch_values(&bench, &metric).unwrap();
        assert_eq!(value(Metric::wall_time()), [90.0]);
        assert_eq!(value(Metric::cpu_time()), [45.0]);
        assert_eq!(value(Metric::throughput(9.0)), [1e8]);
        let samples = sample_values(&bench, &Metric::wall_time()).unwrap();
        assert_eq!(samples, [[100.0, 90.0, 500.0, 80.0, 900.0, 200.0, 210.0]]);
    }

    #[test]
    fn counters_come_from_counting_launches_only() {
        let mut bench = benchmark("a/b", Metric::wall_time(), &[100.0]);
        assert!(launch_values(&bench, &Metric::allocations()).is_err());
        let mut counting = timed(&[(1, &[7])]);
        counting.kind = LaunchKind::Counting;
        counting.allocated = Some(AllocationCount {
            iterations: 4,
            count: 10,
            bytes: 100,
        });
        bench.launches.push(counting);
        assert_eq!(
            launch_values(&bench, &Metric::allocations()).unwrap(),
            [2.5]
        );
        assert_eq!(
            launch_values(&bench, &Metric::allocated_bytes()).unwrap(),
            [25.0]
        );
        assert_eq!(
            launch_values(&bench, &Metric::wall_time()).unwrap(),
            [100.0]
        );
    }

    #[test]
    fn values_that_are_not_numbers_are_refused() {
        let metric = Metric::value("x", Unit::Count, Direction::LowerIsBetter);
        let mut bench = benchmark("a/b", Metric::wall_time(), &[100.0]);
        bench.launches[0]
            .values
            .insert("x".into(), vec![1.0, f64::NAN, 2.0]);
        assert_eq!(
            launch_values(&bench, &metric),
            Err(EvidenceError::NotANumber { metric: "x".into() })
        );
    }
}
