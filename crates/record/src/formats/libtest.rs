//! The text of Rust's own `#[bench]`: `test name ... bench:  1,234.56 ns/iter (+/- 78) = 1331 MB/s`.
//!
//! The value is libtest's median over its samples, which it does not tell; it is `wall_time`. The distance between
//! its largest and smallest sample is `time_range`, what it says of bytes is `throughput`. A benchmark is named by its path in the
//! crate, in the category `bench`. Outputs of several targets may stand one after the other.

use super::collection::Collection;
use super::units::nanoseconds;
use super::{Document, Format, FormatError, Imported, names};
use crate::{Direction, Metric, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct Libtest;

const MARK: &str = "bench:";

impl Format for Libtest {
    fn name(&self) -> &'static str {
        "libtest"
    }

    fn made_by(&self) -> &'static str {
        "cargo +nightly bench"
    }

    fn recognises(&self, document: &Document) -> bool {
        document.lines().any(|(_, line)| {
            parts(line).is_some_and(|(_, told)| told.contains("/iter") || told.contains("/s (+/-"))
        })
    }

    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError> {
        let mut collection = Collection::of_at_most(document.text().matches(MARK).count(), self);
        for (number, line) in document.lines() {
            if let Some((name, told)) = parts(line) {
                add(&mut collection, number, name, told)?;
            } else if let Some(name) = failed(line) {
                let entry = collection.add(&names::id(&["bench", name]), name);
                collection.fail(entry, "cargo bench says that it failed");
            }
        }
        Ok(vec![Imported::new(self, collection.finish()?)])
    }
}

/// The name, and what stands after `bench:`.
fn parts(line: &str) -> Option<(&str, &str)> {
    let rest = line.trim_start().strip_prefix("test ")?;
    let (name, told) = rest.split_once(MARK)?;
    let name = name.trim_end().strip_suffix("...")?.trim();
    Some((name, told.trim()))
}

fn failed(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix("test ")?;
    let name = rest.trim_end().strip_suffix("FAILED")?;
    Some(name.trim_end().strip_suffix("...")?.trim())
}

fn add(
    collection: &mut Collection,
    number: usize,
    name: &str,
    told: &str,
) -> Result<(), FormatError> {
    let wrong = || {
        let problem = format!("`{told}` is no time; expected `1,234.56 ns/iter (+/- 78)`");
        FormatError::at_line(Libtest.name(), number, &problem)
    };
    let (value, rest) = told.split_once(' ').ok_or_else(wrong)?;
    let (unit, rest) = rest.split_once('/').ok_or_else(wrong)?;
    // Some harnesses tell cycles, or a rate, in the same words.
    let unit = unit.trim();
    let lower = Direction::LowerIsBetter;
    let (metric, scale, rest) = match (rest.strip_prefix("iter"), nanoseconds(unit)) {
        (Some(rest), Some(scale)) => {
            let metric = Metric::value("wall_time", Unit::Nanoseconds, lower);
            (metric, scale, rest)
        }
        (Some(rest), None) if is_word(unit) => {
            let metric = Metric::value(unit, Unit::from(unit.to_owned()), lower);
            (metric, 1.0, rest)
        }
        (None, None) if is_word(unit) && rest.starts_with("s ") => {
            let per_second = Unit::from(format!("{unit}/s"));
            let metric = Metric::value("rate", per_second, Direction::HigherIsBetter);
            (metric, 1.0, &rest[1..])
        }
        _ => return Err(wrong()),
    };
    let time = amount(value).ok_or_else(wrong)?;
    let entry = collection.add(&names::id(&["bench", name]), name);
    let place = |_| format!("line {number}");
    let told_of = metric.clone();
    collection.scaled((entry, 0), metric, (&[time], scale), place)?;
    let range = rest
        .split_once("(+/-")
        .and_then(|(_, range)| range.split_once(')'));
    if let Some((range, _)) = range {
        let range = amount(range.trim()).ok_or_else(wrong)?;
        let metric = Metric::value(range_of(&told_of.name), told_of.unit, lower);
        collection.scaled((entry, 0), metric, (&[range], scale), place)?;
    }
    if let Some((_, rate)) = rest.split_once(" = ") {
        let rate = rate.trim().strip_suffix("MB/s").ok_or_else(wrong)?;
        let rate = amount(rate.trim()).ok_or_else(wrong)?;
        let unit = Unit::Other("MB/s".into());
        let metric = Metric::value("throughput", unit, Direction::HigherIsBetter);
        collection.values((entry, 0), metric, &[rate], place)?;
    }
    Ok(())
}

fn is_word(unit: &str) -> bool {
    !unit.is_empty() && unit.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn range_of(metric: &str) -> String {
    format!("{}_range", metric.trim_start_matches("wall_"))
}

/// A number with commas between thousands.
fn amount(text: &str) -> Option<f64> {
    let first = text.as_bytes().first()?;
    if !first.is_ascii_digit() && *first != b'-' {
        return None;
    }
    text.replace(',', "").parse().ok()
}
