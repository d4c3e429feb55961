//! One picture: distributions and box plots of a run, the cost ratios of a comparison.

use fabench_gate::{Comparison, GoalOutcome};
use fabench_record::Run;

use super::Renderer;
use crate::drawing::{Anchor, Canvas, forest, run_sheet};
use crate::{Style, comparison_verdict};

/// A file of its own, for light and dark.
#[derive(Debug)]
pub(crate) struct Svg;

impl Renderer for Svg {
    fn run(&self, run: &Run, _goals: &[GoalOutcome]) -> String {
        run_sheet(run).standalone(&format!("distributions of run {}", run.id))
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let verdict = comparison_verdict(comparison, Style::Plain);
        let canvas = forest(comparison).unwrap_or_else(|| empty(&verdict));
        canvas.standalone(&verdict)
    }
}

/// A picture that says why there is none.
fn empty(text: &str) -> Canvas {
    let mut canvas = Canvas::new(640.0, 48.0);
    canvas.short_text("strong", Anchor::Start, [16.0, 28.0], text, 90);
    canvas
}
