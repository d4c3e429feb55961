//! `cargo xtask test`: every check that a change must pass, in steps, the first failure ending it.
//!
//! Invariant: the last line of standard output is the verdict, and nothing that was left out is called passed.

mod actionlint;
pub(crate) mod fetched;
mod memory;
mod need;
mod node;
mod packages;
mod progress;
mod python;
mod step;
mod steps;

pub(crate) use step::Step;

use std::process::ExitCode;
use std::time::Instant;

use clap::ValueEnum;

use crate::arguments::TestArguments;
use crate::checks::progress::Progress;

/// How a step ended that did not fail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was done, all of it.
    Passed,
    /// It was left out, or a part of it, for this reason.
    Skipped(String),
}

/// Runs the chosen steps in their order.
pub(crate) fn run(arguments: &TestArguments) -> ExitCode {
    let chosen = chosen(arguments);
    if arguments.list {
        for step in Step::value_variants() {
            println!("{:7} {}", step.name(), step.what());
        }
        return ExitCode::SUCCESS;
    }
    let mut progress = Progress::new(chosen.len());
    for (index, &step) in chosen.iter().enumerate() {
        progress.begin(step);
        let began = Instant::now();
        match steps::run(step, arguments) {
            Ok(outcome) => progress.end(step, outcome, began.elapsed()),
            Err(error) => {
                progress.fail(step, &error, &chosen[index + 1..]);
                return ExitCode::FAILURE;
            }
        }
    }
    progress.pass();
    ExitCode::SUCCESS
}

/// The steps that are to run, each once, in the order in which steps run.
fn chosen(arguments: &TestArguments) -> Vec<Step> {
    Step::value_variants()
        .iter()
        .copied()
        .filter(|step| arguments.only.is_empty() || arguments.only.contains(step))
        .filter(|step| !arguments.skip.contains(step))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_steps_run_unless_told_otherwise() {
        assert_eq!(chosen(&TestArguments::default()), Step::value_variants());
    }

    #[test]
    fn steps_keep_their_order_whatever_was_typed() {
        let only = vec![Step::Test, Step::Fmt, Step::Test];
        let arguments = TestArguments {
            only,
            ..TestArguments::default()
        };
        assert_eq!(chosen(&arguments), [Step::Fmt, Step::Test]);
    }

    #[test]
    fn skipped_steps_are_left_out() {
        let skip = vec![Step::System, Step::Memory, Step::Deny];
        let arguments = TestArguments {
            skip,
            ..TestArguments::default()
        };
        assert_eq!(
            chosen(&arguments),
            [Step::Fmt, Step::Clippy, Step::Doc, Step::Test]
        );
    }
}
