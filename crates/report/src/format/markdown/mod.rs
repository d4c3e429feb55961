//! The comment on a pull request: the verdict in the first line, then what somebody has to look at; the rest is folded.
//!
//! Invariant: never longer than [`MARKDOWN_LIMIT`], however much was compared; what was left out is counted.

mod budget;
mod comparison;
mod escape;
mod run;

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::{MachineClass, Run};

use super::Renderer;

/// Longest document in bytes, and so in characters. GitHub refuses comments of more than 65 536.
pub const MARKDOWN_LIMIT: usize = 65_000;

/// GitHub's Markdown.
#[derive(Debug)]
pub(crate) struct Markdown;

impl Renderer for Markdown {
    fn run(&self, run: &Run, goals: &[GoalOutcome]) -> String {
        run::document(run, goals)
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        comparison::document(comparison)
    }
}

/// A line of a table.
fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// What is told of a machine.
fn machine(machine: &MachineClass) -> String {
    escape::text(&machine.to_string())
}

/// Something folded that is always there.
fn folded(summary: &str, body: &str) -> String {
    format!("<details><summary>{summary}</summary>\n\n{body}\n</details>\n")
}

/// Commands in a block of their own.
fn commands(lines: &[&str]) -> String {
    format!("```sh\n{}\n```\n", lines.join("\n"))
}
