//! A comparison as a comment.

use fabench_gate::{BenchmarkComparison, Comparison, Estimate, Excuse, Identity, Kind, Verdict};

use super::budget::{Section, assemble};
use super::escape::{inline_code, text};
use super::{MARKDOWN_LIMIT, commands, folded, line, machine};
use crate::profile::{NONE, WHY_COLUMNS, why_rows};
use crate::{percent_change, quantity, since};

/// Names in the verdict's line.
const MOST_NAMED: usize = 3;

pub(super) fn document(comparison: &Comparison) -> String {
    let head = format!("{}\n\n{}\n\n", verdict(comparison), subject(comparison));
    let tail = format!("{}\n{}", environment(comparison), reproduction(comparison));
    assemble(&head, &sections(comparison), &tail, MARKDOWN_LIMIT)
}

/// The gravest verdict with the names that matter, then how many came to each other.
fn verdict(comparison: &Comparison) -> String {
    let mut parts = Vec::new();
    for (&verdict, count) in &comparison.overall.counts {
        let named = matches!(
            verdict,
            Verdict::Regression | Verdict::Failed | Verdict::Warning
        );
        parts.push(if named {
            named_part(comparison, verdict)
        } else {
            format!("{count} {verdict}")
        });
    }
    if comparison.overall.excused > 0 {
        parts.push(format!("{} let pass", comparison.overall.excused));
    }
    let parts = parts.join("; ");
    let sign = match comparison.overall.verdict {
        _ if comparison.overall.nothing_compared => {
            return format!("⚪ **Nothing compared**: {parts}");
        }
        Some(Verdict::Regression) => return format!("🔴 **Slower**: {parts}"),
        Some(Verdict::Failed) => return format!("🔴 **Failed**: {parts}"),
        Some(Verdict::Warning) => return format!("🟠 **Perhaps slower**: {parts}"),
        Some(Verdict::Missing | Verdict::NotComparable) => "🟠 **Incomplete**",
        Some(Verdict::Inconclusive) => "⚪ **No regression found**",
        Some(Verdict::Improvement) => "🟢 **Faster**",
        Some(Verdict::Unchanged | Verdict::New) | None => "🟢 **No regression**",
    };
    format!("{sign}: {parts}")
}

fn named_part(comparison: &Comparison, verdict: Verdict) -> String {
    let entries: Vec<_> = comparison.with(verdict).collect();
    let mut names: Vec<String> = entries
        .iter()
        .take(MOST_NAMED)
        .map(|entry| match &entry.ratio {
            Some(ratio) if verdict != Verdict::Failed => format!(
                "{} {}",
                inline_code(entry.id.as_str()),
                percent_change(ratio.estimate)
            ),
            _ => inline_code(entry.id.as_str()),
        })
        .collect();
    if entries.len() > names.len() {
        names.push(format!("and {} more", entries.len() - names.len()));
    }
    format!("{verdict}: {}", names.join(", "))
}

/// What was compared with what, and how.
fn subject(comparison: &Comparison) -> String {
    let how = match comparison.kind {
        Kind::SideBySide => "measured side by side",
        Kind::Stored => "stored results",
    };
    format!(
        "{} → {}, {how}",
        side(&comparison.baseline),
        side(&comparison.candidate)
    )
}

fn side(identity: &Identity) -> String {
    let mut shown = match &identity.commit {
        Some(commit) => inline_code(&commit.chars().take(10).collect::<String>()),
        None => inline_code(&identity.run),
    };
    if identity.dirty {
        shown.push_str(" with uncommitted changes");
    }
    shown
}

