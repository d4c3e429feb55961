//! Flags of `fabench report`.

use std::path::PathBuf;

use clap::Args;
use fabench_report::Format;

use super::{TableArguments, values};

/// Flags of `fabench report`.
#[derive(Debug, Args)]
pub(crate) struct ReportArguments {
    /// A saved result or comparison [default: ci_results/latest_regression_report.json, else results/latest.json].
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Form of the report.
    #[arg(long, short, value_name = "FORMAT", default_value = "terminal", value_parser = values::format())]
    pub(crate) format: Format,
    /// Write it to this file, replacing it, instead of to standard output.
    #[arg(long, short, value_name = "PATH")]
    pub(crate) output: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
}
