//! A run as a comment: what failed and which goals are missed first, the numbers folded by category.

use std::collections::BTreeMap;

use fabench_gate::{GoalOutcome, Limit};
use fabench_record::{Benchmark, Completeness, Outcome, Run};

use super::budget::{Section, assemble};
use super::escape::{html_code, inline_code, text};
use super::{MARKDOWN_LIMIT, commands, folded, line, machine};
use crate::{Column, factor, quantity};

/// Most folds: a category more than this shares the last one.
const MOST_CATEGORIES: usize = 40;

const COLUMNS: [Column; 5] = [
    Column::Median,
    Column::Min,
    Column::P99,
    Column::Ops,
    Column::Launches,
];

pub(super) fn document(run: &Run, goals: &[GoalOutcome]) -> String {
    let tail = format!("{}\n{}", environment(run), reproduction(run));
    let mut sections = vec![failed(run), goal_section(goals)];
    sections.extend(categories(run));
    assemble(
        &format!("{}\n\n", verdict(run, goals)),
        &sections,
        &tail,
        MARKDOWN_LIMIT,
    )
}

fn verdict(run: &Run, goals: &[GoalOutcome]) -> String {
    let count = |wanted: fn(&Outcome) -> bool| {
        run.benchmarks
            .iter()
            .filter(|it| wanted(&it.outcome))
            .count()
    };
    let measured = count(|outcome| *outcome == Outcome::Measured);
    let failed = count(|outcome| matches!(outcome, Outcome::Failed { .. }));
    let missed = goals.iter().filter(|outcome| !outcome.met).count();
    let mut told = format!("{measured} of {} benchmarks measured", run.benchmarks.len());
    if !goals.is_empty() {
        told.push_str(&format!(
            ", {} of {} goals met",
            goals.len() - missed,
            goals.len()
        ));
    }
    if run.settings.quick {
        told.push_str("; a quick look, no baseline");
    }
    let sign = if failed > 0 {
        format!("🔴 **{failed} failed**")
    } else if missed > 0 {
        format!("🔴 **{missed} goals missed**")
    } else if run.completeness == Completeness::Partial {
        "⚪ **Interrupted**".to_owned()
    } else {
        "🟢 **Measured**".to_owned()
    };
    format!("{sign}: {told}")
}

fn failed(run: &Run) -> Section {
    let mut section = Section::new("Failed".into(), false, &["benchmark", "reason"], 2);
    for benchmark in &run.benchmarks {
        if let Outcome::Failed { reason, .. } = &benchmark.outcome {
            section
                .lines
                .push(line(&[inline_code(benchmark.id.as_str()), text(reason)]));
        }
    }
    section
}

fn goal_section(goals: &[GoalOutcome]) -> Section {
    let columns = ["goal", "benchmark", "metric", "limit", "measured", "factor"];
    let mut section = Section::new("Goals".into(), false, &columns, 3);
    section.lines = goals.iter().map(goal_line).collect();
    section
}

fn goal_line(outcome: &GoalOutcome) -> String {
    let sign = match outcome.goal.limit {
        Limit::Below(_) => "below",
        Limit::Above(_) => "above",
    };
    let show = |value| text(&quantity(value, &outcome.unit));
    line(&[
        if outcome.met { "met" } else { "**missed**" }.to_owned(),
        inline_code(outcome.goal.benchmark.as_str()),
        inline_code(&outcome.metric),
        format!("{sign} {}", show(outcome.limit)),
        match (outcome.measured, &outcome.problem) {
            (Some(measured), _) => show(measured),
            (None, Some(problem)) => text(problem),
            (None, None) => "–".to_owned(),
        },
        outcome.factor.map_or("–".to_owned(), factor),
    ])
}

fn categories(run: &Run) -> Vec<Section> {
    let mut by_category: BTreeMap<&str, Vec<&Benchmark>> = BTreeMap::new();
    for benchmark in run.benchmarks.iter().filter(|it| !it.summary.is_empty()) {
        by_category
            .entry(benchmark.id.category())
            .or_default()
            .push(benchmark);
    }
    let mut sections: Vec<Section> = Vec::new();
    let many = by_category.len() > MOST_CATEGORIES;
    for (category, mut benchmarks) in by_category {
        benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
        let full = sections.len() >= MOST_CATEGORIES;
        if !full {
            let last = many && sections.len() + 1 == MOST_CATEGORIES;
            let title = if last {
                "other categories".to_owned()
            } else {
                html_code(category)
            };
            let mut columns = vec!["benchmark", "metric"];
            columns.extend(COLUMNS.map(Column::name));
            sections.push(Section::new(title, true, &columns, 2));
        }
        if let Some(section) = sections.last_mut() {
            section
                .lines
                .extend(benchmarks.into_iter().map(benchmark_line));
        }
    }
    sections
}

fn benchmark_line(benchmark: &Benchmark) -> String {
    let mut cells = vec![
        inline_code(benchmark.id.as_str()),
        inline_code(&benchmark.primary),
    ];
    cells.extend(COLUMNS.iter().map(|column| text(&column.cell(benchmark))));
    line(&cells)
}

fn environment(run: &Run) -> String {
    let environment = &run.environment;
    let mut body = format!("* machine: {}\n", machine(&environment.machine));
    body.push_str(&format!(
        "* kernel {}, {:.0} GiB of memory, load {:.2} at the start\n",
        text(&environment.kernel),
        environment.memory_bytes as f64 / (1_u64 << 30) as f64,
        environment.load_average,
    ));
    body.push_str(&format!(
        "* run {} of suite {} {}, started {}\n",
        inline_code(&run.id),
        inline_code(&run.suite.name),
        text(&run.suite.version),
        text(&run.started_at),
    ));
    folded("Environment", &body)
}

fn reproduction(run: &Run) -> String {
    let measure = if run.settings.quick {
        "fabench run --quick"
    } else {
        "fabench run"
    };
    let body = match &run.source.commit {
        Some(commit) => {
            let commit: String = commit
                .chars()
                .filter(char::is_ascii_alphanumeric)
                .take(64)
                .collect();
            commands(&[&format!("git checkout {commit}"), measure])
        }
        None => commands(&[measure]),
    };
    folded("Reproduce", &body)
}
