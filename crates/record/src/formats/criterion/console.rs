//! What criterion prints: `name  time:   [lower estimate upper]`, long names on a line of their own.

use super::super::collection::Collection;
use super::super::units::nanoseconds;
use super::super::{Document, Format as _, FormatError};
use super::Criterion;
use crate::Metric;

pub(super) const TIME: &str = "time:   [";

pub(super) fn recognises(document: &Document) -> bool {
    !document.text().trim_start().starts_with(['{', '['])
        && document
            .lines()
            .any(|(_, line)| line.contains(TIME) && line.trim_end().ends_with(']'))
}

pub(super) fn read(collection: &mut Collection, document: &Document) -> Result<(), FormatError> {
    let mut before = "";
    for (number, line) in document.lines() {
        let Some((name, times)) = line.split_once(TIME) else {
            before = line;
            continue;
        };
        let name = match name.trim() {
            "" => before.trim(),
            own => own,
        };
        let estimate = estimate(times).ok_or_else(|| {
            let problem = format!(
                "`[{}` is not three times; expected [lower estimate upper] with their units",
                times.trim()
            );
            FormatError::at_line(Criterion.name(), number, &problem)
        })?;
        let entry = collection.add(&super::id(name), name);
        collection.values((entry, 0), Metric::sampled_time(), &[estimate], |_| {
            format!("line {number}")
        })?;
    }
    Ok(())
}

/// The middle one of three times, in nanoseconds.
fn estimate(times: &str) -> Option<f64> {
    let inner = times.trim().strip_suffix(']')?;
    let fields: Vec<&str> = inner.split_whitespace().collect();
    let [_, _, value, unit, _, _] = fields.as_slice() else {
        return None;
    };
    Some(value.parse::<f64>().ok()? * nanoseconds(unit)?)
}
