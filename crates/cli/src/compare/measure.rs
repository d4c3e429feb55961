//! The loop of a side-by-side comparison: ask the gate what to measure, measure it, ask again.

use std::time::{Duration, Instant};

use fabench_gate::{
    Budget, Comparison, Identity, Next, PairedEvidence, Policy, conclude, decide, wants,
};
use fabench_harness::protocol::Declaration;
use fabench_harness::runner::{Cancel, Offer};
use fabench_harness::side_by_side::{PairSettings, SideBySide};
use fabench_record::MachineClass;
use jiff::Timestamp;

use super::progress::Progress;
use super::sides::{Built, evidence};
use crate::arguments::CompareArguments;
use crate::calibrate::Known;
use crate::config::Config;
use crate::offer::offer;
use crate::pair::{MOST_PAIRS, MOST_TIME, add_pair, measure_pair, milliseconds};
use crate::screen::Screen;
use crate::selection;

/// Time for each benchmark unless a budget is given, and pairs of launches that fit in where they are long.
const DEFAULT_BUDGET_EACH: Duration = Duration::from_secs(10);
const DEFAULT_PAIRS_EACH: f64 = 30.0;

/// A comparison under way.
pub(super) struct Measuring<'a> {
    policy: &'a Policy,
    identities: [Identity; 2],
    declarations: Vec<Declaration>,
    evidence: Vec<PairedEvidence>,
    /// What a pair took when the machine was calibrated, in the order of the evidence.
    expected_pair_ms: Vec<Option<f64>>,
    side_by_side: SideBySide,
    cancel: Cancel,
    budget: Option<Duration>,
    most_each: Option<Duration>,
}

/// What both executables offer, as far as it was selected.
pub(super) struct Chosen {
    offers: [Offer; 2],
    /// The candidate's.
    pub(super) declarations: Vec<Declaration>,
    /// Nothing measured yet; what can't be has its obstacle.
    pub(super) evidence: Vec<PairedEvidence>,
}

impl Chosen {
    /// Asks both executables what they offer.
    pub(super) fn of(
        config: &Config,
        arguments: &CompareArguments,
        sides: &[Built; 2],
        cancel: &Cancel,
    ) -> anyhow::Result<Self> {
        let [baseline, candidate] = sides;
        let (old, new) = (
            offer(&baseline.executable(), baseline.limits(), cancel)?,
            offer(&candidate.executable(), candidate.limits(), cancel)?,
        );
        let mut known = new.benchmarks.clone();
        known.extend(
            old.benchmarks
                .iter()
                .filter(|old| !new.benchmarks.iter().any(|new| new.id == old.id))
                .cloned(),
        );
        let selected = selection::select(&known, &arguments.selection)?;
        let chosen = |offered: &[Declaration]| -> Vec<Declaration> {
            offered
                .iter()
                .filter(|one| selected.iter().any(|wanted| wanted.id == one.id))
                .cloned()
                .collect()
        };
        let (old_chosen, declarations) = (chosen(&old.benchmarks), chosen(&new.benchmarks));
        let evidence = evidence(&old_chosen, &declarations, &config.policy);
        Ok(Self {
            offers: [old, new],
            declarations,
            evidence,
        })
    }

    /// Who stands on each side of the report.
    pub(super) fn identities(&self, sides: &[Built; 2], started_at: &str) -> [Identity; 2] {
        let [old, new] = &self.offers;
        [
            sides[0].identity(old, started_at),
            sides[1].identity(new, started_at),
        ]
    }
}

impl<'a> Measuring<'a> {
    /// Nothing measured yet.
    pub(super) fn new(
        chosen: Chosen,
        policy: &'a Policy,
        arguments: &CompareArguments,
        sides: &[Built; 2],
        cancel: &Cancel,
    ) -> Self {
        let settings = PairSettings {
            seed: arguments.seed,
            limits: sides[1].limits(),
            ..PairSettings::default()
        };
        Self {
            policy,
            identities: chosen.identities(sides, &Timestamp::now().to_string()),
            declarations: chosen.declarations,
            evidence: chosen.evidence,
            expected_pair_ms: Vec::new(),
            side_by_side: SideBySide::new(
                sides[0].executable(),
                sides[1].executable(),
                settings,
                cancel.clone(),
            ),
            cancel: cancel.clone(),
            budget: arguments.budget,
            most_each: arguments.max_time,
        }
    }

    /// The machine that measures.
    pub(super) fn machine(&self) -> &MachineClass {
        &self.identities[1].machine
    }

    /// Measures until everything is decided, the budget is spent, or the user interrupts.
    pub(super) fn carry_out(mut self, known: Option<&Known>, screen: &Screen) -> Comparison {
        if let Some(known) = known {
            let pair_ms = |one: &PairedEvidence| known.pair_ms(&one.id, &one.metric.name);
            self.expected_pair_ms = self.evidence.iter().map(pair_ms).collect();
        }
        let begin = Instant::now();
        let progress = Progress::new(screen);
        while !self.cancel.is_cancelled() {
            let budget = Budget {
                left_ms: milliseconds(self.budget().saturating_sub(begin.elapsed())),
                per_benchmark_ms: milliseconds(self.most_each.unwrap_or(MOST_TIME)),
                per_benchmark_pairs: self.most_each.map_or(MOST_PAIRS, |_| 0),
            };
            let Next::Measure {
                benchmark,
                pairs,
                confirming,
            } = decide(&self.evidence, self.policy, budget)
            else {
                break;
            };
            for _ in 0..pairs {
                self.measure(benchmark, confirming);
                progress.show(&self.so_far(), benchmark, begin.elapsed(), self.budget());
                if self.cancel.is_cancelled() || self.evidence[benchmark].obstacle.is_some() {
                    break;
                }
            }
        }
        progress.close();
        self.so_far()
    }

    /// The time for all of it. As soon as it is known what a pair takes, those whose launches are long have more.
    fn budget(&self) -> Duration {
        self.budget.unwrap_or_else(|| {
            let each = self.evidence.iter().enumerate().map(|(index, one)| {
                let own = self.policy.budget(&one.id, &one.metric.name);
                let expected = self.expected_pair_ms.get(index).copied().flatten();
                let pairs = one.pair_ms().or(expected).unwrap_or_default() * DEFAULT_PAIRS_EACH;
                own.unwrap_or(DEFAULT_BUDGET_EACH)
                    .max(Duration::from_secs_f64(pairs / 1e3))
            });
            each.sum()
        })
    }

    /// The verdicts on what was measured until now.
    fn so_far(&self) -> Comparison {
        let [baseline, candidate] = self.identities.clone();
        conclude(baseline, candidate, &self.evidence, self.policy)
    }

    /// One pair of launches; what goes wrong becomes the benchmark's obstacle, the others go on. What the pair tells about
    /// others is theirs as far as they still need it.
    fn measure(&mut self, index: usize, confirming: bool) {
        let evidence = &mut self.evidence[index];
        let Some(declaration) = self.declarations.iter().find(|one| one.id == evidence.id) else {
            return;
        };
        let pair = measure_pair(&mut self.side_by_side, declaration, evidence, confirming);
        let Some(pair) = pair else { return };
        for other in (0..self.evidence.len()).filter(|other| *other != index) {
            let Some(launches) = pair.also.get(&self.evidence[other].id) else {
                continue;
            };
            if let Some(confirming) = wants(&self.evidence, other, self.policy) {
                add_pair(&mut self.evidence[other], launches, confirming);
                self.evidence[other].spent_ms += milliseconds(pair.duration);
            }
        }
    }
}
