//! What a suite executable offers, asked before anything is measured.

use anyhow::{Context as _, bail};
use fabench_harness::runner::{
    self, Cancel, Executable, Limits, Offer, Phase, Problem, WorkerError,
};

use crate::exit::Interrupted;

/// Starts the executable and asks for its benchmarks.
pub(crate) fn offer(
    executable: &Executable,
    limits: Limits,
    cancel: &Cancel,
) -> anyhow::Result<Offer> {
    match runner::offer(executable, limits, cancel) {
        Err(error) if error.is_interrupt() => Err(Interrupted.into()),
        // An executable has its list; only a command has to be run for it.
        Err(WorkerError {
            phase: Phase::Listing,
            problem: Problem::Failed(reason),
            output_tail,
            ..
        }) => {
            let said = output_tail.trim_end();
            let said = if said.is_empty() {
                String::new()
            } else {
                format!("; it printed: {said}")
            };
            bail!("the suite's command does not say what it offers: {reason}{said}")
        }
        offered => offered
            .with_context(|| format!("{} does not answer as a suite", executable.path().display())),
    }
}
