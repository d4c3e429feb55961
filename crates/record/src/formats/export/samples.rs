//! All values of a metric over the launches that measured it, and what describes them.

use crate::{AllocationCount, Benchmark, Launch, LaunchKind, Metric, MetricSource, Round};

/// The values of each launch that has any, in the metric's unit.
pub(super) fn by_launch(benchmark: &Benchmark, metric: &Metric) -> Vec<(usize, Vec<f64>)> {
    let counted = matches!(
        metric.source,
        MetricSource::Allocations | MetricSource::AllocatedBytes
    );
    let timed = matches!(
        metric.source,
        MetricSource::WallTime | MetricSource::CpuTime | MetricSource::Throughput { .. }
    );
    let launches = benchmark.launches.iter().enumerate();
    launches
        .filter(|(_, launch)| match launch.kind {
            LaunchKind::Timed => !counted,
            LaunchKind::Counting => !timed,
        })
        .map(|(number, launch)| (number, of_launch(launch, metric)))
        .filter(|(_, values)| !values.is_empty())
        .collect()
}

/// All values.
pub(super) fn all(benchmark: &Benchmark, metric: &Metric) -> Vec<f64> {
    let launches = by_launch(benchmark, metric).into_iter();
    launches.flat_map(|(_, values)| values).collect()
}

fn of_launch(launch: &Launch, metric: &Metric) -> Vec<f64> {
    let rounds = |times: fn(&Round) -> &[u64]| -> Vec<f64> {
        let each = |round: &Round| -> Vec<f64> {
            let iterations = round.iterations.max(1) as f64;
            let times = times(round).iter();
            times.map(|time| *time as f64 / iterations).collect()
        };
        launch.rounds.iter().flat_map(each).collect()
    };
    let counted = |count: fn(&AllocationCount) -> u64| -> Vec<f64> {
        let allocated = launch.allocated.iter();
        let each = |all: &AllocationCount| count(all) as f64 / all.iterations.max(1) as f64;
        allocated.map(each).collect()
    };
    match metric.source {
        MetricSource::WallTime => rounds(|round| &round.wall_ns),
        MetricSource::CpuTime => rounds(|round| &round.cpu_ns),
        MetricSource::Throughput {
            elements_per_iteration,
        } => rounds(|round| &round.wall_ns)
            .into_iter()
            .filter(|time| *time > 0.0)
            .map(|time| elements_per_iteration * 1e9 / time)
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

/// What describes values; quantiles by definition 7 of Hyndman and Fan (1996).
pub(super) struct Described {
    pub(super) count: usize,
    pub(super) mean: f64,
    pub(super) standard_deviation: f64,
    sorted: Vec<f64>,
}

impl Described {
    /// Of at least one value.
    pub(super) fn of(mut values: Vec<f64>) -> Option<Self> {
        values.sort_by(f64::total_cmp);
        let count = values.len();
        let (&min, &max) = (values.first()?, values.last()?);
        let mean: f64 = values.iter().map(|value| value / count as f64).sum();
        // Rounding must not carry the mean out of the values.
        let mean = mean.max(min).min(max);
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        let free = count.saturating_sub(1).max(1) as f64;
        Some(Self {
            count,
            mean,
            standard_deviation: (squares / free).sqrt(),
            sorted: values,
        })
    }

    pub(super) fn quantile(&self, share: f64) -> f64 {
        let last = self.sorted.len() - 1;
        let place = share * last as f64;
        let below = place.floor();
        let at = |index: f64| self.sorted[(index as usize).min(last)];
        at(below) + (at(below + 1.0) - at(below)) * (place - below)
    }

    pub(super) fn min(&self) -> f64 {
        self.sorted[0]
    }

    pub(super) fn max(&self) -> f64 {
        self.sorted[self.sorted.len() - 1]
    }

    pub(super) fn sorted(&self) -> &[f64] {
        &self.sorted
    }
}
