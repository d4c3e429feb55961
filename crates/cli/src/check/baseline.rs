//! Accepting a result as the baseline.

use std::path::Path;

use fabench_gate::{Comparison, Refusal, accept, may_update};
use fabench_record::{Baseline, Run};
use jiff::Timestamp;

use crate::files::write_json;

/// What became of an update.
#[derive(Debug)]
pub(super) enum Update {
    /// The file holds the new baseline.
    Written,
    /// The file is as it was.
    Refused(Refusal),
}

/// Writes `run` as the baseline at `path`, unless the gate refuses it.
pub(super) fn update(
    path: &Path,
    stored: Option<Baseline>,
    run: Run,
    comparison: Option<&Comparison>,
    force: bool,
) -> anyhow::Result<Update> {
    let refusal = may_update(comparison, &run, false).err();
    let forced = refusal.is_some() && force;
    if let Some(refusal) = refusal
        && (!force || may_update(comparison, &run, true).is_err())
    {
        return Ok(Update::Refused(refusal));
    }
    let baseline = accept(stored, run, &Timestamp::now().to_string(), forced);
    write_json(path, &baseline)?;
    Ok(Update::Written)
}
