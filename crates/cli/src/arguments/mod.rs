//! What can be typed: flags and commands, before they mean anything.

mod bisect;
mod calibrate;
mod check;
mod compare;
mod completions;
mod dashboard;
mod doctor;
mod export;
mod gate;
mod history;
mod import;
mod init;
mod profile;
mod report;
mod run;
mod selftest;
mod table;
mod values;
mod websocket;

use std::path::PathBuf;

use clap::{Parser, Subcommand};

pub(crate) use bisect::BisectArguments;
pub(crate) use calibrate::CalibrateArguments;
pub(crate) use check::CheckArguments;
pub(crate) use compare::{CompareArguments, Counter};
pub(crate) use completions::{CompletionsArguments, FolderArguments};
pub(crate) use dashboard::{DashboardArguments, ServeArguments, Source};
pub(crate) use doctor::{DoctorArguments, ListFormat};
pub(crate) use export::WriteOutArguments;
pub(crate) use gate::GateArguments;
pub(crate) use history::{
    ExportArguments, HistoryAction, HistoryArguments, ListArguments, OutputFormat, PruneArguments,
    ReadInArguments, ShowArguments, TrendArguments,
};
pub(crate) use import::{ImportArguments, Wanted};
pub(crate) use init::{Ci, InitArguments};
pub(crate) use profile::{ProfileArguments, Profiles};
pub(crate) use report::ReportArguments;
pub(crate) use run::{RunArguments, Selection};
pub(crate) use selftest::SelftestArguments;
pub(crate) use table::{Sort, TableArguments};
pub(crate) use websocket::WebsocketArguments;

use crate::exit::Exit;
use crate::secret::Secret;

/// Benchmarks whose gate does not cry wolf.
///
/// `fabench run` builds and measures the suite that fabench.toml names; `fabench check` judges the result
/// against the stored baseline; `fabench compare` measures two versions side by side.
#[derive(Debug, Parser)]
#[command(name = "fabench", version, after_help = Exit::HELP, propagate_version = true, disable_help_subcommand = true)]
pub(crate) struct Arguments {
    /// Configuration file [default: fabench.toml in this folder or the nearest above it].
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// The history of runs: a file, or postgres://user@host/database [default: FABENCH_HISTORY, fabench.toml, or .fabench/history.db]. A password is better in FABENCH_HISTORY: shells keep what is typed.
    #[arg(long, global = true, value_name = "PLACE")]
    pub(crate) history: Option<Secret>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What fabench can do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Build the suite, run its benchmarks, show and save the result.
    Run(RunArguments),
    /// Judge a saved result against the stored baseline.
    Check(CheckArguments),
    /// Measure two versions side by side and judge what changed: the surest way.
    Compare(CompareArguments),
    /// Show where the time or the memory of benchmarks goes.
    Profile(ProfileArguments),
    /// Show a saved result or comparison again, in any format.
    Report(ReportArguments),
    /// Find the commit that made a benchmark slower.
    Bisect(BisectArguments),
    /// Take over the results of another tool (pytest-benchmark, Go, criterion, hyperfine …).
    Import(ImportArguments),
    /// Write a result as another tool reads it (pytest-benchmark, Bencher, github-action-benchmark, OpenMetrics, CSV).
    Export(WriteOutArguments),
    /// Find out how small a change this machine shows, and what would help.
    Calibrate(CalibrateArguments),
    /// Look at the recorded runs: lists, trends with change points; prune, export, import.
    History(HistoryArguments),
    /// Prove the gate here: false alarms and power, measured with known slow-downs.
    Selftest(SelftestArguments),
    /// Write the history as one HTML page: trends, changes, verdicts, goals.
    Dashboard(DashboardArguments),
    /// Serve the same page live, with running benchmarks and a JSON API.
    Serve(ServeArguments),
    /// Write a fabench.toml for the project in this folder, and workflows for its CI.
    Init(InitArguments),
    /// Look at what measuring needs here, and say what would help.
    Doctor(DoctorArguments),
    /// Print what a shell needs to complete fabench's commands and flags.
    Completions(CompletionsArguments),
    /// Write a manual page for each command.
    #[command(hide = true)]
    Man(FolderArguments),
    /// Write the JSON schema of fabench.toml and of each file that fabench writes.
    #[command(hide = true)]
    Schemas(FolderArguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
