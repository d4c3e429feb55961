//! Tables as the measuring commands show them, the verdict last.

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::Run;

use super::Renderer;
use crate::{
    RunLayout, Style, comparison_table, comparison_verdict, goal_table, run_table, run_verdict,
    why_lines,
};

/// Plain or coloured tables.
#[derive(Debug)]
pub(crate) struct Terminal {
    pub(crate) style: Style,
    pub(crate) layout: RunLayout,
}

impl Renderer for Terminal {
    fn run(&self, run: &Run, goals: &[GoalOutcome]) -> String {
        let table = run_table(run, &self.layout, self.style);
        let goal_lines = if goals.is_empty() {
            String::new()
        } else {
            format!("\n{}\n", goal_table(goals, self.style))
        };
        format!(
            "{table}{goal_lines}{}\n",
            run_verdict(run, goals, self.style)
        )
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let table = comparison_table(comparison, &self.layout.group_by, self.style);
        let why = comparison.benchmarks.iter().flat_map(why_lines);
        let why: String = why.map(|line| line + "\n").collect();
        let verdict = comparison_verdict(comparison, self.style);
        format!("{table}{why}\n{verdict}\n")
    }
}
