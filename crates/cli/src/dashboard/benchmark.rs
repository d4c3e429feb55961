//! One benchmark as the dashboard shows it.

use std::collections::{BTreeMap, BTreeSet};

use fabench_gate::{BenchmarkComparison, Policy, sample_values, summarize};
use fabench_history::Series;
use fabench_record::{BenchmarkId, Centre, Run};
use fabench_report::{BenchmarkView, Distribution, Finding, Limits, Points};
use jiff::Timestamp;

use super::changes::{self, Found};

/// What all benchmarks of a group are seen in.
pub(super) struct Around<'a> {
    pub(super) policy: &'a Policy,
    /// Index of each run by its id.
    pub(super) runs: &'a BTreeMap<&'a str, usize>,
    /// The latest run, whole.
    pub(super) latest: Option<&'a Run>,
    /// The baseline's values.
    pub(super) centres: Option<BTreeMap<BenchmarkId, Centre>>,
    /// What the latest run comes to against the baseline.
    pub(super) findings: BTreeMap<BenchmarkId, Finding>,
    pub(super) most_points: usize,
    /// Number of series: the promised error rate is shared among them.
    pub(super) series: usize,
    pub(super) now: Timestamp,
    pub(super) ambiguous: BTreeSet<BenchmarkId>,
    /// Profiles of each benchmark.
    pub(super) profiles: &'a BTreeMap<BenchmarkId, Vec<usize>>,
}

/// Arranges `series`.
pub(super) fn view(series: &Series, around: &Around<'_>) -> BenchmarkView {
    let thresholds = around.policy.thresholds(&series.benchmark, &series.metric);
    let mut points = Points::default();
    let mut times = Vec::new();
    for point in &series.points {
        // A run that is not listed was recorded while the history was read.
        let Some(&run) = around.runs.get(point.run.as_str()) else {
            continue;
        };
        let interval = point.lower.zip(point.upper);
        points.push(
            run,
            shown(point.value),
            interval.map(|(lower, upper)| (shown(lower), shown(upper))),
        );
        times.push(point.started_ms);
    }
    let Found { changes, recent } =
        changes::find(&points, &times, series.direction, &thresholds, around);
    let kept: Vec<usize> = changes
        .iter()
        .chain(&recent)
        .flat_map(|change| [change.run.saturating_sub(1), change.run])
        .collect();
    let latest = around
        .latest
        .and_then(|run| run.benchmark(&series.benchmark));
    let same =
        latest.filter(|one| one.primary == series.metric && one.parameters == series.parameters);
    // What is missing or failed is told of the benchmark, whatever its parameters.
    let told = same.is_some() || latest.is_none();
    let centre = around
        .centres
        .as_ref()
        .and_then(|centres| centres.get(&series.benchmark));
    BenchmarkView {
        id: name(series, around),
        description: latest.map(|one| one.description.clone()),
        parameters: series.parameters.clone(),
        metric: series.metric.clone(),
        unit: series.unit.clone(),
        direction: series.direction,
        points: points.thinned(around.most_points, &kept),
        baseline: centre
            .filter(|centre| told && centre.metric == series.metric)
            .map(|centre| centre.value),
        limits: Limits::from(thresholds),
        changes,
        finding: around
            .findings
            .get(&series.benchmark)
            .filter(|_| told)
            .cloned(),
        recent,
        distribution: same.and_then(distribution),
        profiles: around
            .profiles
            .get(&series.benchmark)
            .cloned()
            .unwrap_or_default(),
    }
}

/// The id; with metric and parameters where it has several series.
fn name(series: &Series, around: &Around<'_>) -> String {
    if !around.ambiguous.contains(&series.benchmark) {
        return series.benchmark.to_string();
    }
    let pairs = series
        .parameters
        .iter()
        .map(|(name, value)| format!(", {name} = {value}"));
    format!(
        "{} ({}{})",
        series.benchmark,
        series.metric,
        pairs.collect::<String>()
    )
}

/// Six digits are more than a chart shows, and half the size of all.
fn shown(value: f64) -> f64 {
    format!("{value:.5e}").parse().unwrap_or(value)
}

/// All samples of the judged metric.
fn distribution(benchmark: &fabench_record::Benchmark) -> Option<Distribution> {
    let metric = benchmark.primary_metric()?;
    let samples = sample_values(benchmark, metric).ok()?.concat();
    let summary = summarize(benchmark)
        .into_iter()
        .find(|one| one.metric == metric.name)?;
    Distribution::of(&samples, &summary)
}

/// What is shown of a comparison.
pub(super) fn finding(one: &BenchmarkComparison) -> Finding {
    Finding {
        verdict: one.verdict,
        ratio: one.ratio,
        reason: one.reason.clone(),
        remedy: one.remedy.clone(),
        minimum_detectable_change: one.minimum_detectable_change,
        excuse: one.excuse.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn six_digits_are_kept() {
        assert_eq!(shown(123_456_789.0), 123_457_000.0);
        assert_eq!(shown(0.001_234_567_8), 0.001_234_57);
        assert_eq!(shown(0.0), 0.0);
    }
}
