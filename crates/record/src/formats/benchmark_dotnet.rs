//! BenchmarkDotNet's JSON exporters (`--exporters json`), full and brief.
//!
//! `OriginalValues` are nanoseconds of an operation: the samples of `wall_time`. Where the full exporter tells in which
//! launch each was measured (`LaunchIndex`), they are launches here. `allocated_bytes` is what an operation allocates;
//! other diagnosers' metrics keep their ids, units and directions. A benchmark is named `Namespace.Type/Method(N: 10)`; several jobs
//! of one benchmark are told apart by the job. One without statistics has failed.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::collection::Collection;
use super::{Document, Format, FormatError, Imported, json, names, units};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct BenchmarkDotNet;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct File {
    host_environment_info: Option<Host>,
    benchmarks: Vec<Bench>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Host {
    benchmark_dot_net_version: Option<String>,
    os_version: Option<String>,
    /// Text; before 0.10 an object with it as its value.
    processor_name: Option<Value>,
    logical_core_count: Option<u32>,
    processor_count: Option<u32>,
    runtime_version: Option<String>,
    clr_version: Option<String>,
    architecture: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Bench {
    display_info: Option<String>,
    namespace: Option<String>,
    #[serde(rename = "Type")]
    class: Option<String>,
    method: Option<String>,
    parameters: Option<String>,
    full_name: Option<String>,
    statistics: Option<Statistics>,
    memory: Option<Memory>,
    measurements: Option<Vec<Measurement>>,
    metrics: Option<Vec<Extra>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statistics {
    original_values: Option<Vec<f64>>,
    mean: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Memory {
    bytes_allocated_per_operation: Option<f64>,
}

/// One iteration; before 0.11 the mode told the stage, too.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Measurement {
    iteration_mode: String,
    iteration_stage: Option<String>,
    launch_index: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Extra {
    value: Value,
    descriptor: Descriptor,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Descriptor {
    id: String,
    unit: Option<String>,
    #[serde(default)]
    the_greater_is_better: bool,
}

impl Format for BenchmarkDotNet {
    fn name(&self) -> &'static str {
        "benchmarkdotnet"
    }

    fn made_by(&self) -> &'static str {
        "dotnet run -c Release -- --exporters json"
    }

    fn recognises(&self, document: &Document) -> bool {
        let either = ["\"HostEnvironmentInfo\"", "\"Statistics\""];
        let holds = |part| document.begins_and_holds('{', &["\"Benchmarks\"", part]);
        either.into_iter().any(holds)
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read_with_constants(self.name(), document)?;
        let mut often: BTreeMap<String, usize> = BTreeMap::new();
        for bench in &file.benchmarks {
            *often.entry(bench.title()).or_default() += 1;
        }
        let mut collection = Collection::of_at_most(file.benchmarks.len(), self);
        for (index, bench) in file.benchmarks.into_iter().enumerate() {
            let title = bench.title();
            let several = often.get(&title).is_some_and(|often| *often > 1);
            add(&mut collection, index, &bench, &title, several)?;
        }
        let mut imported = Imported::new(self, collection.finish()?);
        if let Some(host) = file.host_environment_info {
            host.describe(&mut imported);
        }
        Ok(vec![imported])
    }
}

impl Bench {
    /// `Namespace.Type.Method(N: 10)`.
    fn title(&self) -> String {
        if let Some(full) = &self.full_name {
            return full.clone();
        }
        let parts = [&self.namespace, &self.class, &self.method];
        let parts: Vec<&str> = parts
            .into_iter()
            .flatten()
            .map(String::as_str)
            .filter(|part| !part.is_empty())
            .collect();
        let name = parts.join(".");
        match self.parameters.as_deref() {
            None | Some("") => name,
            Some(parameters) => format!("{name}({parameters})"),
        }
    }

    /// `Job-ABC(Runtime=.NET 8.0)` of `Type.Method: Job-ABC(Runtime=.NET 8.0) [N=10]`.
    fn job(&self) -> Option<&str> {
        let (_, job) = self.display_info.as_deref()?.split_once(": ")?;
        Some(job.rsplit_once(" [").map_or(job, |(job, _)| job))
    }

    /// In which launch each of `count` values was measured, where that is told.
    fn launches(&self, count: usize) -> Option<Vec<usize>> {
        let is_result = |one: &&Measurement| match one.iteration_stage.as_deref() {
            Some(stage) => one.iteration_mode == "Workload" && stage == "Result",
            None => one.iteration_mode == "Result",
        };
        let results = self.measurements.iter().flatten().filter(is_result);
        let mut order: Vec<u32> = Vec::new();
        let mut launches = Vec::new();
        for one in results {
            let known = order.iter().position(|index| *index == one.launch_index);
            launches.push(known.unwrap_or_else(|| {
                order.push(one.launch_index);
                order.len() - 1
            }));
        }
        (launches.len() == count).then_some(launches)
    }
}

fn add(
    collection: &mut Collection,
    index: usize,
    bench: &Bench,
    title: &str,
    several: bool,
) -> Result<(), FormatError> {
    let shown = match bench.job().filter(|_| several) {
        Some(job) => format!("{title} {job}"),
        None => title.to_owned(),
    };
    let (class, method) = parts(&shown);
    let entry = collection.add(&names::id(&[class, method]), &shown);
    // Newer versions part them by `&`, older ones by a comma.
    let parameters = bench.parameters.as_deref().unwrap_or("");
    let separator = if parameters.contains('&') { "&" } else { ", " };
    for pair in parameters.split(separator) {
        if let Some((name, value)) = pair.split_once('=') {
            collection.parameter(entry, name.trim(), value.trim());
        }
    }
    if let Some(job) = bench.job().filter(|_| several) {
        collection.parameter(entry, "job", job);
    }
    let at = format!("Benchmarks[{index}]");
    let Some(statistics) = &bench.statistics else {
        collection.fail(entry, "it has no statistics: no iteration succeeded");
        return Ok(());
    };
    let values = statistics.original_values.as_deref().unwrap_or_default();
    let launches = bench.launches(values.len());
    for (number, value) in values.iter().enumerate() {
        let launch = launches.as_ref().map_or(0, |launches| launches[number]);
        let place = |_| format!("{at}.Statistics.OriginalValues[{number}]");
        collection.values((entry, launch), Metric::sampled_time(), &[*value], place)?;
    }
    if let (true, Some(mean)) = (values.is_empty(), statistics.mean) {
        let metric = Metric::value("mean_time", Unit::Nanoseconds, Direction::LowerIsBetter);
        collection.values((entry, 0), metric, &[mean], |_| {
            format!("{at}.Statistics.Mean")
        })?;
    }
    let allocated = bench.memory.as_ref();
    if let Some(bytes) = allocated.and_then(|memory| memory.bytes_allocated_per_operation) {
        let metric = Metric::value("allocated_bytes", Unit::Bytes, Direction::LowerIsBetter);
        collection.values((entry, 0), metric, &[bytes], |_| {
            format!("{at}.Memory.BytesAllocatedPerOperation")
        })?;
    }
    for (number, extra) in bench.metrics.iter().flatten().enumerate() {
        let direction = if extra.descriptor.the_greater_is_better {
            Direction::HigherIsBetter
        } else {
            Direction::LowerIsBetter
        };
        let id = extra.descriptor.id.as_str();
        let unit = extra.descriptor.unit.as_deref().unwrap_or("");
        // What was not measured is NaN; what an operation allocates stands above.
        let (Some(value), false) = (extra.value.as_f64(), id == "Allocated Memory") else {
            continue;
        };
        let (metric, scale) = units::value(id, unit, direction);
        collection.scaled((entry, 0), metric, (&[value], scale), |_| {
            format!("{at}.Metrics[{number}].Value")
        })?;
    }
    Ok(())
}

/// The type and the method: the last dot before the parameters parts them.
fn parts(title: &str) -> (&str, &str) {
    let end = title.find(['(', ' ', '<']).unwrap_or(title.len());
    match title[..end].rfind('.') {
        Some(dot) => (&title[..dot], &title[dot + 1..]),
        None => ("benchmarkdotnet", title),
    }
}

impl Host {
    fn describe(self, imported: &mut Imported) {
        imported.tool_version = self.benchmark_dot_net_version;
        let machine = &mut imported.machine;
        let processor = self.processor_name.unwrap_or_default();
        let processor = processor.get("Value").unwrap_or(&processor).as_str();
        let fields = [
            (self.os_version, &mut machine.os),
            (processor.map(str::to_owned), &mut machine.cpu),
            (
                self.runtime_version.or(self.clr_version),
                &mut machine.toolchain,
            ),
            (self.architecture, &mut machine.arch),
        ];
        for (told, field) in fields {
            if let Some(told) = told.filter(|told| !told.is_empty()) {
                *field = told;
            }
        }
        let cores = self.logical_core_count.or(self.processor_count);
        machine.cores = cores.unwrap_or(0);
    }
}
