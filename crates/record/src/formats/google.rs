//! Google Benchmark's JSON (`--benchmark_out`), all versions.
//!
//! Repetitions are grouped by `run_name` (before 1.5 by the name): they run in one process, so they are samples of one
//! launch. `wall_time` is the real time of an iteration, `cpu_time` its CPU time. Aggregates are left out, unless a file holds
//! nothing else for a benchmark (`--benchmark_report_aggregates_only`): then its mean and median are `mean_time` and
//! `median_time`. Every other number is a user counter; those that end in `per_second` are better higher. A benchmark
//! that said that it failed is failed, one that said that it was skipped is left out.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::collection::Collection;
use super::units::nanoseconds;
use super::{Document, Format, FormatError, Imported, Moment, json, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Google;

#[derive(Deserialize)]
struct File {
    context: Context,
    benchmarks: Vec<Bench>,
}

#[derive(Deserialize)]
struct Context {
    date: Option<String>,
    num_cpus: Option<u32>,
    library_version: Option<String>,
}

#[derive(Deserialize)]
struct Bench {
    name: String,
    run_name: Option<String>,
    run_type: Option<String>,
    aggregate_name: Option<String>,
    threads: Option<u64>,
    real_time: Option<f64>,
    cpu_time: Option<f64>,
    time_unit: Option<String>,
    label: Option<String>,
    #[serde(default)]
    error_occurred: bool,
    error_message: Option<String>,
    #[serde(default)]
    skipped: Option<Value>,
    skip_message: Option<String>,
    /// Everything else.
    #[serde(flatten)]
    counters: Counters,
}

/// The user counters, in the order of their names. One that is not a number (NaN, infinite) was not counted.
#[derive(Default)]
struct Counters(Vec<(String, f64)>);

impl<'de> Deserialize<'de> for Counters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = BTreeMap::<String, Value>::deserialize(deserializer)?;
        let told = all
            .into_iter()
            .filter(|(name, _)| !ABOUT.contains(&name.as_str()));
        let mut counters: Vec<(String, f64)> = told
            .filter_map(|(name, value)| Some((name, value.as_f64()?)))
            .collect();
        counters.shrink_to_fit();
        Ok(Self(counters))
    }
}

/// Numbers that are no counters.
const ABOUT: [&str; 7] = [
    "family_index",
    "per_family_instance_index",
    "repetitions",
    "repetition_index",
    "iterations",
    "rms",
    "big_o",
];

impl Format for Google {
    fn name(&self) -> &'static str {
        "google-benchmark"
    }

    fn made_by(&self) -> &'static str {
        "EXECUTABLE --benchmark_out=FILE --benchmark_out_format=json"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.begins_and_holds('{', &["\"context\"", "\"benchmarks\"", "\"num_cpus\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read_with_constants(self.name(), document)?;
        let measured: BTreeSet<String> = file
            .benchmarks
            .iter()
            .filter(|bench| !bench.is_aggregate())
            .map(|bench| bench.group().to_owned())
            .collect();
        let mut collection = Collection::new(self);
        for (index, bench) in file.benchmarks.into_iter().enumerate() {
            if bench.is_aggregate() {
                if !measured.contains(bench.group()) {
                    add_aggregate(&mut collection, index, &bench)?;
                }
            } else if !bench.is_skipped() {
                add(&mut collection, index, &bench)?;
            }
        }
        let mut imported = Imported::new(self, collection.finish()?);
        imported.tool_version = file.context.library_version;
        imported.machine.cores = file.context.num_cpus.unwrap_or(0);
        imported.started_at = file.context.date.map(|date| Moment::Written(iso(&date)));
        Ok(vec![imported])
    }
}

/// Before 1.5 the date was `2016/06/28-23:38:09`.
fn iso(date: &str) -> String {
    match date.split_once('-') {
        Some((day, time)) if day.contains('/') => format!("{}T{time}", day.replace('/', "-")),
        _ => date.to_owned(),
    }
}

const AGGREGATES: [&str; 4] = ["_mean", "_median", "_stddev", "_cv"];

impl Bench {
    fn is_aggregate(&self) -> bool {
        match &self.run_type {
            Some(kind) => kind == "aggregate",
            // Old versions tell aggregates by their names alone, and complexity by having no time.
            None => {
                self.real_time.is_none() && !self.error_occurred
                    || AGGREGATES.iter().any(|end| self.name.ends_with(end))
            }
        }
    }

    fn group(&self) -> &str {
        let plain = || {
            let ends = AGGREGATES.iter().chain(&["_BigO", "_RMS"]);
            let mut ends = ends.filter_map(|end| self.name.strip_suffix(end));
            ends.next().filter(|_| self.is_aggregate())
        };
        match &self.run_name {
            Some(name) => name,
            None => plain().unwrap_or(&self.name),
        }
    }

