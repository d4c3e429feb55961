//! The command line of `cargo xtask`.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

use crate::checks::Step;
use crate::peers::System;

/// Developer tasks of this workspace.
///
/// `cargo xtask test` is all that a change must pass; CI runs the same command.
/// `cargo xtask peers` compares this project with others on the same work.
/// `cargo xtask generate` writes the completions and manual pages that a test keeps current.
/// `cargo xtask torture` tries to break it, for as long as you like.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) task: Task,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Task {
    Test(TestArguments),
    Peers(PeersArguments),
    Torture(TortureArguments),
    SimulateHistory(SimulateHistoryArguments),
    /// Write shell completions, manual pages and JSON schemas of fabench anew, into docs/
    Generate,
}

/// Run everything that a change must pass
///
/// Installs the servers that tests need (PostgreSQL, NATS, Chromium) where it can, then checks formatting and lints,
/// runs the documentation's examples, all tests of the workspace including those with real servers and a real browser, and
/// the dependency rules. The first failing step ends it; the last line is the verdict.
///
/// Exit status: 0 all steps passed, 1 a step failed, 2 wrong command line.
#[derive(Args, Debug, Default)]
pub(crate) struct TestArguments {
    /// Run only this step; may be given several times
    #[arg(long, value_name = "STEP", value_enum)]
    pub(crate) only: Vec<Step>,

    /// Leave this step out; may be given several times
    #[arg(long, value_name = "STEP", value_enum, conflicts_with = "only")]
    pub(crate) skip: Vec<Step>,

    /// Also check dependencies against the RustSec advisory database, which is downloaded
    #[arg(long)]
    pub(crate) advisories: bool,

    /// Name the steps and what each does, and run none
    #[arg(long)]
    pub(crate) list: bool,

    /// Passed on to the test runner, such as a test's name
    #[arg(last = true, value_name = "RUNNER ARGUMENTS")]
    pub(crate) runner: Vec<String>,
}

/// Measure other projects on the same work, in one run with ours, and print the ratios
///
/// Each installs what it compares with (crates, Python or Node packages) into folders of this workspace, never
/// into the system.
#[derive(Args, Debug)]
pub(crate) struct PeersArguments {
    /// What to compare
    #[arg(value_enum)]
    pub(crate) system: System,

    /// Passed on to that comparison; `-- --help` asks it what it takes
    #[arg(
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "ARGUMENTS"
    )]
    pub(crate) rest: Vec<String>,
}

/// Try to break what is built, for a while, and say what was tried
///
/// Campaigns run one after the other, each for its share of the time: floods and broken frames for the gateway, panics and
/// sudden ends for the runtime, hours of load in minutes. docs/reliability.md says what each promises. What has to be
/// built is built first and does not count. Every campaign runs, whatever the others found; the last line is the verdict.
///
/// Exit status: 0 nothing was found, 1 a promise was broken, 2 wrong command line.
#[derive(Args, Debug)]
pub(crate) struct TortureArguments {
    /// How long all of it may take
    #[arg(long, value_name = "N", default_value_t = 15.0, value_parser = minutes)]
    pub(crate) minutes: f64,

    /// Run only this campaign; may be given several times
    #[arg(long, value_name = "CAMPAIGN")]
    pub(crate) only: Vec<String>,

    /// Seed of all that is drawn at random, such as the one that a failure named [default: the time]
    #[arg(long, value_name = "N")]
    pub(crate) seed: Option<u64>,

    /// Name the campaigns and what each tries, and run none
    #[arg(long)]
    pub(crate) list: bool,
}

/// A time that makes sense as one.
fn minutes(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(minutes) if (0.05..=10_000.0).contains(&minutes) => Ok(minutes),
        _ => Err("a number from 0.05 to 10000".into()),
    }
}

/// Make a scratch repository with simulated days of commits and runs, to look at trends whose truth is known
///
/// Nothing is measured: the values are drawn, with a step at a known commit, a ramp, a spike, noise and two machine
/// classes. `simulated.json` in the folder tells what is to be found.
#[derive(Args, Debug)]
pub(crate) struct SimulateHistoryArguments {
    /// A folder that does not exist yet, or is empty
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,

    /// How many days, two commits each, until now
    #[arg(long, value_name = "N", default_value_t = 60)]
    pub(crate) days: u32,

    /// Seed of the noise
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// How many benchmarks; beyond 12 they only have noise
    #[arg(long, value_name = "N", default_value_t = 12)]
    pub(crate) benchmarks: u32,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn what_follows_two_dashes_goes_to_the_runner() {
        let typed = [
            "xtask",
            "test",
            "--only",
            "test",
            "--",
            "-p",
            "fabench-gate",
        ];
        let Task::Test(test) = Arguments::try_parse_from(typed).unwrap().task else {
            panic!("not the test task");
        };
        assert_eq!(test.only, [Step::Test]);
        assert_eq!(test.runner, ["-p", "fabench-gate"]);
    }

    #[test]
    fn only_and_skip_exclude_each_other() {
        let typed = ["xtask", "test", "--only", "fmt", "--skip", "deny"];
        assert!(Arguments::try_parse_from(typed).is_err());
    }
}
