//! From verdicts and flags to the exit code.

use fabench_gate::{Comparison, Refusal, Verdict};

use crate::arguments::GateArguments;
use crate::exit::Exit;

/// The exit code of a comparison. A confirmed regression outranks a benchmark that failed to run.
pub(super) fn exit(comparison: &Comparison, gate: &GateArguments) -> Exit {
    let any = |verdict| comparison.overall.counts.contains_key(&verdict);
    if gate.fail_on_regression && any(Verdict::Regression) {
        Exit::Gate
    } else if any(Verdict::Failed) {
        Exit::Failed
    } else if comparison.overall.nothing_compared
        || (gate.fail_on_inconclusive && any(Verdict::Inconclusive))
    {
        Exit::Undecided
    } else {
        Exit::Pass
    }
}

/// Whether the result is better than the baseline, or holds what the baseline lacks, and nothing is worse.
pub(super) fn worth_updating(comparison: &Comparison) -> bool {
    let any = |verdict| comparison.overall.counts.contains_key(&verdict);
    any(Verdict::Improvement) || any(Verdict::New)
}

/// The exit code of a refused update.
pub(super) fn exit_of_refusal(refusal: &Refusal) -> Exit {
    match refusal {
        Refusal::Regression(_) => Exit::Gate,
        Refusal::Failed(_) => Exit::Failed,
        Refusal::Quick | Refusal::Partial | Refusal::Empty | Refusal::Missing(_) => Exit::Undecided,
    }
}
