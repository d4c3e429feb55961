//! The history of runs as the commands use it: a help, never a hindrance. What goes wrong with it is a warning.

use std::path::PathBuf;

use fabench_history::{History, HistoryError};
use fabench_record::{PastRun, Run};

use crate::config::Config;
use crate::screen::Screen;

/// Runs that are looked at: three months of daily ones.
const MOST_RUNS: u32 = 90;

/// Records `run`.
pub(crate) fn record(config: &Config, run: &Run, screen: &Screen) {
    let recorded = History::open(&path(config)).and_then(|mut history| history.append(run));
    if let Err(error) = recorded {
        warn("the run is not recorded", error, screen);
    }
}

/// Earlier runs that are comparable with `run`; none where there is no history.
pub(crate) fn comparable(config: &Config, run: &Run, screen: &Screen) -> Vec<PastRun> {
    let path = path(config);
    if !path.exists() {
        return Vec::new();
    }
    History::open(&path)
        .and_then(|mut history| history.comparable(run, MOST_RUNS))
        .unwrap_or_else(|error| {
            warn("the history is not used", error, screen);
            Vec::new()
        })
}

fn path(config: &Config) -> PathBuf {
    config.cache().join("history.db")
}

fn warn(what: &str, error: HistoryError, screen: &Screen) {
    screen.warn(&format!("{what}: {:#}", anyhow::Error::from(error)));
}
