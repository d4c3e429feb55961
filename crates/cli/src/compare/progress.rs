//! Live progress of a comparison: how each benchmark's interval tightens. On a terminal only.

use std::time::Duration;

use fabench_gate::Comparison;
use fabench_report::percent_change;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen::Screen;

/// Shows the time spent, and the benchmark that is measured with its interval.
#[derive(Debug)]
pub(super) struct Progress {
    bar: ProgressBar,
}

impl Progress {
    pub(super) fn new(screen: &Screen) -> Self {
        let target = if screen.errors_to_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(0), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos} of at most {len} s  {msg}")
        {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Shows where the benchmark stands after one more pair of launches.
    pub(super) fn show(
        &self,
        comparison: &Comparison,
        benchmark: usize,
        elapsed: Duration,
        budget: Duration,
    ) {
        let Some(entry) = comparison.benchmarks.get(benchmark) else {
            return;
        };
        let pairs = entry
            .side_by_side
            .map_or(0, |spent| spent.launches + spent.confirming_launches);
        let interval = entry.ratio.map_or_else(String::new, |ratio| {
            format!(
                "{} … {}",
                percent_change(ratio.lower),
                percent_change(ratio.upper)
            )
        });
        self.bar.set_length(budget.as_secs());
        self.bar.set_position(elapsed.as_secs());
        self.bar
            .set_message(format!("{} {interval} ({pairs} pairs)", entry.id));
    }

    pub(super) fn close(&self) {
        self.bar.finish_and_clear();
    }
}
