//! Flags of `fabench check`.

use std::path::PathBuf;

use clap::Args;

use super::GateArguments;

/// Flags of `fabench check`.
#[derive(Debug, Args)]
pub(crate) struct CheckArguments {
    /// The result to judge [default: results/latest.json beside fabench.toml].
    #[arg(long, value_name = "FILE")]
    pub(crate) results_file: Option<PathBuf>,
    /// Folder of the baseline [default: baselines/ beside fabench.toml].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) baseline_dir: Option<PathBuf>,
    /// Keep a baseline for each machine class, in folders of their own: for CI systems whose machines differ.
    #[arg(long)]
    pub(crate) per_machine: bool,
    /// Accept the result as the new baseline; refused while there is a regression.
    #[arg(long)]
    pub(crate) update_baseline: bool,
    /// Together with --update-baseline: accept it in spite of a regression.
    #[arg(long, requires = "update_baseline")]
    pub(crate) force_baseline: bool,
    #[command(flatten)]
    pub(crate) gate: GateArguments,
}
