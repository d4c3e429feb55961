//! A bar of the time that a command has spent of what it may spend. On a terminal only.

use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::screen::Screen;

/// Shows the seconds spent and what is measured now.
#[derive(Debug)]
pub(crate) struct TimeBar {
    bar: ProgressBar,
    begin: Instant,
}

impl TimeBar {
    /// A bar that is full after `whole`.
    pub(crate) fn new(screen: &Screen, whole: Duration) -> Self {
        let target = if screen.errors_to_terminal() {
            ProgressDrawTarget::stderr_with_hz(10)
        } else {
            ProgressDrawTarget::hidden()
        };
        let bar = ProgressBar::with_draw_target(Some(whole.as_secs()), target);
        if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos} of {len} s  {msg}") {
            bar.set_style(style);
        }
        Self {
            bar,
            begin: Instant::now(),
        }
    }

    /// Time since the bar was made.
    pub(crate) fn elapsed(&self) -> Duration {
        self.begin.elapsed()
    }

    /// Says what is measured now.
    pub(crate) fn show(&self, what: String) {
        self.bar.set_position(self.elapsed().as_secs());
        self.bar.set_message(what);
    }

    /// Takes the bar away.
    pub(crate) fn close(&self) {
        self.bar.finish_and_clear();
    }
}
