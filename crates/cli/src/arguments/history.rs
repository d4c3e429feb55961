//! Flags of `fabench history`.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

/// Flags of `fabench history`.
#[derive(Debug, Args)]
pub(crate) struct HistoryArguments {
    #[command(subcommand)]
    pub(crate) action: HistoryAction,
    /// How to print what was found or done.
    #[arg(long, global = true, value_name = "FORMAT", value_enum, default_value_t = OutputFormat::Terminal)]
    pub(crate) format: OutputFormat,
}

/// How results are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OutputFormat {
    /// For people.
    Terminal,
    /// For programs.
    Json,
}

/// What to do with the history.
#[derive(Debug, Subcommand)]
pub(crate) enum HistoryAction {
    /// List the recorded runs, newest first.
    List(ListArguments),
    /// Show one recorded run and what was said of it.
    Show(ShowArguments),
    /// Show how a benchmark went: a chart, change points with their commits, creep.
    Trend(TrendArguments),
    /// Thin what is older than the days to keep to one value a week; baselines stay.
    Prune(PruneArguments),
    /// Write everything to one file of JSON lines.
    Export(ExportArguments),
    /// Read exported histories or saved results in: nothing is lost, nothing is there twice.
    Import(ReadInArguments),
}

/// Flags of `fabench history list`.
#[derive(Debug, Args)]
pub(crate) struct ListArguments {
    /// Only runs of this branch.
    #[arg(long, value_name = "BRANCH")]
    pub(crate) branch: Option<String>,
    /// Only runs of this suite.
    #[arg(long, value_name = "SUITE")]
    pub(crate) suite: Option<String>,
    /// Only runs of the last so many days.
    #[arg(long, value_name = "N")]
    pub(crate) days: Option<u16>,
    /// At most so many.
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub(crate) limit: u32,
}

/// Flags of `fabench history show`.
#[derive(Debug, Args)]
pub(crate) struct ShowArguments {
    /// Id of the run, or the beginning of it, or `latest`.
    #[arg(value_name = "RUN", default_value = "latest")]
    pub(crate) run: String,
}

/// Flags of `fabench history trend`.
#[derive(Debug, Args)]
pub(crate) struct TrendArguments {
    /// The benchmark, by its whole id.
    #[arg(value_name = "BENCHMARK")]
    pub(crate) benchmark: String,
    /// This metric [default: the primary one].
    #[arg(long, value_name = "METRIC")]
    pub(crate) metric: Option<String>,
    /// Only runs of this branch.
    #[arg(long, value_name = "BRANCH")]
    pub(crate) branch: Option<String>,
    /// The last so many days.
    #[arg(long, value_name = "N", default_value_t = 90)]
    pub(crate) days: u16,
}

/// Flags of `fabench history prune`.
#[derive(Debug, Args)]
pub(crate) struct PruneArguments {
    /// Days of which everything is kept, counted from the newest run [default: retention_days of fabench.toml, else 90].
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: Option<u32>,
    /// Delete what is older, instead of keeping one value a week for each benchmark.
    #[arg(long)]
    pub(crate) delete: bool,
}

/// Flags of `fabench history export`.
#[derive(Debug, Args)]
pub(crate) struct ExportArguments {
    /// The file to write, replacing it [default: standard output].
    #[arg(value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// Flags of `fabench history import`.
#[derive(Debug, Args)]
pub(crate) struct ReadInArguments {
    /// Files of `fabench history export`, or results of `fabench run`.
    #[arg(value_name = "FILE", required = true)]
    pub(crate) files: Vec<PathBuf>,
}
