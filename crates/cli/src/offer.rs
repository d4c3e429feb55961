//! What a suite executable offers, asked before anything is measured.

use anyhow::Context as _;
use fabench_harness::runner::{self, Cancel, Executable, Limits, Offer};

use crate::exit::Interrupted;

/// Starts the executable and asks for its benchmarks.
pub(crate) fn offer(
    executable: &Executable,
    limits: Limits,
    cancel: &Cancel,
) -> anyhow::Result<Offer> {
    match runner::offer(executable, limits, cancel) {
        Err(error) if error.is_interrupt() => Err(Interrupted.into()),
        offered => offered
            .with_context(|| format!("{} does not answer as a suite", executable.path().display())),
    }
}
