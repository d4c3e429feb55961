//! `data.js`: a script that assigns one JSON object, with the entries of each suite.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde::Deserialize;
use serde_json::value::RawValue;

use super::super::collection::Collection;
use super::super::{Document, Format as _, FormatError, Imported, Moment, Runs, json, names};
use super::{Bench, Github};
use crate::{Direction, Source};

/// What stands before the object.
const ASSIGNED: &str = "window.BENCHMARK_DATA";

/// The whole file, of which nothing is kept but where the entries stand.
#[derive(Deserialize)]
struct File<'d> {
    #[serde(borrow)]
    entries: BTreeMap<String, Vec<&'d RawValue>>,
}

/// The whole file once more, for the path to what is wrong in it.
#[derive(Deserialize)]
struct Checked {
    #[serde(rename = "entries")]
    _entries: BTreeMap<String, Vec<CheckedEntry>>,
}

#[derive(Deserialize)]
#[serde(from = "Entry")]
struct CheckedEntry;

impl From<Entry> for CheckedEntry {
    fn from(_: Entry) -> Self {
        Self
    }
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

pub(super) fn runs(document: &Document) -> Result<Runs<'_>, FormatError> {
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
    json::read_text::<Checked>(Github.name(), object, lines_before)?;
    let file: File<'_> = json::read_text(Github.name(), object, lines_before)?;
    let mut places = Vec::new();
    for (suite, entries) in file.entries {
        let suite: Rc<str> = suite.into();
        for (index, text) in entries.into_iter().enumerate() {
            let suite = Rc::clone(&suite);
            let place = Place { suite, index, text };
            if let Some(run) = place.run()? {
                places.push((run.started_at.as_ref().and_then(unix_ms), place));
            }
        }
    }
    if places.is_empty() {
        Collection::new(&Github).finish()?;
    }
    // Entries of several suites are put into one order; those of one commit and date stay together.
    places.sort_by_key(|(started_at, _)| *started_at);
    let runs = places.into_iter();
    Ok(Box::new(
        runs.filter_map(|(_, place)| place.run().transpose()),
    ))
}

fn unix_ms(moment: &Moment) -> Option<i64> {
    match moment {
        Moment::UnixMs(at) => Some(*at),
        Moment::Written(_) => None,
    }
}

/// Where an entry stands.
struct Place<'d> {
    suite: Rc<str>,
    index: usize,
    text: &'d RawValue,
}

impl Place<'_> {
    /// The run of the entry, which has none if it has no benchmarks.
    fn run(&self) -> Result<Option<Imported>, FormatError> {
        let entry: Entry = json::read_text(Github.name(), self.text.get(), 0)?;
        if entry.benches.is_empty() {
            return Ok(None);
        }
        let at = format!("entries.{}[{}]", self.suite, self.index);
        run(&self.suite, entry, &at).map(Some)
    }
}

fn run(suite: &str, entry: Entry, at: &str) -> Result<Imported, FormatError> {
    let mut collection = Collection::of_at_most(entry.benches.len(), &Github);
    let better = entry.tool.as_deref().and_then(better);
    for (index, bench) in entry.benches.into_iter().enumerate() {
        let place = format!("{at}.benches[{index}].value");
        let id = names::id(&[suite, &bench.name]);
        super::add(&mut collection, &id, &bench, better, &place)?;
    }
    let mut imported = Imported::new(&Github, collection.finish()?);
    imported.started_at = entry.date.map(Moment::UnixMs);
    imported.source = Source {
        commit: entry.commit.and_then(|commit| commit.id),
        ..Source::default()
    };
    if let Some(tool) = entry.tool {
        imported.machine.toolchain = tool;
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
