//! `cargo criterion --message-format json`: one JSON object a line.

use serde::Deserialize;

use super::super::collection::Collection;
use super::super::units::nanoseconds;
use super::super::{Document, Format as _, FormatError, json};
use super::Criterion;

#[derive(Deserialize)]
struct Message {
    reason: String,
}

#[derive(Deserialize)]
struct Complete {
    id: String,
    iteration_count: Vec<f64>,
    measured_values: Vec<f64>,
    unit: String,
    #[serde(default)]
    throughput: Vec<Throughput>,
}

#[derive(Deserialize)]
struct Throughput {
    per_iteration: f64,
    unit: String,
}

/// Whether there is a message, perhaps among what cargo and the console show.
pub(super) fn recognises(document: &Document) -> bool {
    let mut lines = document.lines();
    lines.any(|(_, line)| {
        line.starts_with('{')
            && line.contains("\"reason\":")
            && line.contains("\"benchmark-complete\"")
    })
}

pub(super) fn read(collection: &mut Collection, document: &Document) -> Result<(), FormatError> {
    let format = Criterion.name();
    for (number, line) in document.lines() {
        // cargo's own text may stand between the messages.
        if !line.starts_with('{') {
            continue;
        }
        let message: Message = json::read_text(format, line, number - 1)?;
        if message.reason != "benchmark-complete" {
            continue;
        }
        let complete: Complete = json::read_text(format, line, number - 1)?;
        let at = |index: usize| format!("line {number}: measured_values[{index}]");
        let Some(scale) = nanoseconds(&complete.unit) else {
            let problem = format!("the unit `{}` is no time; expected ns", complete.unit);
            return Err(FormatError::at_line(format, number, &problem));
        };
        let totals: Vec<f64> = complete
            .measured_values
            .iter()
            .map(|one| one * scale)
            .collect();
        let entry = collection.add(&super::id(&complete.id), &complete.id);
        let each = super::samples(collection, entry, &totals, &complete.iteration_count, at)?;
        if let Some(one) = complete.throughput.first() {
            let unit = if one.unit == "bytes" { "B" } else { &one.unit };
            super::throughput(collection, entry, (one.per_iteration, unit), &each, at)?;
        }
    }
    Ok(())
}
