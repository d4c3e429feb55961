//! A line per metric, numbers bare and in the unit that stands beside them.

use ::csv::Writer;
use fabench_gate::{Comparison, Estimate, Excuse, GoalOutcome};
use fabench_record::{Benchmark, Direction, Metric, Outcome, Run};

use super::Renderer;

/// RFC 4180 with line feeds and a header.
#[derive(Debug)]
pub(crate) struct Csv;

impl Renderer for Csv {
    fn run(&self, run: &Run, _goals: &[GoalOutcome]) -> String {
        let header = [
            "benchmark",
            "metric",
            "unit",
            "better",
            "primary",
            "outcome",
            "launches",
            "samples",
            "mean",
            "median",
            "standard_deviation",
            "min",
            "max",
            "interquartile_range",
            "p90",
            "p99",
            "p99_9",
        ];
        let lines = run.benchmarks.iter().flat_map(|benchmark| {
            let metrics = benchmark.metrics.iter();
            metrics.map(|metric| metric_fields(benchmark, metric).to_vec())
        });
        written(&header, lines)
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let header = [
            "benchmark",
            "metric",
            "unit",
            "better",
            "primary",
            "verdict",
            "baseline",
            "candidate",
            "cost_ratio",
            "cost_ratio_lower",
            "cost_ratio_upper",
            "would_show",
            "baseline_launches",
            "candidate_launches",
            "excuse",
            "reason",
        ];
        let lines = comparison.benchmarks.iter().map(|entry| {
            let value =
                |side: &Option<Estimate>| number(side.as_ref().map(|estimate| estimate.value));
            let launches = |side: &Option<Estimate>| {
                side.as_ref().map_or(0, |it| it.launches.len()).to_string()
            };
            vec![
                entry.id.to_string(),
                entry.metric.clone(),
                entry.unit.to_string(),
                direction(entry.direction).to_owned(),
                entry.primary.to_string(),
                entry.verdict.to_string(),
                value(&entry.baseline),
                value(&entry.candidate),
                number(entry.ratio.map(|ratio| ratio.estimate)),
                number(entry.ratio.map(|ratio| ratio.lower)),
                number(entry.ratio.map(|ratio| ratio.upper)),
                number(entry.minimum_detectable_change),
                launches(&entry.baseline),
                launches(&entry.candidate),
                entry.excuse.as_ref().map_or(String::new(), excuse),
                entry.reason.clone(),
            ]
        });
        written(&header, lines)
    }
}

fn metric_fields(benchmark: &Benchmark, metric: &Metric) -> [String; 17] {
    let summary = benchmark.summary_of(&metric.name);
    let outcome = match benchmark.outcome {
        Outcome::Measured => "measured",
        Outcome::Failed { .. } => "failed",
        Outcome::Interrupted => "interrupted",
    };
    [
        benchmark.id.to_string(),
        metric.name.clone(),
        metric.unit.to_string(),
        direction(metric.direction).to_owned(),
        (metric.name == benchmark.primary).to_string(),
        outcome.to_owned(),
        summary.map_or(0, |it| it.launches).to_string(),
        summary.map_or(0, |it| it.samples).to_string(),
        number(summary.map(|it| it.mean)),
        number(summary.map(|it| it.median)),
        number(summary.map(|it| it.standard_deviation)),
        number(summary.map(|it| it.min)),
        number(summary.map(|it| it.max)),
        number(summary.map(|it| it.interquartile_range)),
        number(summary.map(|it| it.p90)),
        number(summary.map(|it| it.p99)),
        number(summary.map(|it| it.p99_9)),
    ]
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::LowerIsBetter => "lower",
        Direction::HigherIsBetter => "higher",
    }
}

fn excuse(excuse: &Excuse) -> String {
    match excuse {
        Excuse::Muted { reason, until } => format!("muted until {until}: {reason}"),
        Excuse::Accepted { reason } => format!("accepted: {reason}"),
    }
}

/// Every digit that reads back as the same number; nothing for what is unknown.
fn number(value: Option<f64>) -> String {
    value.map_or(String::new(), |value| value.to_string())
}

fn written(header: &[&str], lines: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = Writer::from_writer(Vec::new());
    // Writing to memory does not fail, and every line has as many fields as the header.
    let _ = writer.write_record(header);
    for line in lines {
        let _ = writer.write_record(line);
    }
    let bytes = writer.into_inner().unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
}
