//! What each step runs.

use std::process::Command;

use anyhow::Result;

use crate::arguments::TestArguments;
use crate::checks::fetched::DENY;
use crate::checks::{Outcome, Step, memory, packages};
use crate::process;

/// Set for tests: a server that is not there is a failure, not a reason to skip.
const REQUIRE_SERVERS: (&str, &str) = ("FABENCH_REQUIRE_SERVERS", "1");

/// Runs `step`.
///
/// # Errors
/// If it fails; the text says which command did.
pub(crate) fn run(step: Step, arguments: &TestArguments) -> Result<Outcome> {
    match step {
        Step::System => system(),
        Step::Fmt => passed(process::cargo().args(["fmt", "--all", "--check"])),
        Step::Clippy => passed(process::cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "--deny",
            "warnings",
        ])),
        Step::Doc => passed(process::cargo().args(["test", "--workspace", "--doc"])),
        Step::Test => tests(arguments),
        Step::Memory => memory::check(),
        Step::Deny => dependencies(arguments.advisories),
    }
}

fn passed(command: &mut Command) -> Result<Outcome> {
    process::run(command)?;
    Ok(Outcome::Passed)
}

/// All tests in the profile and with the features of the steps before, so that nothing is compiled twice.
fn tests(arguments: &TestArguments) -> Result<Outcome> {
    let mut command = process::cargo();
    if process::succeeds(process::cargo().args(["nextest", "--version"])) {
        command.args(["nextest", "run", "--profile", "ci", "--workspace"]);
        command.args(&arguments.runner);
    } else {
        eprintln!("cargo-nextest is not installed: using cargo test");
        command.args(["test", "--workspace", "--no-fail-fast"]);
        command.args(["--lib", "--bins", "--tests", "--examples"]);
        command.args(&arguments.runner);
    }
    command.env(REQUIRE_SERVERS.0, REQUIRE_SERVERS.1);
    command.env("PATH", process::search_path());
    passed(&mut command)
}

/// What tests need; cargo-deny is a help, not a need: its step says when it is missing.
fn system() -> Result<Outcome> {
    let outcome = packages::install_missing()?;
    if !DENY.is_installed()
        && let Err(error) = DENY.fetch()
    {
        eprintln!("warning: cargo-deny could not be fetched: {error:#}");
    }
    Ok(outcome)
}

fn dependencies(advisories: bool) -> Result<Outcome> {
    if !DENY.is_installed() {
        let reason = "cargo-deny is not installed: cargo install cargo-deny --locked";
        return Ok(Outcome::Skipped(reason.into()));
    }
    let mut command = DENY.command();
    command.args(["check", "--hide-inclusion-graph"]);
    command.args(["bans", "licenses", "sources"]);
    if advisories {
        command.arg("advisories");
    } else {
        eprintln!("advisories need the RustSec database from the network: add --advisories");
    }
    passed(&mut command)
}
