//! The one line that a run comes to.

use fabench_gate::GoalOutcome;
use fabench_record::{Completeness, Outcome, Run};

use crate::{Style, printable};

/// How many benchmarks ran, what became of the goals, what is to know about the result.
pub fn run_verdict(run: &Run, goals: &[GoalOutcome], style: Style) -> String {
    let total = run.benchmarks.len();
    let measured = run
        .benchmarks
        .iter()
        .filter(|benchmark| benchmark.outcome == Outcome::Measured)
        .count();
    // Files of other tools do not tell how long it took.
    let took = match run.duration_ms {
        0 => String::new(),
        took => format!(" in {:.0} s", took as f64 / 1e3),
    };
    let goals = goals_in_words(goals);
    let mut text = format!("{measured} of {total} benchmarks measured{took}{goals}");
    if run.settings.quick {
        text.push_str("; a quick look, no baseline");
    }
    let failed = run
        .benchmarks
        .iter()
        .filter(|benchmark| matches!(benchmark.outcome, Outcome::Failed { .. }));
    let failed: Vec<&str> = failed.map(|benchmark| benchmark.id.as_str()).collect();
    if !failed.is_empty() {
        style.bad(&printable(&format!(
            "failed: {}; {text}",
            failed.join(", ")
        )))
    } else if run.completeness == Completeness::Partial {
        style.notice(&format!("interrupted: {text}"))
    } else {
        style.good(&text)
    }
}

/// `, 5 of 5 goals met`; nothing without goals.
fn goals_in_words(outcomes: &[GoalOutcome]) -> String {
    if outcomes.is_empty() {
        return String::new();
    }
    let met = outcomes.iter().filter(|outcome| outcome.met).count();
    let missed: Vec<_> = outcomes
        .iter()
        .filter(|outcome| !outcome.met)
        .map(|outcome| outcome.goal.benchmark.as_str())
        .collect();
    let names = if missed.is_empty() {
        String::new()
    } else {
        format!(" (missed: {})", printable(&missed.join(", ")))
    };
    format!(", {met} of {} goals met{names}", outcomes.len())
}
