//! One benchmark of two executables, measured pair by pair until the gate has decided.
//!
//! Every command that measures side by side takes its pairs here, so that all of them are judged alike.

use std::time::{Duration, Instant};

use fabench_gate::{
    BenchmarkComparison, Budget, Identity, Next, PairedEvidence, PairedLaunch, Policy, Verdict,
    conclude, decide,
};
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::Cancel;
use fabench_harness::side_by_side::{self, SideBySide, SideError};
use fabench_record::Launch;

/// Most time for one benchmark, unless [`MOST_PAIRS`] pairs of its launches take longer.
pub(crate) const MOST_TIME: Duration = Duration::from_secs(20);

/// Pairs of launches that one benchmark gets where they are long: without them a flag can't be confirmed.
pub(crate) const MOST_PAIRS: u32 = 100;

/// Adds one pair of launches to `evidence`; what goes wrong becomes its obstacle, an interrupt adds nothing.
///
/// Returns the pair, unless it failed or says nothing about the metric.
pub(crate) fn measure_pair(
    side_by_side: &mut SideBySide,
    declaration: &Declaration,
    evidence: &mut PairedEvidence,
    confirming: bool,
) -> Option<side_by_side::PairedLaunch> {
    let begin = Instant::now();
    let mut measured = None;
    match side_by_side.launch_for(declaration, Some(&evidence.metric)) {
        Ok(mut pair) => {
            let launches = [pair.baseline, pair.candidate];
            add_pair(evidence, &launches, confirming);
            [pair.baseline, pair.candidate] = launches;
            measured = evidence.obstacle.is_none().then_some(pair);
        }
        Err(error) if error.error.is_interrupt() => {}
        Err(error) => evidence.obstacle = Some((Verdict::Failed, said(&error))),
    }
    evidence.spent_ms += milliseconds(begin.elapsed());
    measured
}

/// Adds what a launch of the baseline and one of the candidate say.
pub(crate) fn add_pair(evidence: &mut PairedEvidence, launches: &[Launch; 2], confirming: bool) {
    let [baseline, candidate] = launches;
    match PairedLaunch::read(&evidence.metric, baseline, candidate) {
        Ok(read) if confirming => evidence.confirming.push(read),
        Ok(read) => evidence.first.push(read),
        Err(error) => evidence.obstacle = Some((Verdict::NotComparable, error.to_string())),
    }
}

/// The failure with the last line that the suite printed, which mostly tells the cause.
fn said(error: &SideError) -> String {
    match error.error.output_tail.lines().last() {
        Some(line) => format!("{error}; it printed: {line}"),
        None => error.to_string(),
    }
}

/// A comparison of a single metric that has the whole time to itself.
pub(crate) struct Trial<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) declaration: &'a Declaration,
    pub(crate) evidence: PairedEvidence,
    pub(crate) identities: [Identity; 2],
    pub(crate) side_by_side: SideBySide,
    pub(crate) time: Duration,
    /// Pairs that may be measured even if they take longer than that.
    pub(crate) pairs: u32,
    pub(crate) cancel: &'a Cancel,
}

impl Trial<'_> {
    /// Measures until it is decided or the time is spent; `None` if it was interrupted.
    pub(crate) fn carry_out(mut self) -> Option<BenchmarkComparison> {
        let begin = Instant::now();
        let least = milliseconds(self.time);
        loop {
            let pair_ms = self.evidence.pair_ms().unwrap_or_default();
            let time = least.max((f64::from(self.pairs) * pair_ms) as u64);
            let budget = Budget {
                left_ms: time.saturating_sub(milliseconds(begin.elapsed())),
                per_benchmark_ms: time,
                per_benchmark_pairs: 0,
            };
            let one = std::slice::from_ref(&self.evidence);
            let Next::Measure {
                pairs, confirming, ..
            } = decide(one, self.policy, budget)
            else {
                break;
            };
            for _ in 0..pairs {
                measure_pair(
                    &mut self.side_by_side,
                    self.declaration,
                    &mut self.evidence,
                    confirming,
                );
                if self.cancel.is_cancelled() {
                    return None;
                }
                if self.evidence.obstacle.is_some() {
                    break;
                }
            }
        }
        let [baseline, candidate] = self.identities;
        let comparison = conclude(baseline, candidate, &[self.evidence], self.policy);
        comparison.benchmarks.into_iter().next()
    }
}

/// Whole milliseconds of a span of time.
pub(crate) fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}