fn sections(comparison: &Comparison) -> Vec<Section> {
    let mut entries: Vec<_> = comparison.benchmarks.iter().collect();
    entries.sort_by(|a, b| (a.verdict, &a.id, &a.metric).cmp(&(b.verdict, &b.id, &b.metric)));
    let of = |verdicts: &[Verdict]| -> Vec<&BenchmarkComparison> {
        let wanted = entries
            .iter()
            .filter(|it| it.excuse.is_none() && verdicts.contains(&it.verdict));
        wanted.copied().collect()
    };
    let mut worse = of(&[Verdict::Regression, Verdict::Warning]);
    sort_by_ratio(&mut worse, |a, b| b.total_cmp(&a));
    let mut better = of(&[Verdict::Improvement]);
    sort_by_ratio(&mut better, |a, b| a.total_cmp(&b));
    let troubled = of(&[Verdict::Failed, Verdict::Missing, Verdict::NotComparable]);
    let undecided = of(&[Verdict::Inconclusive]);
    let fine = of(&[Verdict::Unchanged, Verdict::New]);
    let excused: Vec<_> = entries
        .iter()
        .copied()
        .filter(|it| it.excuse.is_some())
        .collect();
    vec![
        changes("Worse".into(), false, &worse),
        why(&worse),
        reasons("Not judged".into(), false, &troubled, |entry| {
            text(&entry.reason)
        }),
        changes("Better".into(), false, &better),
        undecided_section(&undecided),
        reasons(
            format!("{} let pass", excused.len()),
            true,
            &excused,
            excuse,
        ),
        changes(format!("{} unchanged or new", fine.len()), true, &fine),
    ]
}

/// By size of the change within a verdict; what has none comes last.
fn sort_by_ratio(entries: &mut [&BenchmarkComparison], order: fn(f64, f64) -> std::cmp::Ordering) {
    let ratio = |entry: &BenchmarkComparison| entry.ratio.map_or(1.0, |ratio| ratio.estimate);
    entries.sort_by(|a, b| {
        let by_size = order(ratio(a), ratio(b));
        a.verdict
            .cmp(&b.verdict)
            .then(by_size)
            .then_with(|| (&a.id, &a.metric).cmp(&(&b.id, &b.metric)))
    });
}

fn changes(title: String, folded: bool, entries: &[&BenchmarkComparison]) -> Section {
    let mut columns = vec![
        "verdict",
        "benchmark",
        "metric",
        "baseline",
        "now",
        "cost",
        "interval",
    ];
    let any_since = entries.iter().any(|entry| entry.since.is_some());
    if any_since {
        columns.push("in the history");
    }
    let mut section = Section::new(title, folded, &columns, 3);
    section.lines = entries
        .iter()
        .map(|entry| {
            let [baseline, now, cost, interval] = numbers(entry);
            let mut cells = vec![
                entry.verdict.to_string(),
                name(entry),
                inline_code(&entry.metric),
                baseline,
                now,
                cost,
                interval,
            ];
            if any_since {
                let told = entry.since.as_ref().map(|found| since(found, &entry.unit));
                cells.push(told.map_or("–".to_owned(), |told| text(&told)));
            }
            line(&cells)
        })
        .collect();
    section
}

/// The functions that grew, where profiles were taken.
fn why(entries: &[&BenchmarkComparison]) -> Section {
    let columns: Vec<&str> = std::iter::once("benchmark").chain(WHY_COLUMNS).collect();
    let mut section = Section::new("Why".into(), false, &columns, 3);
    let rows = entries.iter().flat_map(|entry| {
        let cells = |[what, function, growth, error, levels, calls]: [String; 6]| {
            // Without a growth there is no function, but words.
            let function = if growth == NONE {
                text(&function)
            } else {
                inline_code(&function)
            };
            let [growth, error, levels, calls] =
                [growth, error, levels, calls].map(|cell| text(&cell));
            line(&[name(entry), what, function, growth, error, levels, calls])
        };
        why_rows(entry).into_iter().map(cells)
    });
    section.lines = rows.collect();
    section
}

