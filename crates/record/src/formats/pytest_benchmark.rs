//! pytest-benchmark's JSON, as `--benchmark-json` and `--benchmark-save` write it, all versions.
//!
//! The category is the test module as Python names it, the name what follows it:
//! `tests/sort.py::TestSum::test_range[1]` is `tests.sort/TestSum::test_range[1]`. A file with `data` yields the
//! samples as `wall_time`; one without (`--benchmark-save` without `--benchmark-save-data`) yields `mean_time`,
//! `min_time`, `median_time` and `max_time`, one value each: nothing is made up. A group is the parameter `group`.

use serde::Deserialize;
use serde_json::Value;

use super::collection::Collection;
use super::imported::{Parameters, as_text};
use super::{Document, Format, FormatError, Imported, Moment, json, names};
use crate::{Direction, Metric, Source, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct PytestBenchmark;

#[derive(Deserialize)]
struct File {
    machine_info: Option<MachineInfo>,
    commit_info: Option<CommitInfo>,
    benchmarks: Vec<Bench>,
    datetime: Option<String>,
    version: Option<String>,
}

#[derive(Deserialize)]
struct MachineInfo {
    machine: Option<String>,
    system: Option<String>,
    release: Option<String>,
    python_implementation: Option<String>,
    python_version: Option<String>,
    /// An object since 3.1, text or nothing before.
    cpu: Option<Value>,
}

#[derive(Deserialize)]
struct CommitInfo {
    id: Option<String>,
    dirty: Option<bool>,
    branch: Option<String>,
}

#[derive(Deserialize)]
struct Bench {
    group: Option<String>,
    name: String,
    fullname: Option<String>,
    params: Option<Parameters>,
    stats: Stats,
}

/// Seconds per iteration.
#[derive(Deserialize)]
struct Stats {
    data: Option<Vec<f64>>,
    mean: f64,
    min: Option<f64>,
    median: Option<f64>,
    max: Option<f64>,
}

impl Format for PytestBenchmark {
    fn name(&self) -> &'static str {
        "pytest-benchmark"
    }

    fn made_by(&self) -> &'static str {
        "pytest --benchmark-json=FILE"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.begins_and_holds('{', &["\"machine_info\"", "\"benchmarks\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read(self.name(), document)?;
        let mut collection = Collection::of_at_most(file.benchmarks.len(), self);
        for (index, bench) in file.benchmarks.into_iter().enumerate() {
            add(&mut collection, index, &bench)?;
        }
        let mut imported = Imported::new(self, collection.finish()?);
        imported.tool_version = file.version;
        imported.started_at = file.datetime.map(Moment::Written);
        if let Some(machine) = file.machine_info {
            machine.describe(&mut imported);
        }
        imported.source = file.commit_info.map(CommitInfo::source).unwrap_or_default();
        Ok(vec![imported])
    }
}

fn add(collection: &mut Collection, index: usize, bench: &Bench) -> Result<(), FormatError> {
    let full = bench.fullname.as_deref().unwrap_or(&bench.name);
    let entry = collection.add(&id(full), full);
    if let Some(group) = &bench.group {
        collection.parameter(entry, "group", group);
    }
    for (name, value) in bench.params.iter().flatten() {
        collection.parameter(entry, name, &as_text(value));
    }
    let at = |name: &str| format!("benchmarks[{index}].stats.{name}");
    let stats = &bench.stats;
    if let Some(data) = stats.data.as_ref().filter(|data| !data.is_empty()) {
        return collection.scaled((entry, 0), Metric::sampled_time(), (data, 1e9), |value| {
            at(&format!("data[{value}]"))
        });
    }
    let single = [
        ("mean", Some(stats.mean)),
        ("min", stats.min),
        ("median", stats.median),
        ("max", stats.max),
    ];
    for (name, seconds) in single {
        let metric = Metric::value(
            format!("{name}_time"),
            Unit::Nanoseconds,
            Direction::LowerIsBetter,
        );
        if let Some(seconds) = seconds {
            collection.scaled((entry, 0), metric, (&[seconds], 1e9), |_| at(name))?;
        }
    }
    Ok(())
}

/// The module with dots in place of slashes, and the rest of the node id.
pub(super) fn id(full: &str) -> crate::BenchmarkId {
    let Some((file, test)) = full.split_once("::") else {
        return names::id(&["pytest", full]);
    };
    let file = file.strip_suffix(".py").unwrap_or(file);
    let module: Vec<String> = file
        .split('/')
        .map(|part| part.replace('%', "%25").replace('.', "%2E"))
        .collect();
    names::id(&[&module.join("."), test])
}

impl MachineInfo {
    fn describe(self, imported: &mut Imported) {
        let machine = &mut imported.machine;
        if let Some(arch) = self.machine {
            machine.arch = arch;
        }
        if let Some(system) = self.system {
            machine.os = system;
        }
        if let (Some(name), Some(version)) = (self.python_implementation, self.python_version) {
            machine.toolchain = format!("{name} {version}");
        }
        let cpu = self.cpu.unwrap_or_default();
        let named = ["brand_raw", "brand"].iter().find_map(|key| cpu.get(key));
        if let Some(model) = named
            .unwrap_or(&cpu)
            .as_str()
            .filter(|text| !text.is_empty())
        {
            machine.cpu = model.to_owned();
        }
        if let Some(count) = cpu.get("count").and_then(Value::as_u64) {
            machine.cores = u32::try_from(count).unwrap_or(u32::MAX);
        }
        imported.kernel = self.release;
    }
}

impl CommitInfo {
    fn source(self) -> Source {
        Source {
            commit: self.id.filter(|id| id != "unversioned" && !id.is_empty()),
            dirty: self.dirty.unwrap_or(false),
            branch: self.branch.filter(|branch| !branch.starts_with('(')),
        }
    }
}
