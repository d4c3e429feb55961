//! The baseline of older versions of the suite: `{"category.name": {"duration_ms": …, "throughput_ops_sec": …, …}}`.
//!
//! `duration_ms` is `wall_time`, `throughput_ops_sec` `throughput`, `memory_mb` `memory` and `cpu_percent` `cpu`. The first part
//! of a name is the category. Of the machine and the method nothing is known; the commit is that of the first benchmark
//! that tells one, the time that of the latest.

use litemap::LiteMap;
use serde::Deserialize;

use super::collection::Collection;
use super::{Document, Format, FormatError, Imported, Moment, json, names};
use crate::{Direction, Metric, Source, Unit};

/// Name of the format.
pub const FLAT_BASELINE: &str = "flat-baseline";

/// See the module.
#[derive(Debug)]
pub(super) struct FlatBaseline;

#[derive(Deserialize)]
struct Values {
    duration_ms: Option<f64>,
    throughput_ops_sec: Option<f64>,
    memory_mb: Option<f64>,
    cpu_percent: Option<f64>,
    timestamp: Option<String>,
    git_commit: Option<String>,
}

impl Format for FlatBaseline {
    fn name(&self) -> &'static str {
        FLAT_BASELINE
    }

    fn made_by(&self) -> &'static str {
        "the older performance suite, as performance_baseline.json"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.begins_and_holds('{', &["\"duration_ms\""])
            && !document.text().contains("\"schema_version\"")
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: LiteMap<String, Values> = json::read(self.name(), document)?;
        let mut collection = Collection::of_at_most(file.len(), self);
        for (name, values) in &file {
            add(&mut collection, name, values)?;
        }
        let mut imported = Imported::new(self, collection.finish()?);
        let latest = file.values().filter_map(|one| one.timestamp.clone()).max();
        imported.started_at = latest.map(Moment::Written);
        let commit = file.values().find_map(|one| one.git_commit.clone());
        imported.source = Source {
            commit: commit.filter(|commit| commit != "unknown" && !commit.is_empty()),
            ..Source::default()
        };
        Ok(vec![imported])
    }
}

fn add(collection: &mut Collection, name: &str, values: &Values) -> Result<(), FormatError> {
    let (category, own) = name.split_once('.').unwrap_or(("baseline", name));
    let entry = collection.add(&names::id(&[category, own]), name);
    let (lower, higher) = (Direction::LowerIsBetter, Direction::HigherIsBetter);
    let percent = Unit::Other("%".into());
    let all = [
        (
            "duration_ms",
            Metric::sampled_time(),
            1e6,
            values.duration_ms,
        ),
        (
            "throughput_ops_sec",
            Metric::value("throughput", Unit::PerSecond, higher),
            1.0,
            values.throughput_ops_sec,
        ),
        (
            "memory_mb",
            Metric::value("memory", Unit::Bytes, lower),
            1e6,
            values.memory_mb,
        ),
        (
            "cpu_percent",
            Metric::value("cpu", percent, lower),
            1.0,
            values.cpu_percent,
        ),
    ];
    for (field, metric, scale, value) in all {
        let Some(value) = value else { continue };
        collection.scaled((entry, 0), metric, (&[value], scale), |_| {
            format!("{name}.{field}")
        })?;
    }
    Ok(())
}
