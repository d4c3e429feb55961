//! Flags that every judging command takes.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use fabench_report::GroupBy;

use super::values;

/// What to fail on, and where reports go.
#[derive(Debug, Args)]
pub(crate) struct GateArguments {
    /// Exit with 3 if a benchmark got slower beyond the critical threshold.
    #[arg(long)]
    pub(crate) fail_on_regression: bool,
    /// Exit with 4 if a benchmark is inconclusive, missing or not comparable.
    #[arg(long)]
    pub(crate) fail_on_inconclusive: bool,
    /// Let a slow-down pass on purpose: `BENCHMARK reason`. The same can stand in a commit message
    /// (`Perf-Accept: BENCHMARK reason`), or in FABENCH_ACCEPT, one a line.
    #[arg(long, value_name = "BENCHMARK REASON")]
    pub(crate) accept: Vec<String>,
    /// Profile both sides of every regression and tell which functions grew.
    #[arg(long)]
    pub(crate) profile_on_regression: bool,
    /// CPU time to sample on each side for --profile-on-regression, in seconds.
    #[arg(long, value_name = "SECONDS", default_value = "10", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) profile_time: Duration,
    /// Folder for the reports [default: ci_results/ beside fabench.toml].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) output_dir: Option<PathBuf>,
    /// Write the report as a pull-request comment, github_comment.md, and add it to $GITHUB_STEP_SUMMARY where that is set.
    #[arg(long)]
    pub(crate) github_comment: bool,
    /// Print GitHub's `::error` and `::warning` for what was found; on without this flag where GITHUB_ACTIONS=true.
    #[arg(long)]
    pub(crate) github_annotations: bool,
    /// What the rows of a group share, the group with the gravest verdict first: category, group, name, func, fullname,
    /// param or param:NAME; several with commas. Without it there are no groups.
    #[arg(long, value_name = "KEYS", value_delimiter = ',', value_parser = values::group_by)]
    pub(crate) group_by: Vec<GroupBy>,
    /// Say in words why this benchmark was judged so.
    #[arg(long, value_name = "BENCHMARK")]
    pub(crate) explain: Vec<String>,
}
