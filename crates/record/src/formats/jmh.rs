//! JMH's JSON (`-rf json`).
//!
//! `rawData` holds a list for each fork with a value for each iteration: forks are launches, iterations their samples.
//! In mode `sample` there are histograms instead: an iteration's mean over its histogram is the sample, and JMH's
//! percentiles over everything are `p50`, `p90`, … The primary metric is `wall_time` for times an operation and `throughput` for operations
//! a time; the unit tells which. Secondary metrics (of profilers and auxiliary counters) keep their names; those of
//! the collector (`gc.…`) are better lower whatever their unit. A benchmark is named `package.Class/method`, with its
//! parameters in brackets; several modes of one benchmark are told apart by the mode. What JMH writes as `"NaN"` was not measured.

use std::collections::BTreeSet;

use litemap::LiteMap;
use serde::Deserialize;
use serde_json::Value;

use super::collection::Collection;
use super::imported::{Parameters, as_text};
use super::units::{self, direction};
use super::{Document, Format, FormatError, Imported, json, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Jmh;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Bench {
    jmh_version: Option<String>,
    benchmark: String,
    mode: Option<String>,
    threads: Option<i64>,
    jdk_version: Option<String>,
    vm_name: Option<String>,
    params: Option<Parameters>,
    primary_metric: Measured,
    #[serde(default)]
    secondary_metrics: LiteMap<String, Measured>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Measured {
    score: Option<Number>,
    score_unit: String,
    score_percentiles: Option<LiteMap<String, Number>>,
    raw_data: Option<Vec<Vec<Number>>>,
    /// By fork and iteration.
    raw_data_histogram: Option<Vec<Vec<Histogram>>>,
}

/// Pairs of value and how often.
type Histogram = Vec<(Number, f64)>;

/// JMH writes `"NaN"` for what it can't tell, and decimal commas in some old versions are not read.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "Value")]
struct Number(Option<f64>);

impl TryFrom<Value> for Number {
    type Error = String;

    fn try_from(value: Value) -> Result<Self, String> {
        match &value {
            Value::Number(number) => Ok(Self(number.as_f64())),
            Value::String(text) if text == "NaN" || text == json::NAN => Ok(Self(None)),
            other => Err(format!(
                "{other} is no number; expected a number or \"NaN\""
            )),
        }
    }
}

impl Format for Jmh {
    fn name(&self) -> &'static str {
        "jmh"
    }

    fn made_by(&self) -> &'static str {
        "java -jar benchmarks.jar -rf json -rff FILE"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.begins_and_holds('[', &["\"benchmark\"", "\"primaryMetric\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let benches: Vec<Bench> = json::read_with_constants(self.name(), document)?;
        let several = in_several_modes(&benches);
        let version = benches.first().and_then(|one| one.jmh_version.clone());
        let toolchain = benches.first().and_then(Bench::toolchain);
        let mut collection = Collection::of_at_most(benches.len(), self);
        for (index, bench) in benches.into_iter().enumerate() {
            let mut title = bench.title();
            if several.contains(&title) {
                title = format!("{title} {}", bench.mode.as_deref().unwrap_or(""));
            }
            let (class, method) = title_parts(&bench.benchmark, &title);
            let entry = collection.add(&names::id(&[class, method]), &title);
            add(&mut collection, entry, index, &bench)?;
        }
        let mut imported = Imported::new(self, collection.finish()?);
        imported.tool_version = version;
        if let Some(toolchain) = toolchain {
            imported.machine.toolchain = toolchain;
        }
        Ok(vec![imported])
    }
}

/// The titles of benchmarks that were measured in more than one mode.
fn in_several_modes(benches: &[Bench]) -> BTreeSet<String> {
    let mut seen: BTreeSet<(String, &str)> = BTreeSet::new();
    for bench in benches {
        seen.insert((bench.title(), bench.mode.as_deref().unwrap_or("")));
    }
    let mut several = BTreeSet::new();
    let mut before = None;
    for (title, _) in seen {
        if before.as_ref() == Some(&title) {
            several.insert(title);
        } else {
            before = Some(title);
        }
    }
    several
}

/// `title` cut at the end of the class that `benchmark` names.
fn title_parts<'a>(benchmark: &str, title: &'a str) -> (&'a str, &'a str) {
    match benchmark.rfind('.') {
        Some(dot) => (&title[..dot], &title[dot + 1..]),
        None => ("jmh", title),
    }
}

impl Bench {
    fn toolchain(&self) -> Option<String> {
        let vm = self.vm_name.as_deref().unwrap_or("Java");
        let version = self.jdk_version.as_deref()?;
        Some(format!("{vm} {version}"))
    }

    /// The benchmark with its parameters.
    fn title(&self) -> String {
        let told: Vec<String> = self
            .params
            .iter()
            .flatten()
            .map(|(name, value)| format!("{name}={}", as_text(value)))
            .collect();
        if told.is_empty() {
            self.benchmark.clone()
        } else {
            format!("{}[{}]", self.benchmark, told.join(","))
        }
    }
}

fn add(
    collection: &mut Collection,
    entry: usize,
    index: usize,
    bench: &Bench,
) -> Result<(), FormatError> {
    for (name, value) in bench.params.iter().flatten() {
        collection.parameter(entry, name, &as_text(value));
    }
    if let Some(mode) = &bench.mode {
        collection.parameter(entry, "mode", mode);
    }
    if let Some(threads) = bench.threads.filter(|threads| *threads != 1) {
        collection.parameter(entry, "threads", &threads.to_string());
    }
    let primary = &bench.primary_metric;
    let unit = primary.score_unit.as_str();
    let (mut metric, scale) = units::value("score", unit, direction(unit));
    metric.name = match metric.unit {
        Unit::Nanoseconds => "wall_time".to_owned(),
        _ if metric.direction == Direction::HigherIsBetter => "throughput".to_owned(),
        _ => metric.name,
    };
    let at = format!("[{index}].primaryMetric");
    primary.add(collection, entry, &metric.clone().sampled(), scale, &at)?;
    if primary.raw_data_histogram.is_some() {
        for (percentile, value) in primary.score_percentiles.iter().flatten() {
            let rank = match percentile.contains('.') {
                true => percentile.trim_end_matches('0').trim_end_matches('.'),
                false => percentile,
            };
            let name = format!("p{rank}");
            let metric = Metric::value(name, metric.unit.clone(), metric.direction);
            let Some(value) = value.0 else { continue };
            collection.scaled((entry, 0), metric, (&[value], scale), |_| {
                format!("{at}.scorePercentiles.{percentile}")
            })?;
        }
    }
    for (name, secondary) in &bench.secondary_metrics {
        // Profilers mark theirs with a dot in the middle, which some encodings have turned into two characters.
        let plain = name.trim_start_matches(['·', 'Â', '+']);
        let unit = secondary.score_unit.as_str();
        let direction = if plain.starts_with("gc.") {
            Direction::LowerIsBetter
        } else {
            direction(unit)
        };
        let (metric, scale) = units::value(plain, unit, direction);
        let at = format!("[{index}].secondaryMetrics.{name}");
        secondary.add(collection, entry, &metric, scale, &at)?;
    }
    Ok(())
}

impl Measured {
    /// Adds what was measured as one launch a fork; the score alone where there is nothing else.
    fn add(
        &self,
        collection: &mut Collection,
        entry: usize,
        metric: &Metric,
        scale: f64,
        at: &str,
    ) -> Result<(), FormatError> {
        let mut any = false;
        // Values with their iterations: one that was not measured leaves a gap.
        let mut put = |what: &str, fork: usize, values: Vec<(usize, f64)>| {
            any |= !values.is_empty();
            let (iterations, values): (Vec<usize>, Vec<f64>) = values.into_iter().unzip();
            collection.scaled((entry, fork), metric.clone(), (&values, scale), |index| {
                let iteration = iterations.get(index).copied().unwrap_or(0);
                format!("{at}.{what}[{fork}][{iteration}]")
            })
        };
        for (fork, iterations) in self.raw_data.iter().flatten().enumerate() {
            let numbers = iterations.iter().map(|number| number.0).enumerate();
            let known = numbers.filter_map(|(at, number)| Some((at, number?)));
            put("rawData", fork, known.collect())?;
        }
        for (fork, iterations) in self.raw_data_histogram.iter().flatten().enumerate() {
            let means = iterations.iter().map(|pairs| mean(pairs)).enumerate();
            let known = means.filter_map(|(at, mean)| Some((at, mean?)));
            put("rawDataHistogram", fork, known.collect())?;
        }
        if let (false, Some(Number(Some(score)))) = (any, self.score) {
            return collection.scaled((entry, 0), metric.clone(), (&[score], scale), |_| {
                format!("{at}.score")
            });
        }
        Ok(())
    }
}

/// The mean of a histogram; of none, nothing.
fn mean(pairs: &[(Number, f64)]) -> Option<f64> {
    let known = || {
        pairs
            .iter()
            .filter_map(|(value, often)| Some((value.0?, *often)))
    };
    let often: f64 = known().map(|(_, often)| often).sum();
    (often > 0.0).then(|| known().map(|(value, often)| value * often).sum::<f64>() / often)
}
