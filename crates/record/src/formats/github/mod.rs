//! github-action-benchmark: the history in `data.js`, and the JSON that its custom tools read.
//!
//! Every entry of `data.js` is a run, made at its date of its commit; runs come oldest first. A suite's name is the
//! category. The custom JSON is one run; names without a category are in `benchmark`. Which way is better: as the tool of an entry has it
//! (`customBiggerIsBetter`, `pytest`, `benchmarkjs`, …), where it does not tell or measures many things, the unit decides. Times are
//! `wall_time`, rates `throughput`, everything else `value`. Ranges such as `± 3` are texts of many kinds and are not kept.

mod custom;
mod history;

use serde::Deserialize;

use super::collection::Collection;
use super::units::{self, direction};
use super::{Document, Format, FormatError, Imported, Runs, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Github;

/// One value of one run.
#[derive(Deserialize)]
struct Bench {
    name: String,
    /// Null where the tool had no number.
    value: Option<f64>,
    unit: Option<String>,
}

impl Format for Github {
    fn name(&self) -> &'static str {
        "github-action-benchmark"
    }

    fn made_by(&self) -> &'static str {
        "the action benchmark-action/github-action-benchmark, which writes data.js"
    }

    fn recognises(&self, document: &Document) -> bool {
        history::recognises(document) || custom::recognises(document)
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        if document.text().trim_start().starts_with('[') {
            custom::read(document)
        } else {
            history::runs(document)?.collect()
        }
    }

    fn runs<'d>(&self, document: &'d Document) -> Result<Runs<'d>, FormatError> {
        if document.text().trim_start().starts_with('[') {
            Ok(Box::new(custom::read(document)?.into_iter().map(Ok)))
        } else {
            history::runs(document)
        }
    }
}

/// Adds one value. `better` is what the tool says of the direction.
fn add(
    collection: &mut Collection,
    id: &BenchmarkId,
    bench: &Bench,
    better: Option<Direction>,
    place: &str,
) -> Result<(), FormatError> {
    let entry = collection.add(id, &bench.name);
    let Some(value) = bench.value else {
        collection.fail(entry, "its value is null");
        return Ok(());
    };
    let unit = bench.unit.as_deref().unwrap_or("");
    let (metric, scale) = metric(unit, better);
    collection.scaled((entry, 0), metric, (&[value], scale), |_| place.to_owned())
}

/// The id of a name in the custom JSON, where the name of the suite stands in the workflow alone.
pub(super) fn custom_id(name: &str) -> BenchmarkId {
    if name.contains('/') {
        names::id(&[name])
    } else {
        names::id(&["benchmark", name])
    }
}

/// The metric of a unit, and the factor from the unit to the metric's.
fn metric(unit: &str, better: Option<Direction>) -> (Metric, f64) {
    let direction = better.unwrap_or_else(|| direction(unit));
    let (mut metric, scale) = units::value("value", unit, direction);
    metric.name = match (&metric.unit, direction) {
        (Unit::Nanoseconds, Direction::LowerIsBetter) => "wall_time",
        (Unit::PerSecond, Direction::HigherIsBetter) => "throughput",
        _ => "value",
    }
    .to_owned();
    (metric, scale)
}
