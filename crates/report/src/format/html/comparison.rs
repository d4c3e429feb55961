//! A comparison as a page: what got worse, what got better, the picture of all, the rest folded.

use fabench_gate::{BenchmarkComparison, Comparison, Estimate, Excuse, Identity, Kind, Verdict};

use super::page::{Tone, cell, facts, folded, heading, machine_facts, table};
use crate::drawing::forest;
use crate::profile::{WHY_COLUMNS, why_rows};
use crate::{Style, comparison_verdict, percent_change, quantity, since};

const COLUMNS: [&str; 10] = [
    "verdict",
    "benchmark",
    "metric",
    "baseline",
    "now",
    "cost",
    "interval",
    "would show",
    "launches",
    "reason",
];

pub(super) fn page(comparison: &Comparison) -> String {
    let verdict = comparison_verdict(comparison, Style::Plain);
    let tone = match comparison.overall.verdict {
        Some(Verdict::Regression | Verdict::Failed | Verdict::Warning) => Tone::Worse,
        Some(Verdict::Improvement | Verdict::Unchanged) => Tone::Better,
        _ => Tone::Plain,
    };
    let how = match comparison.kind {
        Kind::SideBySide => "measured side by side",
        Kind::Stored => "stored results",
    };
    let title = format!("{}: comparison", comparison.candidate.suite.name);
    let subtitle = format!(
        "{} → {}, {how}",
        name(&comparison.baseline),
        name(&comparison.candidate)
    );
    let picture = forest(comparison).map_or(String::new(), |canvas| {
        format!("<div class=\"wide\">\n{}</div>\n", canvas.inline(&verdict))
    });
    let body = tables(comparison, &picture) + &environment(comparison);
    super::page::page(&title, &subtitle, &verdict, tone, &body)
}

fn tables(comparison: &Comparison, picture: &str) -> String {
    let mut entries: Vec<_> = comparison.benchmarks.iter().collect();
    entries.sort_by(|a, b| (a.verdict, &a.id, &a.metric).cmp(&(b.verdict, &b.id, &b.metric)));
    let of = |verdicts: &[Verdict]| -> Vec<String> {
        let wanted = entries
            .iter()
            .filter(|it| it.excuse.is_none() && verdicts.contains(&it.verdict));
        wanted.map(|entry| row(entry)).collect()
    };
    let shown = [
        ("Worse", of(&[Verdict::Regression, Verdict::Warning])),
        (
            "Not judged",
            of(&[Verdict::Failed, Verdict::Missing, Verdict::NotComparable]),
        ),
        ("Better", of(&[Verdict::Improvement])),
    ];
    let mut out = String::new();
    for (title, rows) in shown.iter().filter(|(_, rows)| !rows.is_empty()) {
        out.push_str(&(heading(title) + &table(&COLUMNS, 3, rows)));
    }
    out.push_str(&why(&entries));
    out.push_str(picture);
    let excused: Vec<String> = entries
        .iter()
        .filter(|it| it.excuse.is_some())
        .map(|entry| row(entry))
        .collect();
    let hidden = [
        ("undecided", of(&[Verdict::Inconclusive])),
        ("let pass", excused),
        ("unchanged or new", of(&[Verdict::Unchanged, Verdict::New])),
    ];
    for (title, rows) in hidden.iter().filter(|(_, rows)| !rows.is_empty()) {
        out.push_str(&folded(
            &format!("{} {title}", rows.len()),
            &table(&COLUMNS, 3, rows),
        ));
    }
    out
}

/// The functions that grew, where profiles were taken.
fn why(entries: &[&BenchmarkComparison]) -> String {
    let columns: Vec<&str> = std::iter::once("benchmark").chain(WHY_COLUMNS).collect();
    let rows = entries.iter().flat_map(|entry| {
        why_rows(entry).into_iter().map(|cells| {
            let [what, function, numbers @ ..] = &cells;
            let numbers: String = numbers.iter().map(|number| cell("", number)).collect();
            let named = [cell("l", entry.id.as_str()), cell("l", what)];
            named.concat() + &cell("l wrap", function) + &numbers
        })
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    heading("Why") + &table(&columns, 3, &rows)
}

fn row(entry: &BenchmarkComparison) -> String {
    let class = match entry.verdict {
        Verdict::Regression | Verdict::Failed | Verdict::Warning => "l worse",
        Verdict::Improvement => "l better",
        _ => "l",
    };
    let value = |side: &Option<Estimate>| {
        let shown = side
            .as_ref()
            .map(|estimate| quantity(estimate.value, &entry.unit));
        shown.unwrap_or_else(|| "–".to_owned())
    };
    let launches =
        |side: &Option<Estimate>| side.as_ref().map_or(0, |estimate| estimate.launches.len());
    let unknown = || "–".to_owned();
    let cost = entry
        .ratio
        .map_or_else(unknown, |ratio| percent_change(ratio.estimate));
    let interval = entry.ratio.map_or_else(unknown, |ratio| {
        format!(
            "{} … {}",
            percent_change(ratio.lower),
            percent_change(ratio.upper)
        )
    });
    let would_show = entry
        .minimum_detectable_change
        .map_or_else(unknown, |change| percent_change(1.0 + change));
    let mut reason = match &entry.excuse {
        Some(Excuse::Muted { reason, until }) => {
            format!("muted until {until}: {reason}; {}", entry.reason)
        }
        Some(Excuse::Accepted { reason }) => format!("accepted: {reason}; {}", entry.reason),
        None => entry.reason.clone(),
    };
    if let Some(found) = &entry.since {
        reason.push_str(&format!("; {}", since(found, &entry.unit)));
    }
    [
        cell(class, &entry.verdict.to_string()),
        cell("l", entry.id.as_str()),
        cell("l", &entry.metric),
        cell("", &value(&entry.baseline)),
        cell("", &value(&entry.candidate)),
        cell("", &cost),
        cell("", &interval),
        cell("", &would_show),
        cell(
            "",
            &format!(
                "{} | {}",
                launches(&entry.baseline),
                launches(&entry.candidate)
            ),
        ),
        cell("l wrap", &reason),
    ]
    .concat()
}

fn name(identity: &Identity) -> String {
    match &identity.commit {
        Some(commit) => commit.chars().take(10).collect(),
        None => identity.run.clone(),
    }
}

fn environment(comparison: &Comparison) -> String {
    let told = [
        ("baseline", side(&comparison.baseline)),
        machine_facts("measured on", &comparison.baseline.machine),
        ("candidate", side(&comparison.candidate)),
        machine_facts("measured on", &comparison.candidate.machine),
        (
            "rule",
            format!("{} {}", comparison.method.name, comparison.method.version),
        ),
        (
            "confidence",
            format!(
                "the chance of any false regression among all {} judged is at most {} %",
                comparison.confidence.judged,
                comparison.confidence.family_wise_error * 100.0
            ),
        ),
    ];
    heading("Environment") + &facts(&told)
}

fn side(identity: &Identity) -> String {
    let mut told = format!("run {}, started {}", identity.run, identity.started_at);
    if let Some(commit) = &identity.commit {
        told.push_str(&format!(", commit {commit}"));
    }
    for (mark, holds) in [
        ("with uncommitted changes", identity.dirty),
        ("a quick look", identity.quick),
        ("interrupted", identity.partial),
    ] {
        if holds {
            told.push_str(&format!(", {mark}"));
        }
    }
    told
}
