//! A comparison as a table, gravest first, in groups where they are asked for, and the one line that is its verdict.

use std::fmt::Write as _;

use fabench_gate::{BenchmarkComparison, Comparison, Estimate, Excuse, Kind, Verdict};

use crate::group::labels;
use crate::table::{printable, printable_lines, table};
use crate::{GroupBy, Style, percent_change, quantity, since};

/// One line per judged metric, gravest verdicts first, then the reasons and remedies. With groups, the one with the
/// gravest verdict comes first.
///
/// The column `would show` is the smallest cost increase that this much evidence would have reported.
pub fn comparison_table(comparison: &Comparison, group_by: &[GroupBy], style: Style) -> String {
    let mut entries: Vec<_> = comparison.benchmarks.iter().collect();
    entries.sort_by(|a, b| (a.verdict, &a.id, &a.metric).cmp(&(b.verdict, &b.id, &b.metric)));
    let mut out = table_of(comparison.kind, &grouped(&entries, group_by), style);
    out.push_str(&reasons(&entries, style));
    out
}

/// Entries under their group's title, both in the order of the entries; under no title without groups.
fn grouped<'a>(
    entries: &[&'a BenchmarkComparison],
    group_by: &[GroupBy],
) -> Vec<(Option<String>, Vec<&'a BenchmarkComparison>)> {
    if group_by.is_empty() {
        return vec![(None, entries.to_vec())];
    }
    let mut groups: Vec<(Option<String>, Vec<&BenchmarkComparison>)> = Vec::new();
    for entry in entries {
        let title = Some(labels(group_by, &entry.id, &entry.parameters));
        match groups.iter_mut().find(|(known, _)| *known == title) {
            Some((_, members)) => members.push(entry),
            None => groups.push((title, vec![entry])),
        }
    }
    groups
}

fn table_of(
    kind: Kind,
    groups: &[(Option<String>, Vec<&BenchmarkComparison>)],
    style: Style,
) -> String {
    let header = [
        "verdict",
        "benchmark",
        "metric",
        "baseline",
        "now",
        "cost",
        "interval",
        "would show",
        "launches",
        "time",
    ];
    // Stored runs took no time of this comparison.
    let columns = match kind {
        Kind::SideBySide => header.len(),
        Kind::Stored => header.len() - 1,
    };
    let header: Vec<_> = header[..columns].iter().map(|&name| name.into()).collect();
    let entries = groups.iter().flat_map(|(_, members)| members);
    let rows = entries.map(|entry| row(entry)[..columns].to_vec());
    let text = table(&header, &rows.collect::<Vec<_>>(), 3);
    let mut lines = text.lines();
    let titled = groups.iter().any(|(title, _)| title.is_some());
    let indent = if titled { "  " } else { "" };
    let head = style.dim(lines.next().unwrap_or_default());
    let mut out = format!("{indent}{head}\n");
    for (title, members) in groups {
        if let Some(title) = title {
            let _ = writeln!(out, "{}", style.bold(&printable(title)));
        }
        for (entry, line) in members.iter().zip(&mut lines) {
            // Painted after the layout: escape sequences have no width.
            let word = entry.verdict.to_string();
            let rest = line.strip_prefix(word.as_str()).unwrap_or(line);
            let word = verdict_word(entry.verdict, &word, style);
            let _ = writeln!(out, "{indent}{word}{rest}");
        }
    }
    out
}

/// Why, for what somebody has to look at; what is only undecided stands in the table. Each remedy is said once.
fn reasons(entries: &[&BenchmarkComparison], style: Style) -> String {
    let mut out = String::new();
    let told = entries.iter().filter(|entry| {
        let quiet = matches!(
            entry.verdict,
            Verdict::Unchanged | Verdict::New | Verdict::Inconclusive
        );
        !quiet || entry.excuse.is_some()
    });
    for entry in told {
        let word = entry.verdict.to_string();
        let _ = write!(
            out,
            "\n{} {}: {}",
            verdict_word(entry.verdict, &word, style),
            printable(entry.id.as_str()),
            printable_lines(&entry.reason)
        );
        if let Some(found) = &entry.since {
            let _ = write!(out, "; {}", printable(&since(found, &entry.unit)));
        }
        let let_pass = match &entry.excuse {
            Some(Excuse::Accepted { reason }) => format!("accepted, {reason}"),
            Some(Excuse::Muted { reason, until }) => format!("muted until {until}, {reason}"),
            None => continue,
        };
        let _ = write!(out, "\n  let pass: {}", printable_lines(&let_pass));
    }
    let mut remedies: Vec<(&str, usize)> = Vec::new();
    for remedy in entries.iter().filter_map(|entry| entry.remedy.as_deref()) {
        match remedies.iter_mut().find(|(known, _)| *known == remedy) {
            Some((_, times)) => *times += 1,
            None => remedies.push((remedy, 1)),
        }
    }
    for (remedy, times) in remedies {
        let benchmarks = if times == 1 {
            "benchmark"
        } else {
            "benchmarks"
        };
        let _ = write!(
            out,
            "\n{}",
            style.dim(&printable_lines(&format!("{times} {benchmarks}: {remedy}")))
        );
    }
    if out.is_empty() { out } else { out + "\n" }
}

