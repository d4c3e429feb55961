//! Summaries in JSON. Versions 1 and 2 have `callgrind_summary.summaries[].events`, 3 and 4
//! `callgrind_summary.callgrind_run.total.summary`, 5 and 6 `profiles[].summaries.total.summary`, 7
//! `profiles[].data.total.metrics`.

use serde_json::{Map, Value};

use super::super::{Document, Format as _, FormatError, json};
use super::{Both, Gungraun};

/// The field that every version has and nothing else.
const MARK: &str = "\"benchmark_exe\"";

pub(super) fn recognises(document: &Document) -> bool {
    document.text().contains(MARK)
}

/// Reads every summary: they begin at the beginning of a line, and anything may stand between them.
pub(super) fn read(both: &mut Both, document: &Document) -> Result<(), FormatError> {
    let mut rest = document.text();
    let mut lines_before = 0;
    let mut number = 0;
    while let Some(at) = next_object(rest) {
        lines_before += rest[..at].matches('\n').count();
        rest = &rest[at..];
        let (value, length) = json::read_first(Gungraun.name(), rest, lines_before)?;
        lines_before += rest[..length].matches('\n').count();
        rest = &rest[length..];
        add(both, &value, number)?;
        number += 1;
    }
    Ok(())
}

/// Where the next line begins that begins with a brace.
fn next_object(text: &str) -> Option<usize> {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        // Summaries may stand in a list.
        let begins = line.trim_start_matches([' ', '\t', '[', ',']);
        if begins.starts_with('{') {
            return Some(at + line.len() - begins.len());
        }
        at += line.len();
    }
    None
}

fn add(both: &mut Both, summary: &Value, number: usize) -> Result<(), FormatError> {
    let text = |key: &str| summary.get(key).and_then(Value::as_str);
    // Messages of cargo are JSON, too.
    let (Some(path), Some(_)) = (text("module_path"), text("benchmark_exe")) else {
        return Ok(());
    };
    let own = text("id").filter(|id| !id.is_empty());
    let mut entry = both.entry(path, own);
    let at = format!("summary {}, {path}", number + 1);
    let mut callgrind: Vec<(&str, &Map<String, Value>)> = Vec::new();
    let mut others: Vec<(&str, &Map<String, Value>)> = Vec::new();
    let old = summary.get("callgrind_summary");
    if let Some(total) = old.and_then(|old| old.pointer("/callgrind_run/total/summary")) {
        callgrind.extend(total.as_object().map(|events| ("", events)));
    }
    let summaries = old.and_then(|old| old.get("summaries"));
    for one in summaries.and_then(Value::as_array).into_iter().flatten() {
        callgrind.extend(
            one.get("events")
                .and_then(Value::as_object)
                .map(|events| ("", events)),
        );
    }
    for key in ["profiles", "tool_summaries"] {
        for profile in summary
            .get(key)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
        {
            let tool = profile.get("tool").and_then(Value::as_str).unwrap_or("");
            for events in totals(profile) {
                if tool == "Callgrind" {
                    callgrind.push(("", events));
                } else {
                    others.push((tool, events));
                }
            }
        }
    }
    for (tool, events) in callgrind.into_iter().chain(others) {
        let prefix = match tool {
            "" => String::new(),
            tool => format!("{}.", tool.to_lowercase()),
        };
        // Instructions come first, for the first metric is judged.
        let first = events.iter().filter(|(name, _)| *name == "Ir");
        let then = events.iter().filter(|(name, _)| *name != "Ir");
        for (name, told) in first.chain(then) {
            let place = format!("{at}.{prefix}{name}");
            let values = values(told, &place)?;
            both.event(&mut entry, &format!("{prefix}{name}"), values, &place)?;
        }
    }
    if let Some(version) = text("version") {
        both.version = Some(format!("summary version {version}"));
    }
    Ok(())
}

/// The events of a tool's run over all its parts.
fn totals(profile: &Value) -> Vec<&Map<String, Value>> {
    if let Some(metrics) = profile.pointer("/data/total/metrics") {
        return metrics.as_object().into_iter().collect();
    }
    let summary = profile.pointer("/summaries/total/summary");
    // The events stand below the name of the tool, or of a kind of errors.
    let by_tool = summary.and_then(Value::as_object).into_iter().flatten();
    by_tool
        .filter_map(|(_, events)| events.as_object())
        .collect()
}

/// New and old value of an event, in any version's way.
fn values(told: &Value, place: &str) -> Result<[Option<f64>; 2], FormatError> {
    let wrong = || {
        let problem = "it has neither a new nor an old value; expected one or both";
        FormatError::invalid(Gungraun.name(), place, problem)
    };
    let pair = told.get("values").unwrap_or(told);
    let named = [pair.get("new"), pair.get("old")];
    let either = told.get("metrics");
    let sides = match either {
        None => named,
        Some(either) => match (either.get("Both"), either.get("Left"), either.get("Right")) {
            (Some(both), ..) => [both.get(0), both.get(1)],
            (None, left, right) => [left, right],
        },
    };
    let numbers = sides.map(|side| side.and_then(number));
    if numbers == [None, None] {
        return Err(wrong());
    }
    Ok(numbers)
}

/// A number, plain or as `{"Int": 1}`.
fn number(value: &Value) -> Option<f64> {
    let plain = value.get("Int").or_else(|| value.get("Float"));
    plain.unwrap_or(value).as_f64()
}
