//! OpenMetrics text, as Prometheus scrapes it and its push gateway takes it.
//!
//! Every metric is a gauge in base units (`fabench_wall_time_seconds`), with the benchmark, its parameters and what is told of its values
//! (`min`, `median`, `mean`, `max`) as labels; `fabench_run_info` names the run. Names hold letters, digits and `_` alone.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::samples::{self, Described};
use super::{Export, Exported};
use crate::{Benchmark, Metric, Run, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct OpenMetrics;

/// A family: the unit, and its samples as they are written.
type Families = BTreeMap<String, (Option<&'static str>, Vec<String>)>;

impl Export for OpenMetrics {
    fn name(&self) -> &'static str {
        "openmetrics"
    }

    fn read_by(&self) -> &'static str {
        "Prometheus"
    }

    fn write(&self, run: &Run) -> Exported {
        let mut families = Families::new();
        let mut left_out = 0;
        for benchmark in &run.benchmarks {
            let before: usize = families.values().map(|(_, samples)| samples.len()).sum();
            let mut taken = BTreeSet::new();
            for metric in &benchmark.metrics {
                add(&mut families, &mut taken, benchmark, metric);
            }
            let after: usize = families.values().map(|(_, samples)| samples.len()).sum();
            left_out += usize::from(before == after);
        }
        let commit = run.source.commit.as_deref().unwrap_or("");
        let about = [
            ("run", run.id.as_str()),
            ("started_at", &run.started_at),
            ("suite", &run.suite.name),
            ("tool", &run.tool.name),
            ("tool_version", &run.tool.version),
            ("commit", commit),
        ];
        let mut text = String::from(
            "# TYPE fabench_run info\n# HELP fabench_run The run that was measured.\n",
        );
        let _ = writeln!(text, "fabench_run_info{} 1", labels(about.into_iter()));
        for (name, (unit, samples)) in families {
            let _ = writeln!(text, "# TYPE {name} gauge");
            if let Some(unit) = unit {
                let _ = writeln!(text, "# UNIT {name} {unit}");
            }
            for sample in samples {
                let _ = writeln!(text, "{name}{sample}");
            }
        }
        text.push_str("# EOF\n");
        Exported { text, left_out }
    }
}

/// Adds a metric. `taken` are the families that the benchmark has samples in.
fn add(
    families: &mut Families,
    taken: &mut BTreeSet<String>,
    benchmark: &Benchmark,
    metric: &Metric,
) {
    let Some(told) = Described::of(samples::all(benchmark, metric)) else {
        return;
    };
    let (unit, scale) = match metric.unit {
        Unit::Nanoseconds => (Some("seconds"), 1e-9),
        Unit::Bytes => (Some("bytes"), 1.0),
        Unit::Ratio => (Some("ratio"), 1.0),
        _ => (None, 1.0),
    };
    let mut name = format!("fabench_{}", plain(&metric.name));
    let end = match (&metric.unit, unit) {
        (_, Some(unit)) => unit.to_owned(),
        (Unit::PerSecond, _) => "per_second".to_owned(),
        (Unit::Other(other), _) => plain(other),
        _ => String::new(),
    };
    if !end.is_empty() && !name.ends_with(&format!("_{end}")) {
        name = format!("{name}_{end}");
    }
    // Those of the run itself.
    if matches!(name.as_str(), "fabench_run" | "fabench_run_info") {
        name.push_str("_value");
    }
    // Names that differ in other characters alone share a family: a second one of a benchmark is told by its own name.
    let own_name = (!taken.insert(name.clone())).then_some(("metric", &*metric.name));
    let (_, lines) = families.entry(name).or_insert((unit, Vec::new()));
    let all = [
        ("min", told.min()),
        ("median", told.quantile(0.5)),
        ("mean", told.mean),
        ("max", told.max()),
    ];
    for (statistic, value) in all {
        let own = [
            ("benchmark", benchmark.id.as_str()),
            ("statistic", statistic),
        ];
        let parameters: Vec<(String, &str)> = benchmark
            .parameters
            .iter()
            .map(|(name, value)| (format!("parameter_{}", plain(name)), value.as_str()))
            .collect();
        let parameters: BTreeMap<&str, &str> = parameters
            .iter()
            .map(|(name, value)| (name.as_str(), *value))
            .collect();
        let labels = labels(own.into_iter().chain(own_name).chain(parameters));
        lines.push(format!("{labels} {:?}", value * scale));
    }
}

/// Letters, digits and `_`.
fn plain(text: &str) -> String {
    let kept = |one: char| {
        if one.is_ascii_alphanumeric() {
            one
        } else {
            '_'
        }
    };
    text.chars().map(kept).collect()
}

/// `{name="value",…}` with what the format escapes.
fn labels<'a>(pairs: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let shown: Vec<String> = pairs
        .map(|(name, value)| {
            let value = value
                .replace('\\', "\\\\")
                .replace('"', "\\\"")
                .replace('\n', "\\n");
            format!("{name}=\"{value}\"")
        })
        .collect();
    format!("{{{}}}", shown.join(","))
}
