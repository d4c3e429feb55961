//! Metrics: what a number means, its unit, and which way is better.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One quantity that a benchmark yields.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Metric {
    /// Name, unique within the benchmark: `wall_time`, `throughput`, `bytes_per_agent`, …
    pub name: String,
    /// Unit of every value of this metric.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Where in a [`crate::Launch`] its values are found.
    pub source: MetricSource,
    /// True for counters that repeat exactly (allocations of deterministic code): judged without statistics.
    #[serde(default)]
    pub exact: bool,
    /// True if the values that a launch reports are repeated timings of the same work, as other tools take them: slow
    /// modes being one-sided, the best of them speak for the launch. Else its middle value does. Readers that do not
    /// know the field may take the middle value, too.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sampled: bool,
}

/// Where the values of a metric come from.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum MetricSource {
    /// Wall time per iteration, from the rounds.
    WallTime,
    /// CPU time of the process per iteration, from the rounds.
    CpuTime,
    /// Elements handled per second of wall time, from the rounds.
    Throughput {
        /// Elements that one iteration handles.
        elements_per_iteration: f64,
    },
    /// Values that the benchmark reported under the metric's name.
    Value,
    /// Allocations per iteration, from counting launches.
    Allocations,
    /// Allocated bytes per iteration, from counting launches.
    AllocatedBytes,
    /// Highest resident set size of a launch's process.
    PeakRss,
}

/// Which way a metric is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Times, bytes, errors.
    LowerIsBetter,
    /// Throughputs, compression ratios.
    HigherIsBetter,
}

/// Unit of a metric's values.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(from = "String", into = "String")]
#[schemars(with = "String")]
pub enum Unit {
    /// Nanoseconds; shown scaled.
    Nanoseconds,
    /// Bytes; shown scaled.
    Bytes,
    /// Events per second; shown scaled.
    PerSecond,
    /// A plain count.
    Count,
    /// A dimensionless ratio.
    Ratio,
    /// Anything else, shown as written.
    Other(String),
}

impl From<String> for Unit {
    fn from(text: String) -> Self {
        match text.as_str() {
            "ns" => Self::Nanoseconds,
            "B" => Self::Bytes,
            "1/s" => Self::PerSecond,
            "count" => Self::Count,
            "ratio" => Self::Ratio,
            _ => Self::Other(text),
        }
    }
}

impl From<Unit> for String {
    fn from(unit: Unit) -> Self {
        unit.to_string()
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Nanoseconds => "ns",
            Self::Bytes => "B",
            Self::PerSecond => "1/s",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Other(text) => text,
        })
    }
}

impl Metric {
    /// Wall time per iteration in nanoseconds, named `wall_time`.
    pub fn wall_time() -> Self {
        Self::lower("wall_time", Unit::Nanoseconds, MetricSource::WallTime)
    }

    /// CPU time per iteration in nanoseconds, named `cpu_time`.
    pub fn cpu_time() -> Self {
        Self::lower("cpu_time", Unit::Nanoseconds, MetricSource::CpuTime)
    }

    /// Elements per second of wall time, named `throughput`.
    pub fn throughput(elements_per_iteration: f64) -> Self {
        Self {
            name: "throughput".into(),
            unit: Unit::PerSecond,
            direction: Direction::HigherIsBetter,
            source: MetricSource::Throughput {
                elements_per_iteration,
            },
            exact: false,
            sampled: false,
        }
    }

    /// Allocations per iteration, named `allocations`.
    pub fn allocations() -> Self {
        Self::lower("allocations", Unit::Count, MetricSource::Allocations)
    }

    /// Allocated bytes per iteration, named `allocated_bytes`.
    pub fn allocated_bytes() -> Self {
        Self::lower("allocated_bytes", Unit::Bytes, MetricSource::AllocatedBytes)
    }

    /// Peak resident set size in bytes, named `peak_rss`.
    pub fn peak_rss() -> Self {
        Self::lower("peak_rss", Unit::Bytes, MetricSource::PeakRss)
    }

    /// A metric whose values the benchmark reports itself.
    pub fn value(name: impl Into<String>, unit: Unit, direction: Direction) -> Self {
        Self {
            name: name.into(),
            unit,
            direction,
            source: MetricSource::Value,
            exact: false,
            sampled: false,
        }
    }

    /// Wall time per iteration in nanoseconds, named `wall_time`, as another tool sampled it.
    pub fn sampled_time() -> Self {
        Self::value("wall_time", Unit::Nanoseconds, Direction::LowerIsBetter).sampled()
    }

    /// This metric as one whose values are repeated timings of the same work.
    #[must_use]
    pub fn sampled(mut self) -> Self {
        self.sampled = true;
        self
    }

    fn lower(name: &str, unit: Unit, source: MetricSource) -> Self {
        Self {
            name: name.into(),
            unit,
            direction: Direction::LowerIsBetter,
            source,
            exact: false,
            sampled: false,
        }
    }
}
