//! Measuring one commit against the fast one.

use std::time::Duration;

use fabench_gate::{BenchmarkComparison, CommitState, PairedEvidence, Verdict};
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, Offer};
use fabench_harness::side_by_side::{PairSettings, SideBySide};
use jiff::Timestamp;

use super::commits::Commit;
use crate::compare::revision;
use crate::compare::sides::{Built, evidence};
use crate::config::Config;
use crate::offer::offer;
use crate::pair::{MOST_PAIRS, MOST_TIME, Trial};

/// A commit that was built and says what it offers.
pub(super) struct Suite {
    built: Built,
    pub(super) offer: Offer,
}

impl Suite {
    /// Builds the commit, or takes it from the cache.
    pub(super) fn of(config: &Config, commit: &Commit, cancel: &Cancel) -> anyhow::Result<Self> {
        let built = revision::suite(config, &commit.hash)?.within(config.memory_limit);
        let offer = offer(&built.executable(), built.limits(), cancel)?;
        Ok(Self { built, offer })
    }
}

/// How commits are measured.
pub(super) struct Measuring<'a> {
    pub(super) config: &'a Config,
    pub(super) good: Suite,
    pub(super) time: Option<Duration>,
    pub(super) seed: u64,
    pub(super) cancel: &'a Cancel,
}

impl Measuring<'_> {
    /// The benchmark `id` of `suite` against that of the fast commit; `None` if interrupted or in neither.
    pub(super) fn compare(&self, suite: &Suite, id: &str) -> Option<BenchmarkComparison> {
        let chosen = |offer: &Offer| -> Vec<Declaration> {
            let offered = offer.benchmarks.iter();
            offered
                .filter(|one| one.id.as_str() == id)
                .cloned()
                .collect()
        };
        let (old, new) = (chosen(&self.good.offer), chosen(&suite.offer));
        let policy = &self.config.policy;
        let mut judged = evidence(&old, &new, policy).into_iter();
        let evidence: PairedEvidence = judged.find(|one| one.primary)?;
        let now = Timestamp::now().to_string();
        Trial {
            policy,
            declaration: new.first().or(old.first())?,
            evidence,
            identities: [
                self.good.built.identity(&self.good.offer, &now),
                suite.built.identity(&suite.offer, &now),
            ],
            side_by_side: SideBySide::new(
                self.good.built.executable(),
                suite.built.executable(),
                PairSettings {
                    seed: self.seed,
                    limits: suite.built.limits(),
                    ..PairSettings::default()
                },
                self.cancel.clone(),
            ),
            time: self.time.unwrap_or(MOST_TIME),
            pairs: self.time.map_or(MOST_PAIRS, |_| 0),
            cancel: self.cancel,
        }
        .carry_out()
    }
}

/// What a verdict says of a commit. A warning counts as slow: it is a confirmed change for the worse.
pub(super) fn state(verdict: Verdict) -> CommitState {
    match verdict {
        Verdict::Regression | Verdict::Warning => CommitState::Bad,
        Verdict::Unchanged | Verdict::Improvement => CommitState::Good,
        Verdict::Failed
        | Verdict::Missing
        | Verdict::NotComparable
        | Verdict::Inconclusive
        | Verdict::New => CommitState::Skipped,
    }
}
