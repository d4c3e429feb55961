//! Flags of `fabench compare`.

use std::time::Duration;

use clap::{Args, ValueEnum};

use super::run::Selection;
use super::{GateArguments, values};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Counter {
    /// Instructions under callgrind (valgrind); thresholds of 1 %
    Instructions,
}

/// Flags of `fabench compare`.
#[derive(Debug, Args)]
pub(crate) struct CompareArguments {
    /// What to compare with: a git revision, a suite executable, or a saved result.
    #[arg(value_name = "BASELINE")]
    pub(crate) baseline: String,
    /// What to judge: a git revision, a suite executable, or a saved result.
    #[arg(value_name = "CANDIDATE")]
    pub(crate) candidate: String,
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Time for the whole comparison, in seconds [default: 10 for each benchmark, more for one of long launches].
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) budget: Option<Duration>,
    /// Most time for one benchmark, in seconds [default: 20, or what 100 pairs of launches take].
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) max_time: Option<Duration>,
    /// Compare counts instead of times, where the work repeats exactly and is single-threaded.
    #[arg(long, value_name = "COUNTER", value_enum, conflicts_with_all = ["budget", "max_time"])]
    pub(crate) counter: Option<Counter>,
    /// Seed of the order in which the two sides are measured.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
}