    fn is_skipped(&self) -> bool {
        self.skipped
            .as_ref()
            .is_some_and(|skipped| *skipped != Value::Bool(false))
    }

    fn entry(&self, collection: &mut Collection) -> usize {
        let group = self.group();
        let shown = match &self.label {
            Some(label) => format!("{group} ({label})"),
            None => group.to_owned(),
        };
        let entry = collection.find_or_add(&id(group), &shown);
        if let Some(threads) = self.threads.filter(|threads| *threads > 1) {
            collection.parameter(entry, "threads", &threads.to_string());
        }
        entry
    }

    /// Nanoseconds in the unit of its times.
    fn scale(&self, at: &str) -> Result<f64, FormatError> {
        let unit = self.time_unit.as_deref().unwrap_or("ns");
        nanoseconds(unit).ok_or_else(|| {
            let problem = format!("`{unit}` is no unit of time; expected ns, us, ms or s");
            FormatError::invalid(Google.name(), &format!("{at}.time_unit"), &problem)
        })
    }
}

fn id(name: &str) -> BenchmarkId {
    if name.contains('/') {
        names::id(&[name])
    } else {
        names::id(&["benchmark", name])
    }
}

fn add(collection: &mut Collection, index: usize, bench: &Bench) -> Result<(), FormatError> {
    let at = format!("benchmarks[{index}]");
    let entry = bench.entry(collection);
    if bench.error_occurred {
        let said = bench.error_message.as_ref().or(bench.skip_message.as_ref());
        collection.fail(entry, said.map_or("it says that it failed", |text| text));
        return Ok(());
    }
    let scale = bench.scale(&at)?;
    let real = bench.real_time.ok_or_else(|| {
        let problem = "it is missing; expected the time of an iteration";
        FormatError::invalid(Google.name(), &format!("{at}.real_time"), problem)
    })?;
    let wall_time = Metric::sampled_time();
    collection.scaled((entry, 0), wall_time, (&[real], scale), |_| {
        format!("{at}.real_time")
    })?;
    if let Some(cpu) = bench.cpu_time {
        let metric = Metric::value("cpu_time", Unit::Nanoseconds, Direction::LowerIsBetter);
        collection.scaled((entry, 0), metric.sampled(), (&[cpu], scale), |_| {
            format!("{at}.cpu_time")
        })?;
    }
    for (name, value) in &bench.counters.0 {
        collection.values((entry, 0), counter(name), &[*value], |_| {
            format!("{at}.{name}")
        })?;
    }
    Ok(())
}

fn counter(name: &str) -> Metric {
    use Direction::{HigherIsBetter, LowerIsBetter};
    match name {
        "bytes_per_second" => {
            Metric::value(name, Unit::Other("B/s".into()), HigherIsBetter).sampled()
        }
        "items_per_second" => Metric::value(name, Unit::PerSecond, HigherIsBetter).sampled(),
        "max_bytes_used" | "total_allocated_bytes" | "net_heap_growth" => {
            Metric::value(name, Unit::Bytes, LowerIsBetter)
        }
        rate if rate.ends_with("per_second") || rate.ends_with("/s") => {
            Metric::value(name, Unit::PerSecond, HigherIsBetter)
        }
        _ => Metric::value(name, Unit::Count, LowerIsBetter),
    }
}

/// A mean or a median, where nothing else is told.
fn add_aggregate(
    collection: &mut Collection,
    index: usize,
    bench: &Bench,
) -> Result<(), FormatError> {
    let named = bench.aggregate_name.as_deref();
    let kind = named.or_else(|| bench.name.rsplit('_').next());
    let (Some(kind @ ("mean" | "median")), Some(real)) = (kind, bench.real_time) else {
        return Ok(());
    };
    let at = format!("benchmarks[{index}]");
    let scale = bench.scale(&at)?;
    let entry = bench.entry(collection);
    let metric = Metric::value(
        format!("{kind}_time"),
        Unit::Nanoseconds,
        Direction::LowerIsBetter,
    );
    collection.scaled((entry, 0), metric, (&[real], scale), |_| {
        format!("{at}.real_time")
    })?;
    if let Some(cpu) = bench.cpu_time {
        let metric = Metric::value(
            format!("{kind}_cpu_time"),
            Unit::Nanoseconds,
            Direction::LowerIsBetter,
        );
        collection.scaled((entry, 0), metric, (&[cpu], scale), |_| {
            format!("{at}.cpu_time")
        })?;
    }
    Ok(())
}
