//! Bencher Metric Format: benchmarks, each with measures, each with a value and perhaps its bounds.
//!
//! A measure is a metric of its name; its bounds are `NAME_lower` and `NAME_upper`. Units and directions are those of
//! Bencher's own measures (`latency` in nanoseconds, `throughput` in operations a second, `file-size` in bytes, …); other measures
//! are counts, better lower unless their name speaks of throughput, a score or accuracy.

use litemap::LiteMap;
use serde::Deserialize;

use super::collection::Collection;
use super::{Document, Format, FormatError, Imported, json, names};
use crate::{BenchmarkId, Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Bencher;

type File = LiteMap<String, LiteMap<String, Measure>>;

#[derive(Deserialize)]
struct Measure {
    value: f64,
    lower_value: Option<f64>,
    upper_value: Option<f64>,
}

impl Format for Bencher {
    fn name(&self) -> &'static str {
        "bencher"
    }

    fn made_by(&self) -> &'static str {
        "bencher mock, or whatever writes Bencher Metric Format"
    }

    /// An object of objects of objects, and in the innermost a value comes first, or a bound.
    fn recognises(&self, document: &Document) -> bool {
        let Some(rest) = opened(document.text())
            .and_then(opened_in)
            .and_then(opened_in)
        else {
            return false;
        };
        ["\"value\"", "\"lower_value\"", "\"upper_value\""]
            .iter()
            .any(|key| rest.starts_with(key))
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let file: File = json::read(self.name(), document)?;
        let mut collection = Collection::of_at_most(file.len(), self);
        for (name, measures) in file {
            let entry = collection.add(&id(&name), &name);
            for (measure, told) in &measures {
                let (metric, scale) = metric(measure);
                let all = [
                    ("", "value", Some(told.value)),
                    ("_lower", "lower_value", told.lower_value),
                    ("_upper", "upper_value", told.upper_value),
                ];
                for (end, field, value) in all {
                    let Some(value) = value else { continue };
                    let mut metric = metric.clone();
                    metric.name.push_str(end);
                    collection.scaled((entry, 0), metric, (&[value], scale), |_| {
                        format!("{name}.{measure}.{field}")
                    })?;
                }
            }
            if measures.is_empty() {
                collection.fail(entry, "it has no measures");
            }
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

/// What follows an opening brace.
fn opened(text: &str) -> Option<&str> {
    Some(text.trim_start().strip_prefix('{')?.trim_start())
}

/// What follows the opening brace of the first field.
fn opened_in(text: &str) -> Option<&str> {
    if !text.starts_with('"') {
        return None;
    }
    let after = text.get(json::string_length(text)..)?;
    opened(after.trim_start().strip_prefix(':')?)
}

pub(super) fn id(name: &str) -> BenchmarkId {
    if name.contains('/') {
        names::id(&[name])
    } else {
        names::id(&["bencher", name])
    }
}

/// The metric of a measure, and the factor from the measure's unit to the metric's.
fn metric(measure: &str) -> (Metric, f64) {
    use Direction::{HigherIsBetter, LowerIsBetter};
    let (unit, direction, scale) = match measure {
        "latency" => (Unit::Nanoseconds, LowerIsBetter, 1.0),
        "throughput" => (Unit::PerSecond, HigherIsBetter, 1.0),
        "build-time" => (Unit::Nanoseconds, LowerIsBetter, 1e9),
        "file-size" => (Unit::Bytes, LowerIsBetter, 1.0),
        other => {
            let better_higher = ["throughput", "per-second", "score", "accuracy"];
            let higher = better_higher.iter().any(|end| other.ends_with(end));
            let direction = if higher {
                HigherIsBetter
            } else {
                LowerIsBetter
            };
            (Unit::Count, direction, 1.0)
        }
    };
    (Metric::value(measure, unit, direction), scale)
}
