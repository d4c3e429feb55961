//! The columns that a table of results can show.

use std::str::FromStr;

use fabench_record::{Benchmark, Metric, MetricSummary, Unit};

use crate::quantity;

/// One column of the table of results; all but the counts show the primary metric.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    /// Smallest sample.
    Min,
    /// Largest sample.
    Max,
    /// Arithmetic mean.
    Mean,
    /// Middle value.
    Median,
    /// Standard deviation.
    StdDev,
    /// Interquartile range.
    Iqr,
    /// Samples outside Tukey's fences, low;high.
    Outliers,
    /// Iterations per second at the mean.
    Ops,
    /// 50th percentile.
    P50,
    /// 90th percentile.
    P90,
    /// 99th percentile.
    P99,
    /// 99.9th percentile.
    P999,
    /// CPU time per iteration, mean.
    Cpu,
    /// Allocations per iteration.
    Allocations,
    /// Allocated bytes per iteration.
    AllocatedBytes,
    /// Peak resident set size.
    PeakRss,
    /// Launches measured.
    Launches,
    /// Samples measured.
    Samples,
}

/// A column name that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no column `{0}`; columns are {names}", names = Column::names().join(", "))]
pub struct UnknownColumn(pub String);

impl Column {
    /// Every column with the name it is asked for by.
    pub const ALL: [(&'static str, Self); 18] = [
        ("min", Self::Min),
        ("max", Self::Max),
        ("mean", Self::Mean),
        ("median", Self::Median),
        ("stddev", Self::StdDev),
        ("iqr", Self::Iqr),
        ("outliers", Self::Outliers),
        ("ops", Self::Ops),
        ("p50", Self::P50),
        ("p90", Self::P90),
        ("p99", Self::P99),
        ("p99.9", Self::P999),
        ("cpu", Self::Cpu),
        ("allocs", Self::Allocations),
        ("bytes", Self::AllocatedBytes),
        ("rss", Self::PeakRss),
        ("launches", Self::Launches),
        ("samples", Self::Samples),
    ];

    /// What a table shows unless told otherwise.
    pub const DEFAULT: [Self; 8] = [
        Self::Median,
        Self::Min,
        Self::StdDev,
        Self::P99,
        Self::Ops,
        Self::Allocations,
        Self::PeakRss,
        Self::Launches,
    ];

    /// The names of all columns.
    pub fn names() -> Vec<&'static str> {
        Self::ALL.iter().map(|(name, _)| *name).collect()
    }

    /// The column's name.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(_, column)| *column == self)
            .map_or("", |(name, _)| name)
    }

    /// The number that the column shows for `benchmark`, for sorting.
    pub fn number(self, benchmark: &Benchmark) -> Option<f64> {
        let primary = benchmark.summary_of(&benchmark.primary)?;
        let mean_of = |name: &str| benchmark.summary_of(name).map(|summary| summary.mean);
        match self {
            Self::Cpu => mean_of("cpu_time"),
            Self::Allocations => mean_of("allocations"),
            Self::AllocatedBytes => mean_of("allocated_bytes"),
            Self::PeakRss => benchmark.summary_of("peak_rss").map(|summary| summary.max),
            Self::Ops => operations_per_second(benchmark),
            column => column.of_summary(primary),
        }
    }

    /// The cell of `benchmark`, or a dash where it has no such number.
    pub fn cell(self, benchmark: &Benchmark) -> String {
        let unit = match self {
            Self::Cpu => Some(Unit::Nanoseconds),
            Self::AllocatedBytes | Self::PeakRss => Some(Unit::Bytes),
            Self::Ops => Some(Unit::PerSecond),
            Self::Allocations => Some(Unit::Count),
            Self::Launches | Self::Samples => None,
            Self::Outliers => {
                let outliers = benchmark
                    .summary_of(&benchmark.primary)
                    .map(|summary| summary.outliers);
                return outliers.map_or("–".into(), |o| format!("{};{}", o.low, o.high));
            }
            _ => benchmark
                .primary_metric()
                .map(|metric: &Metric| metric.unit.clone()),
        };
        match (self.number(benchmark), unit) {
            (None, _) => "–".into(),
            (Some(number), None) => format!("{number}"),
            (Some(number), Some(unit)) => quantity(number, &unit),
        }
    }

    fn of_summary(self, summary: &MetricSummary) -> Option<f64> {
        Some(match self {
            Self::Min => summary.min,
            Self::Max => summary.max,
            Self::Mean => summary.mean,
            Self::Median => summary.median,
            Self::StdDev => summary.standard_deviation,
            Self::Iqr => summary.interquartile_range,
            Self::Outliers => (summary.outliers.low + summary.outliers.high) as f64,
            Self::P50 => summary.p50,
            Self::P90 => summary.p90,
            Self::P99 => summary.p99,
            Self::P999 => summary.p99_9,
            Self::Launches => summary.launches as f64,
            Self::Samples => summary.samples as f64,
            Self::Ops | Self::Cpu | Self::Allocations | Self::AllocatedBytes | Self::PeakRss => {
                return None;
            }
        })
    }
}

/// Elements per second where the benchmark counts elements, else iterations per second of wall time.
fn operations_per_second(benchmark: &Benchmark) -> Option<f64> {
    let throughput = benchmark
        .summary_of("throughput")
        .map(|summary| summary.mean);
    throughput.or_else(|| benchmark.summary_of("wall_time")?.operations_per_second)
}

impl FromStr for Column {
    type Err = UnknownColumn;

    fn from_str(text: &str) -> Result<Self, UnknownColumn> {
        let wanted = text.trim().to_lowercase();
        let found = Self::ALL.iter().find(|(name, _)| *name == wanted);
        found
            .map(|(_, column)| *column)
            .ok_or_else(|| UnknownColumn(text.to_owned()))
    }
}
