//! fabench as the worker of a suite: of a command that the configuration names, else of the suite within fabench.

use std::process::ExitCode;

use fabench_harness::command::CommandSuite;

use crate::builtin_suite;

/// Serves the worker protocol until the launch is over.
pub(crate) fn main() -> ExitCode {
    let served = match CommandSuite::from_environment() {
        Ok(None) => return builtin_suite::main(),
        Ok(Some(suite)) => suite.serve(),
        Err(failure) => Err(failure),
    };
    match served {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("{failure}");
            ExitCode::FAILURE
        }
    }
}
