//! Flags of `fabench bisect`.

use std::time::Duration;

use clap::Args;

use super::values;

/// Flags of `fabench bisect`.
#[derive(Debug, Args)]
pub(crate) struct BisectArguments {
    /// A commit that was still fast; it comes before BAD.
    #[arg(value_name = "GOOD")]
    pub(crate) good: String,
    /// A commit that is slow.
    #[arg(value_name = "BAD")]
    pub(crate) bad: String,
    /// The benchmark, by its whole id [default: the one that BAD made slower most].
    #[arg(value_name = "BENCHMARK")]
    pub(crate) benchmark: Option<String>,
    /// Most time for measuring one commit, in seconds [default: 20, or what 100 pairs of launches take].
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) max_time: Option<Duration>,
    /// Seed of the order in which the two sides are measured.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
}
