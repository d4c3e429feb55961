//! A run as a page.

use fabench_gate::{GoalOutcome, Limit};
use fabench_record::{Benchmark, Completeness, Outcome, Run};

use super::page::{Tone, cell, facts, folded, heading, machine_facts, table};
use crate::drawing::{by_category, distribution, group};
use crate::{Column, Style, factor, quantity, run_verdict};

const COLUMNS: [Column; 9] = [
    Column::Median,
    Column::Min,
    Column::StdDev,
    Column::P99,
    Column::Ops,
    Column::Allocations,
    Column::PeakRss,
    Column::Launches,
    Column::Samples,
];

/// Most benchmarks that are drawn one by one: each takes some 5 KB of the page.
const MOST_DRAWN: usize = 400;

pub(super) fn page(run: &Run, goals: &[GoalOutcome]) -> String {
    let verdict = run_verdict(run, goals, Style::Plain);
    let failed = run
        .benchmarks
        .iter()
        .any(|it| matches!(it.outcome, Outcome::Failed { .. }));
    let missed = goals.iter().any(|outcome| !outcome.met);
    let tone = match run.completeness {
        _ if failed || missed => Tone::Worse,
        Completeness::Partial => Tone::Plain,
        Completeness::Complete => Tone::Better,
    };
    let body = failures(run) + &goal_table(goals) + &categories(run) + &environment(run);
    let title = format!("{} {}", run.suite.name, run.id);
    let subtitle = format!(
        "started {}, {:.0} s",
        run.started_at,
        run.duration_ms as f64 / 1e3
    );
    super::page::page(&title, &subtitle, &verdict, tone, &body)
}

fn failures(run: &Run) -> String {
    let rows = run
        .benchmarks
        .iter()
        .filter_map(|benchmark| match &benchmark.outcome {
            Outcome::Failed { reason, .. } => {
                Some(cell("l worse", benchmark.id.as_str()) + &cell("l wrap", reason))
            }
            Outcome::Measured | Outcome::Interrupted => None,
        });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        return String::new();
    }
    heading("Failed") + &table(&["benchmark", "reason"], 2, &rows)
}

fn goal_table(goals: &[GoalOutcome]) -> String {
    if goals.is_empty() {
        return String::new();
    }
    let rows: Vec<String> = goals.iter().map(goal_row).collect();
    heading("Goals")
        + &table(
            &["goal", "benchmark", "metric", "limit", "measured", "factor"],
            3,
            &rows,
        )
}

fn goal_row(outcome: &GoalOutcome) -> String {
    let (word, class) = if outcome.met {
        ("met", "l better")
    } else {
        ("missed", "l worse")
    };
    let sign = match outcome.goal.limit {
        Limit::Below(_) => "<",
        Limit::Above(_) => ">",
    };
    let show = |value| quantity(value, &outcome.unit);
    let measured = match (outcome.measured, &outcome.problem) {
        (Some(measured), _) => show(measured),
        (None, problem) => problem.clone().unwrap_or_default(),
    };
    [
        cell(class, word),
        cell("l", outcome.goal.benchmark.as_str()),
        cell("l", &outcome.metric),
        cell("", &format!("{sign} {}", show(outcome.limit))),
        cell("", &measured),
        cell("", &outcome.factor.map_or("–".to_owned(), factor)),
    ]
    .concat()
}

fn categories(run: &Run) -> String {
    let mut out = String::new();
    let mut drawn = 0;
    for (category, benchmarks) in by_category(run) {
        out.push_str(&heading(category));
        let rows: Vec<String> = benchmarks.iter().map(|benchmark| row(benchmark)).collect();
        let mut columns = vec!["benchmark", "metric"];
        columns.extend(COLUMNS.map(Column::name));
        out.push_str(&table(&columns, 2, &rows));
        let shown = &benchmarks[..benchmarks.len().min(MOST_DRAWN - drawn)];
        drawn += shown.len();
        out.push_str(&pictures(category, shown));
    }
    if drawn < run.benchmarks.len() && drawn == MOST_DRAWN {
        out.push_str("<p>Only the first 400 benchmarks are drawn; <code>fabench run --histogram FOLDER</code> draws all.</p>\n");
    }
    out
}

fn row(benchmark: &Benchmark) -> String {
    let mut cells = cell("l", benchmark.id.name()) + &cell("l", &benchmark.primary);
    for column in COLUMNS {
        cells.push_str(&cell("", &column.cell(benchmark)));
    }
    cells
}

fn pictures(category: &str, benchmarks: &[&Benchmark]) -> String {
    let mut drawn = String::new();
    if let Some(canvas) = group(category, benchmarks) {
        drawn.push_str(&canvas.inline(&format!("box plots of {category}")));
    }
    for benchmark in benchmarks {
        if let Some(canvas) = distribution(benchmark) {
            drawn.push_str(&canvas.inline(&format!("distribution of {}", benchmark.id)));
        }
    }
    if drawn.is_empty() {
        return drawn;
    }
    folded(
        "Distributions",
        &format!("<div class=\"pictures\">\n{drawn}</div>\n"),
    )
    .replacen("<details>", "<details open>", 1)
}

fn environment(run: &Run) -> String {
    let environment = &run.environment;
    let source = match &run.source.commit {
        Some(commit) if run.source.dirty => format!("{commit} with uncommitted changes"),
        Some(commit) => commit.clone(),
        None => "unknown".to_owned(),
    };
    let told = [
        machine_facts("machine", &environment.machine),
        ("kernel", environment.kernel.clone()),
        (
            "memory",
            quantity(
                environment.memory_bytes as f64,
                &fabench_record::Unit::Bytes,
            ),
        ),
        (
            "load at the start",
            format!("{:.2}", environment.load_average),
        ),
        (
            "steal",
            environment.steal.map_or("unknown".to_owned(), |steal| {
                format!("{:.1} %", steal * 100.0)
            }),
        ),
        (
            "governor",
            environment
                .governor
                .clone()
                .unwrap_or_else(|| "unknown".to_owned()),
        ),
        ("commit", source),
        ("tool", format!("{} {}", run.tool.name, run.tool.version)),
        (
            "method",
            format!("{} {}", run.method.name, run.method.version),
        ),
    ];
    heading("Environment") + &facts(&told)
}
