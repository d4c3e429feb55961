//! The progress bar: on a terminal only, and on standard error only.

use fabench_harness::runner::Event;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen::Screen;

/// Shows how many launches are done and which benchmark runs.
#[derive(Debug)]
pub(crate) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// A bar on a terminal, nothing elsewhere.
    pub(crate) fn new(screen: &Screen) -> Self {
        let target = if screen.errors_to_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(None, target);
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} launches, {eta} left  {msg}")
        {
            bar.set_style(style);
        }
        Self { bar }
    }

    /// Takes note of one step of the run.
    pub(crate) fn show(&self, event: &Event<'_>) {
        match event {
            Event::Started { launches, .. } => self.bar.set_length(*launches as u64),
            Event::LaunchStarted {
                benchmark,
                pass,
                passes,
            } => {
                self.bar
                    .set_message(format!("{benchmark} (pass {pass} of {passes})"));
            }
            Event::LaunchDone { done, .. } => self.bar.set_position(*done as u64),
            Event::RoundDone { .. } | Event::BenchmarkDone { .. } => {}
        }
    }

    /// Takes the bar away.
    pub(crate) fn close(&self) {
        self.bar.finish_and_clear();
    }
}
