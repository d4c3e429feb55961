//! `data.js`: a script that assigns one JSON object, with the entries of each suite.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::super::collection::Collection;
use super::super::{Document, Format as _, FormatError, Imported, Moment, json, names};
use super::{Bench, Github};
use crate::{Direction, Source};

/// What stands before the object.
const ASSIGNED: &str = "window.BENCHMARK_DATA";

#[derive(Deserialize)]
struct File {
    entries: BTreeMap<String, Vec<Entry>>,
}

#[derive(Deserialize)]
struct Entry {
    commit: Option<Commit>,
    date: Option<i64>,
    tool: Option<String>,
    benches: Vec<Bench>,
}

#[derive(Deserialize)]
struct Commit {
    id: Option<String>,
}

pub(super) fn recognises(document: &Document) -> bool {
    document.text().trim_start().starts_with(ASSIGNED)
        || document.begins_and_holds('{', &["\"lastUpdate\"", "\"repoUrl\"", "\"entries\""])
}

pub(super) fn read(document: &Document) -> Result<Vec<Imported>, FormatError> {
    let text = document.text().trim();
    let lines_before = document.text().len() - document.text().trim_start().len();
    let lines_before = document.text()[..lines_before].matches('\n').count();
    let object = match text.strip_prefix(ASSIGNED) {
        None => text,
        Some(rest) => {
            let rest = rest.trim_start().strip_prefix('=').unwrap_or(rest);
            rest.trim_end_matches([';', ' ', '\n', '\r'])
        }
    };
    let file: File = json::read_text(Github.name(), object, lines_before)?;
    let mut runs = Vec::new();
    for (suite, entries) in &file.entries {
        for (index, entry) in entries.iter().enumerate() {
            let at = format!("entries.{suite}[{index}]");
            if !entry.benches.is_empty() {
                runs.push(run(suite, entry, &at)?);
            }
        }
    }
    if runs.is_empty() {
        Collection::new(&Github).finish()?;
    }
    // Entries of several suites are put into one order; those of one commit and date stay together.
    runs.sort_by_key(|run| match run.started_at {
        Some(Moment::UnixMs(at)) => at,
        _ => i64::MIN,
    });
    Ok(runs)
}

fn run(suite: &str, entry: &Entry, at: &str) -> Result<Imported, FormatError> {
    let mut collection = Collection::new(&Github);
    let better = entry.tool.as_deref().and_then(better);
    for (index, bench) in entry.benches.iter().enumerate() {
        let place = format!("{at}.benches[{index}].value");
        let id = names::id(&[suite, &bench.name]);
        super::add(&mut collection, &id, bench, better, &place)?;
    }
    let mut imported = Imported::new(&Github, collection.finish()?);
    imported.started_at = entry.date.map(Moment::UnixMs);
    imported.source = Source {
        commit: entry.commit.as_ref().and_then(|commit| commit.id.clone()),
        ..Source::default()
    };
    if let Some(tool) = &entry.tool {
        imported.machine.toolchain.clone_from(tool);
    }
    Ok(imported)
}

/// What the action itself takes for better, where all values of a tool are alike.
fn better(tool: &str) -> Option<Direction> {
    match tool {
        "customBiggerIsBetter" | "benchmarkjs" | "pytest" => Some(Direction::HigherIsBetter),
        "customSmallerIsBetter"
        | "cargo"
        | "googlecpp"
        | "catch2"
        | "benchmarkdotnet"
        | "julia"
        | "benchmarkluau" => Some(Direction::LowerIsBetter),
        _ => None,
    }
}
