//! What the console shows: the benchmark, and under it a line for each event, `Instructions:  new|old  (difference)`;
//! iai, the ancestor, shows the new value alone.

use super::super::{Document, Format as _, FormatError};
use super::{Both, Entry, Gungraun};

pub(super) fn recognises(document: &Document) -> bool {
    document.lines().any(|(_, line)| {
        Row::of(line).is_some_and(|row| {
            let is_count = |text: &str| text == "N/A" || text.parse::<u64>().is_ok();
            match row.told.split_once('|') {
                Some((new, old)) => is_count(new) && is_count(old),
                None => row.title == "Instructions" && is_count(row.told),
            }
        })
    })
}

/// An indented line with a title and what is told of it.
struct Row<'a> {
    title: &'a str,
    told: &'a str,
}

impl<'a> Row<'a> {
    fn of(line: &'a str) -> Option<Self> {
        let (title, told) = line.strip_prefix("  ")?.split_once(':')?;
        let told = told.split_whitespace().next()?;
        let is_value = told.contains('|') || told.parse::<f64>().is_ok();
        is_value.then_some(Self {
            title: title.trim(),
            told,
        })
    }

    /// New and old value.
    fn values(&self, number: usize) -> Result<[Option<f64>; 2], FormatError> {
        let (new, old) = self.told.split_once('|').unwrap_or((self.told, "N/A"));
        let value = |text: &str| match text.trim_end_matches('%') {
            "N/A" => Ok(None),
            text => text.parse().map(Some).map_err(|_| {
                let problem = format!("`{text}` is no count; expected `new|old`");
                FormatError::at_line(Gungraun.name(), number, &problem)
            }),
        };
        Ok([value(new)?, value(old)?])
    }
}

pub(super) fn read(both: &mut Both, document: &Document) -> Result<(), FormatError> {
    let mut title = "";
    let mut tool = String::new();
    let mut entry: Option<Entry> = None;
    for (number, line) in document.lines() {
        if let Some(row) = Row::of(line) {
            let entry = entry.get_or_insert_with(|| {
                let (path, own) = parts(title);
                both.entry(path, own)
            });
            let event = format!("{tool}{}", event(row.title));
            let values = row.values(number)?;
            both.event(entry, &event, values, &format!("line {number}"))?;
        } else if let Some(named) = tool_of(line) {
            tool = named;
        } else if !line.starts_with(' ') && !line.trim().is_empty() {
            title = line.trim_end();
            tool.clear();
            entry = None;
        }
    }
    Ok(())
}

/// `file::group::function id:(arguments)`.
fn parts(title: &str) -> (&str, Option<&str>) {
    let (path, rest) = title.split_once(' ').unwrap_or((title, ""));
    let own = rest.split(':').next().unwrap_or("").trim();
    (path, Some(own).filter(|own| !own.is_empty()))
}

/// The prefix for events below `  ======= DHAT =======`; Callgrind's have none.
fn tool_of(line: &str) -> Option<String> {
    let inner = line.trim().strip_prefix("=======")?;
    let name = inner.trim_matches(['=', ' ']).to_lowercase();
    Some(match name.as_str() {
        "callgrind" => String::new(),
        other => format!("{other}."),
    })
}

/// The name of an event in summaries.
fn event(title: &str) -> String {
    let known = [
        ("Instructions", "Ir"),
        ("L1 Hits", "L1hits"),
        ("LL Hits", "LLhits"),
        ("L2 Hits", "LLhits"),
        ("RAM Hits", "RamHits"),
        ("Total read+write", "TotalRW"),
        ("Estimated Cycles", "EstimatedCycles"),
    ];
    if let Some((_, name)) = known.iter().find(|(shown, _)| *shown == title) {
        return (*name).to_owned();
    }
    let words = title.split(|one: char| !one.is_alphanumeric());
    let capitalised = words.filter_map(|word| {
        let first = word.chars().next()?;
        Some(
            first
                .to_uppercase()
                .chain(word.chars().skip(1))
                .collect::<String>(),
        )
    });
    capitalised.collect()
}
