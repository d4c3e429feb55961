//! criterion: the folder `target/criterion`, single files of it, cargo-criterion's messages, and the console's text.
//!
//! A benchmark is named `group/function/value` as criterion does; one without a group has the category `criterion`.
//! The samples are total time over iterations of each of criterion's samples; `throughput` follows from them. The
//! console and `estimates.json` hold no samples: `wall_time` is then the one estimate.

mod console;
mod files;
mod messages;

use super::collection::Collection;
use super::{Document, FolderFormat, Format, FormatError, Imported, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Criterion;

impl Format for Criterion {
    fn name(&self) -> &'static str {
        "criterion"
    }

    fn made_by(&self) -> &'static str {
        "cargo bench"
    }

    fn recognises(&self, document: &Document) -> bool {
        messages::recognises(document)
            || files::recognises(document)
            || console::recognises(document)
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let printed = document.text().matches(console::TIME).count();
        let mut collection = Collection::of_at_most(printed, self);
        if messages::recognises(document) {
            messages::read(&mut collection, document)?;
        } else if document.text().trim_start().starts_with('{') {
            files::read(&mut collection, std::slice::from_ref(document))?;
        } else {
            console::read(&mut collection, document)?;
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }

    fn folder(&self) -> Option<&dyn FolderFormat> {
        Some(self)
    }
}

impl FolderFormat for Criterion {
    fn wants(&self, path: &str) -> bool {
        files::wants(path)
    }

    fn holds_values(&self, path: &str) -> bool {
        !path.ends_with("benchmark.json")
    }

    fn read(&self, documents: &[Document]) -> Result<Vec<Imported>, FormatError> {
        let mut collection = Collection::new(self);
        files::read(&mut collection, documents)?;
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

/// The id of a title as criterion shows it.
fn id(title: &str) -> BenchmarkId {
    if title.contains('/') {
        names::id(&[title])
    } else {
        names::id(&["criterion", title])
    }
}

/// Adds the samples of a benchmark: total nanoseconds and iterations of each.
fn samples(
    collection: &mut Collection,
    entry: usize,
    totals: &[f64],
    iterations: &[f64],
    place: impl Fn(usize) -> String,
) -> Result<Vec<f64>, FormatError> {
    if totals.len() != iterations.len() {
        let problem = format!(
            "{} times and {} counts of iterations; expected equally many",
            totals.len(),
            iterations.len()
        );
        return Err(FormatError::invalid(Criterion.name(), &place(0), &problem));
    }
    collection.check(totals, &place)?;
    let each: Vec<f64> = totals
        .iter()
        .zip(iterations)
        .map(|(total, iterations)| total / iterations)
        .collect();
    collection.values((entry, 0), Metric::sampled_time(), &each, place)?;
    Ok(each)
}

/// Adds the throughput that times of iterations over `count` elements or bytes come to.
fn throughput(
    collection: &mut Collection,
    entry: usize,
    (count, unit): (f64, &str),
    nanoseconds: &[f64],
    place: impl Fn(usize) -> String,
) -> Result<(), FormatError> {
    let unit = match unit {
        "elements" => Unit::PerSecond,
        other => Unit::from(format!("{other}/s")),
    };
    let rates: Vec<f64> = nanoseconds
        .iter()
        .filter(|nanoseconds| **nanoseconds > 0.0)
        .map(|nanoseconds| count * 1e9 / nanoseconds)
        .collect();
    let metric = Metric::value("throughput", unit, Direction::HigherIsBetter).sampled();
    collection.values((entry, 0), metric, &rates, place)
}
