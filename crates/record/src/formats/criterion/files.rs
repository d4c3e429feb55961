//! The files of `target/criterion`: `benchmark.json` names a benchmark, `sample.json` has its samples,
//! `estimates.json` what criterion makes of them. The folder `new` holds the last run, `base` the one before.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::collection::Collection;
use super::super::{Document, Format as _, FormatError, json};
use super::Criterion;
use crate::Metric;

#[derive(Deserialize)]
struct Named {
    full_id: String,
    throughput: Option<serde_json::Value>,
}

/// Iterations and total nanoseconds of each sample; 0.3 added the sampling mode, which does not matter here.
#[derive(Deserialize)]
struct Sample {
    iters: Vec<f64>,
    times: Vec<f64>,
}

/// Statistics by name; capitalised before 0.4. `slope` is the best estimate of linear sampling, null in flat sampling.
#[derive(Deserialize)]
struct Estimates {
    #[serde(alias = "Slope")]
    slope: Option<Statistic>,
    #[serde(alias = "Mean")]
    mean: Statistic,
}

#[derive(Deserialize)]
struct Statistic {
    point_estimate: f64,
}

pub(super) fn recognises(document: &Document) -> bool {
    document.begins_and_holds('{', &["\"iters\"", "\"times\""])
        || document.begins_and_holds('{', &["\"point_estimate\"", "\"confidence_interval\""])
}

pub(super) fn wants(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    matches!(file, "benchmark.json" | "sample.json" | "estimates.json")
        && !path.contains("/change/")
}

/// The files of one benchmark.
#[derive(Default)]
struct Files<'a> {
    named: Option<&'a Document>,
    sample: Option<&'a Document>,
    estimates: Option<&'a Document>,
}

pub(super) fn read(collection: &mut Collection, documents: &[Document]) -> Result<(), FormatError> {
    let mut folders: BTreeMap<&str, Files<'_>> = BTreeMap::new();
    for document in documents {
        let (folder, file) = document
            .name()
            .rsplit_once('/')
            .unwrap_or(("", document.name()));
        let files = folders.entry(folder).or_default();
        match file {
            "benchmark.json" => files.named = Some(document),
            "estimates.json" => files.estimates = Some(document),
            _ if document.text().contains("\"point_estimate\"") => files.estimates = Some(document),
            _ => files.sample = Some(document),
        }
    }
    let last = |folder: &str| folder.rsplit('/').next().unwrap_or("").to_owned();
    let has_new = folders.keys().any(|folder| last(folder) == "new");
    for (folder, files) in &folders {
        if has_new && last(folder) != "new" {
            continue;
        }
        add(collection, folder, files)?;
    }
    Ok(())
}

fn add(collection: &mut Collection, folder: &str, files: &Files<'_>) -> Result<(), FormatError> {
    let format = Criterion.name();
    let named: Option<Named> = files
        .named
        .map(|document| json::read(format, document))
        .transpose()?;
    let title = named
        .as_ref()
        .map_or_else(|| title_of(folder), |named| named.full_id.clone());
    let below = if folder.is_empty() {
        String::new()
    } else {
        format!("{folder}/")
    };
    let at = |what: &str, index: usize| format!("{below}{what}[{index}]");
    if let Some(document) = files.sample {
        let sample: Sample = json::read(format, document)?;
        let entry = collection.add(&super::id(&title), &title);
        let each = super::samples(collection, entry, &sample.times, &sample.iters, |index| {
            at("sample.json: times", index)
        })?;
        let counted = named
            .as_ref()
            .and_then(|named| counted(named.throughput.as_ref()?));
        if let Some((count, unit)) = counted {
            let unit = unit.as_str();
            super::throughput(collection, entry, (count, unit), &each, |index| {
                at("benchmark.json: throughput", index)
            })?;
        }
    } else if let Some(document) = files.estimates {
        let estimates: Estimates = json::read(format, document)?;
        let entry = collection.add(&super::id(&title), &title);
        let best = estimates.slope.unwrap_or(estimates.mean).point_estimate;
        collection.values((entry, 0), Metric::sampled_time(), &[best], |_| {
            format!("{below}estimates.json: point_estimate")
        })?;
    }
    Ok(())
}

/// `{"Elements": 10}` or `{"Bytes": 10}`.
fn counted(throughput: &serde_json::Value) -> Option<(f64, String)> {
    let object = throughput.as_object()?;
    let (kind, count) = object.iter().next()?;
    let unit = match kind.as_str() {
        "Elements" => "elements",
        "Bytes" | "BytesDecimal" => "B",
        "Bits" => "bit",
        _ => return None,
    };
    Some((count.as_f64()?, unit.to_owned()))
}

/// Without `benchmark.json` the folders name the benchmark.
fn title_of(folder: &str) -> String {
    let inner = folder
        .rsplit_once("criterion/")
        .map_or(folder, |(_, inner)| inner);
    let inner = inner
        .strip_suffix("/new")
        .or_else(|| inner.strip_suffix("/base"))
        .unwrap_or(inner);
    match inner {
        "" | "new" | "base" => "unnamed".to_owned(),
        named => named.to_owned(),
    }
}
