//! Goals of a run: which are met, and by what factor.

use fabench_gate::{Goal, GoalOutcome};
use fabench_harness::protocol::Declaration;
use fabench_record::Run;
use fabench_report::{Style, goal_table};

/// Every goal but those whose benchmark the suite has and this run left out. A goal for a benchmark that does not
/// exist is kept: it is not met.
pub(crate) fn evaluate(goals: &[Goal], run: &Run, offered: &[Declaration]) -> Vec<GoalOutcome> {
    let left_out = |goal: &&Goal| {
        let id = &goal.benchmark;
        offered.iter().any(|benchmark| benchmark.id == *id) && run.benchmark(id).is_none()
    };
    goals
        .iter()
        .filter(|goal| !left_out(goal))
        .map(|goal| goal.evaluate(run))
        .collect()
}

/// Goal, measured, factor; empty without goals.
pub(crate) fn table(outcomes: &[GoalOutcome], style: Style) -> String {
    if outcomes.is_empty() {
        String::new()
    } else {
        format!("\n{}\n", goal_table(outcomes, style))
    }
}
