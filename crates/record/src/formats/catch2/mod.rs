//! Catch2's benchmarks: what the console reporter prints, and the XML reporter's file (`-r xml`), versions 2 and 3.
//!
//! Catch2 tells no samples: `mean_time` comes first, with the ends of its confidence interval as `mean_time_lower` and
//! `mean_time_upper`, then `standard_deviation`. The category is the test case, the name its sections and the benchmark.

mod console;
mod xml;

use super::collection::Collection;
use super::{Document, Format, FormatError, Imported, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Catch2;

impl Format for Catch2 {
    fn name(&self) -> &'static str {
        "catch2"
    }

    fn made_by(&self) -> &'static str {
        "EXECUTABLE, or EXECUTABLE -r xml, with BENCHMARK of Catch2"
    }

    fn recognises(&self, document: &Document) -> bool {
        xml::recognises(document) || console::recognises(document)
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let mut collection = Collection::new(self);
        if document.text().trim_start().starts_with('<') {
            xml::read(&mut collection, document)?;
        } else {
            console::read(&mut collection, document)?;
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

/// What is told of one benchmark, in nanoseconds.
enum Told {
    /// The mean alone.
    Mean(f64),
    /// The mean with the ends of its interval, and the standard deviation.
    All([f64; 3], f64),
}

/// The benchmark `name` in a test case and its sections.
fn entry(collection: &mut Collection, test: &[String], name: &str) -> usize {
    let mut parts: Vec<&str> = test.iter().map(String::as_str).collect();
    if parts.is_empty() {
        parts.push("catch2");
    }
    parts.push(name);
    collection.add(&names::id(&parts), &parts.join(" > "))
}

fn add(
    collection: &mut Collection,
    entry: usize,
    told: &Told,
    place: &str,
) -> Result<(), FormatError> {
    let all = match *told {
        Told::Mean(value) => vec![("mean_time", value)],
        Told::All([value, lower, upper], standard_deviation) => vec![
            ("mean_time", value),
            ("mean_time_lower", lower),
            ("mean_time_upper", upper),
            ("standard_deviation", standard_deviation),
        ],
    };
    for (name, value) in all {
        let metric = Metric::value(name, Unit::Nanoseconds, Direction::LowerIsBetter);
        collection.values((entry, 0), metric, &[value], |_| place.to_owned())?;
    }
    Ok(())
}
