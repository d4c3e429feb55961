//! Goals as a table: what was promised, what was measured, by what factor.

use fabench_gate::{GoalOutcome, Limit};

use crate::table::{printable_lines, table};
use crate::{Style, factor, quantity};

/// One line per goal.
pub fn goal_table(outcomes: &[GoalOutcome], style: Style) -> String {
    let header = ["goal", "benchmark", "metric", "limit", "measured", "factor"].map(str::to_owned);
    let rows: Vec<_> = outcomes.iter().map(row).collect();
    let text = table(&header, &rows, 3);
    let mut lines = text.lines();
    let mut out = style.dim(lines.next().unwrap_or_default());
    for (outcome, line) in outcomes.iter().zip(lines) {
        let (word, rest) = line.split_at(mark(outcome).len());
        let word = if outcome.met {
            style.good(word)
        } else {
            style.bad(word)
        };
        out.push_str(&format!("\n{word}{rest}"));
        if let Some(problem) = &outcome.problem {
            out.push_str(&format!("\n    {}", printable_lines(problem)));
        }
    }
    out
}

fn mark(outcome: &GoalOutcome) -> &'static str {
    match (outcome.met, outcome.measured) {
        (true, _) => "met",
        (false, Some(_)) => "missed",
        (false, None) => "unknown",
    }
}

fn row(outcome: &GoalOutcome) -> Vec<String> {
    let sign = match outcome.goal.limit {
        Limit::Below(_) => "<",
        Limit::Above(_) => ">",
    };
    vec![
        mark(outcome).to_owned(),
        outcome.goal.benchmark.to_string(),
        outcome.metric.clone(),
        format!("{sign} {}", quantity(outcome.limit, &outcome.unit)),
        outcome.measured.map_or("–".to_owned(), |measured| {
            quantity(measured, &outcome.unit)
        }),
        outcome.factor.map_or("–".to_owned(), |times| {
            format!(
                "{} {}",
                factor(times),
                if times >= 1.0 { "better" } else { "worse" }
            )
        }),
    ]
}
