//! vitest's benchmarks as JSON: `vitest bench --outputJson FILE`, and the JSON reporter of versions before 2.
//!
//! Times are in milliseconds. Samples are in the file only where `includeSamples` is set: then they are `wall_time`;
//! else `mean_time`, `min_time`, `median_time`, `max_time` and percentiles are one value each. The category is the file
//! as vitest names it, the name the groups and the benchmark.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::collection::Collection;
use super::{Document, Format, FormatError, Imported, json, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Vitest;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    files: Option<Vec<Tested>>,
    /// Of older versions: benchmarks by the full name of their group.
    test_results: Option<BTreeMap<String, Vec<Bench>>>,
}

#[derive(Deserialize)]
struct Tested {
    groups: Vec<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Group {
    full_name: String,
    benchmarks: Vec<Bench>,
}

/// Milliseconds; older versions do not tell the median.
#[derive(Deserialize)]
struct Bench {
    name: String,
    #[serde(default)]
    samples: Vec<f64>,
    mean: Option<f64>,
    min: Option<f64>,
    median: Option<f64>,
    max: Option<f64>,
    p75: Option<f64>,
    p99: Option<f64>,
    p995: Option<f64>,
    p999: Option<f64>,
}

impl Format for Vitest {
    fn name(&self) -> &'static str {
        "vitest"
    }

    fn made_by(&self) -> &'static str {
        "vitest bench --run --outputJson FILE"
    }

    fn recognises(&self, document: &Document) -> bool {
        let new = ["\"files\"", "\"groups\"", "\"benchmarks\"", "\"fullName\""];
        document.begins_and_holds('{', &new)
            || document.begins_and_holds('{', &["\"testResults\"", "\"hz\"", "\"rme\""])
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read(self.name(), document)?;
        let mut collection = Collection::new(self);
        for (index, tested) in file.files.into_iter().flatten().enumerate() {
            for (group, one) in tested.groups.into_iter().enumerate() {
                let at = format!("files[{index}].groups[{group}].benchmarks");
                add_group(&mut collection, &at, &one.full_name, one.benchmarks)?;
            }
        }
        for (name, benchmarks) in file.test_results.into_iter().flatten() {
            add_group(
                &mut collection,
                &format!("testResults.{name}"),
                &name,
                benchmarks,
            )?;
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

fn add_group(
    collection: &mut Collection,
    at: &str,
    group: &str,
    benchmarks: Vec<Bench>,
) -> Result<(), FormatError> {
    for (index, bench) in benchmarks.into_iter().enumerate() {
        let shown = format!("{group} > {}", bench.name);
        let entry = collection.add(&id(group, &bench.name), &shown);
        add(collection, entry, &format!("{at}[{index}]"), &bench)?;
    }
    Ok(())
}

/// `src/sort.bench.ts > sort > small` and `ten` are `src.sort.bench.ts/sort > small > ten`: a file's folders are
/// parted by dots, so that the category is the whole file.
fn id(group: &str, name: &str) -> BenchmarkId {
    let (file, rest) = match group.split_once(" > ") {
        Some((file, groups)) => (file, format!("{groups} > {name}")),
        None => (group, name.to_owned()),
    };
    names::id(&[&file.replace('/', "."), &rest])
}

fn add(
    collection: &mut Collection,
    entry: usize,
    at: &str,
    bench: &Bench,
) -> Result<(), FormatError> {
    if !bench.samples.is_empty() {
        let samples = (bench.samples.as_slice(), 1e6);
        return collection.scaled((entry, 0), Metric::sampled_time(), samples, |index| {
            format!("{at}.samples[{index}]")
        });
    }
    let single = [
        ("mean", "mean_time", bench.mean),
        ("min", "min_time", bench.min),
        ("median", "median_time", bench.median),
        ("max", "max_time", bench.max),
        ("p75", "p75_time", bench.p75),
        ("p99", "p99_time", bench.p99),
        ("p995", "p99.5_time", bench.p995),
        ("p999", "p99.9_time", bench.p999),
    ];
    for (field, name, milliseconds) in single {
        let metric = Metric::value(name, Unit::Nanoseconds, Direction::LowerIsBetter);
        if let Some(milliseconds) = milliseconds {
            collection.scaled((entry, 0), metric, (&[milliseconds], 1e6), |_| {
                format!("{at}.{field}")
            })?;
        }
    }
    if bench.mean.is_none() {
        collection.fail(entry, "it has no times: it failed or was skipped");
    }
    Ok(())
}
