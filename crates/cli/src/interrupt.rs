//! Ctrl-C and termination: measuring stops at once, what was measured is saved.

use anyhow::Context as _;
use fabench_harness::runner::Cancel;

/// A token that is cancelled when the user or the system asks the process to end (SIGINT, SIGTERM, SIGHUP).
pub(crate) fn cancel_on_signal() -> anyhow::Result<Cancel> {
    let cancel = Cancel::default();
    let raised = cancel.clone();
    ctrlc::set_handler(move || raised.cancel()).context("the signal handler can't be set")?;
    Ok(cancel)
}
