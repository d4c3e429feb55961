//! One page that needs nothing else: tables and pictures, light and dark, without a script.
//!
//! Invariant: the page loads nothing and runs nothing, whatever names it holds; its own policy forbids both.

mod comparison;
mod page;
mod run;

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::Run;

use super::Renderer;

/// A static page.
#[derive(Debug)]
pub(crate) struct Html;

impl Renderer for Html {
    fn run(&self, run: &Run, goals: &[GoalOutcome]) -> String {
        run::page(run, goals)
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        comparison::page(comparison)
    }
}
