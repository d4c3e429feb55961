//! Flags of `fabench calibrate`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::run::Selection;
use super::values;

/// Flags of `fabench calibrate`.
#[derive(Debug, Args)]
pub(crate) struct CalibrateArguments {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Time for each benchmark, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "4", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) time: Duration,
    /// Seed of the order of the launches and of the cores.
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    pub(crate) seed: u64,
    /// Calibrate with this suite executable as it is, instead of building the one that fabench.toml names.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) suite: Option<PathBuf>,
}
