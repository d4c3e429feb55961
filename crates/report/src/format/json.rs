//! The stored value itself, so that a report in JSON can be read back as what it was made from.

use std::fmt::Write as _;

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::Run;
use serde::Serialize;

use super::Renderer;

/// Indented JSON with its schema version.
#[derive(Debug)]
pub(crate) struct Json;

impl Renderer for Json {
    fn run(&self, run: &Run, _goals: &[GoalOutcome]) -> String {
        written(run)
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        written(comparison)
    }
}

fn written<T: Serialize>(value: &T) -> String {
    let mut text = serde_json::to_string_pretty(value).unwrap_or_else(|error| {
        // Records hold only text keys and numbers: nothing in them fails to encode.
        unreachable!("a record is always JSON: {error}")
    });
    let _ = writeln!(text);
    text
}