/// All of it in one line: the gravest verdict first, with the names that matter.
pub fn comparison_verdict(comparison: &Comparison, style: Style) -> String {
    let count = |verdict| {
        comparison
            .overall
            .counts
            .get(&verdict)
            .copied()
            .unwrap_or(0)
    };
    let excused = comparison.overall.excused;
    let Some(gravest) = comparison.overall.verdict else {
        return match excused {
            0 => style.notice("nothing compared: neither side has a benchmark"),
            _ => style.notice(&format!("no regression: {excused} let pass")),
        };
    };
    let mut parts = Vec::new();
    for &verdict in comparison.overall.counts.keys() {
        let named = matches!(
            verdict,
            Verdict::Regression | Verdict::Warning | Verdict::Failed | Verdict::Missing
        );
        parts.push(if named {
            named_part(comparison, verdict)
        } else {
            format!("{} {verdict}", count(verdict))
        });
    }
    if excused > 0 {
        parts.push(format!("{excused} let pass"));
    }
    let text = printable(&parts.join("; "));
    match gravest {
        _ if comparison.overall.nothing_compared => {
            style.notice(&format!("nothing compared: {text}"))
        }
        Verdict::Regression | Verdict::Failed => style.bad(&text),
        Verdict::Missing | Verdict::Warning | Verdict::NotComparable => style.notice(&text),
        Verdict::Inconclusive => style.notice(&format!("no regression found; {text}")),
        Verdict::Improvement | Verdict::Unchanged | Verdict::New => {
            style.good(&format!("no regression: {text}"))
        }
    }
}

/// `regression: a/b +12.0 %, c/d +103 %`; at most four names.
fn named_part(comparison: &Comparison, verdict: Verdict) -> String {
    let entries: Vec<_> = comparison.with(verdict).collect();
    let mut names: Vec<_> = entries
        .iter()
        .take(4)
        .map(|entry| match &entry.ratio {
            Some(ratio) => format!("{} {}", entry.id, percent_change(ratio.estimate)),
            None => entry.id.to_string(),
        })
        .collect();
    if entries.len() > names.len() {
        names.push(format!("and {} more", entries.len() - names.len()));
    }
    format!("{verdict}: {}", names.join(", "))
}

fn row(entry: &BenchmarkComparison) -> [String; 10] {
    let value = |side: &Option<Estimate>| match side {
        Some(estimate) => quantity(estimate.value, &entry.unit),
        None => "–".to_owned(),
    };
    let launches =
        |side: &Option<Estimate>| side.as_ref().map_or(0, |estimate| estimate.launches.len());
    let (change, interval) = match &entry.ratio {
        Some(ratio) => (
            percent_change(ratio.estimate),
            format!(
                "{} … {}",
                percent_change(ratio.lower),
                percent_change(ratio.upper)
            ),
        ),
        None => ("–".to_owned(), "–".to_owned()),
    };
    [
        entry.verdict.to_string(),
        entry.id.to_string(),
        entry.metric.clone(),
        value(&entry.baseline),
        value(&entry.candidate),
        change,
        interval,
        entry
            .minimum_detectable_change
            .map_or("–".to_owned(), |change| percent_change(1.0 + change)),
        format!(
            "{} | {}",
            launches(&entry.baseline),
            launches(&entry.candidate)
        ),
        entry.side_by_side.map_or("–".to_owned(), |spent| {
            format!("{:.1} s", spent.spent_ms as f64 / 1e3)
        }),
    ]
}

fn verdict_word(verdict: Verdict, word: &str, style: Style) -> String {
    match verdict {
        Verdict::Regression | Verdict::Failed => style.bad(word),
        Verdict::Missing | Verdict::Warning | Verdict::NotComparable | Verdict::Inconclusive => {
            style.notice(word)
        }
        Verdict::Improvement => style.good(word),
        Verdict::Unchanged | Verdict::New => word.to_owned(),
    }
}