fn undecided_section(entries: &[&BenchmarkComparison]) -> Section {
    let title = format!("{} undecided", entries.len());
    let columns = [
        "benchmark",
        "metric",
        "baseline",
        "now",
        "cost",
        "interval",
        "would show",
    ];
    let mut section = Section::new(title, true, &columns, 2);
    section.lines = entries
        .iter()
        .map(|entry| {
            let [baseline, now, cost, interval] = numbers(entry);
            let would_show = entry
                .minimum_detectable_change
                .map_or("–".into(), |change| percent_change(1.0 + change));
            line(&[
                name(entry),
                inline_code(&entry.metric),
                baseline,
                now,
                cost,
                interval,
                would_show,
            ])
        })
        .collect();
    section
}

fn reasons(
    title: String,
    folded: bool,
    entries: &[&BenchmarkComparison],
    reason: fn(&BenchmarkComparison) -> String,
) -> Section {
    let mut section = Section::new(title, folded, &["verdict", "benchmark", "reason"], 3);
    section.lines = entries
        .iter()
        .map(|entry| line(&[entry.verdict.to_string(), name(entry), reason(entry)]))
        .collect();
    section
}

fn excuse(entry: &BenchmarkComparison) -> String {
    let cost = entry.ratio.map_or(String::new(), |ratio| {
        format!(" (cost {})", percent_change(ratio.estimate))
    });
    let why = match &entry.excuse {
        Some(Excuse::Muted { reason, until }) => format!("muted until {until}: {reason}"),
        Some(Excuse::Accepted { reason }) => format!("accepted: {reason}"),
        None => String::new(),
    };
    text(&(why + &cost))
}

fn name(entry: &BenchmarkComparison) -> String {
    inline_code(entry.id.as_str())
}

fn numbers(entry: &BenchmarkComparison) -> [String; 4] {
    let value = |side: &Option<Estimate>| {
        let shown = side
            .as_ref()
            .map(|estimate| text(&quantity(estimate.value, &entry.unit)));
        shown.unwrap_or_else(|| "–".to_owned())
    };
    let (cost, interval) = match &entry.ratio {
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
        value(&entry.baseline),
        value(&entry.candidate),
        cost,
        interval,
    ]
}

fn environment(comparison: &Comparison) -> String {
    let (baseline, candidate) = (&comparison.baseline, &comparison.candidate);
    let mut body = format!("* machine: {}\n", machine(&candidate.machine));
    if baseline.machine != candidate.machine {
        body.push_str(&format!(
            "* the baseline's machine: {}\n",
            machine(&baseline.machine)
        ));
    }
    for (role, identity) in [("baseline", baseline), ("candidate", candidate)] {
        let mut marks = String::new();
        if identity.quick {
            marks.push_str(", a quick look");
        }
        if identity.partial {
            marks.push_str(", interrupted");
        }
        body.push_str(&format!(
            "* {role}: run {} of suite {} {}, started {}{marks}\n",
            inline_code(&identity.run),
            inline_code(&identity.suite.name),
            text(&identity.suite.version),
            text(&identity.started_at),
        ));
    }
    body.push_str(&format!(
        "* `cost` is the candidate's relative to the baseline's, above 0 is worse; the chance of any false regression \
         among all {} judged is at most {}\n",
        comparison.confidence.judged,
        text(&format!("{} %", comparison.confidence.family_wise_error * 100.0)),
    ));
    folded("Environment", &body)
}

fn reproduction(comparison: &Comparison) -> String {
    let commits = (&comparison.baseline.commit, &comparison.candidate.commit);
    let body = match (comparison.kind, commits) {
        (Kind::SideBySide, (Some(baseline), Some(candidate))) => commands(&[&format!(
            "fabench compare {} {}",
            word(baseline),
            word(candidate)
        )]),
        (Kind::SideBySide, _) => {
            commands(&["fabench compare BASELINE CANDIDATE   # the two suite executables"])
        }
        (Kind::Stored, (_, Some(candidate))) => commands(&[
            &format!("git checkout {}", word(candidate)),
            "fabench run",
            "fabench check",
        ]),
        (Kind::Stored, _) => commands(&["fabench run", "fabench check"]),
    };
    folded("Reproduce", &body)
}

/// A commit as the word of a command; anything else in its place is left out.
fn word(commit: &str) -> String {
    commit
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect()
}
