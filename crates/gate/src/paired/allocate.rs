//! What to measure next: time goes to the benchmarks that are still undecided, within the budget.

use std::time::Duration;

use super::PairedEvidence;
use super::plan::Plan;
use super::state::{Standing, State};
use crate::policy::Policy;

/// What may still be spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Milliseconds left for the whole comparison.
    pub left_ms: u64,
    /// Milliseconds that a single benchmark may take in all, unless policy gives it a budget of its own.
    pub per_benchmark_ms: u64,
    /// Launch pairs that a single benchmark may take even if they last longer than that.
    pub per_benchmark_pairs: u32,
}

impl Budget {
    /// What a benchmark may take whose pairs take `pair_ms`: one of long launches needs as many of them as the others.
    fn of_each(&self, pair_ms: f64) -> u64 {
        let pairs = f64::from(self.per_benchmark_pairs) * pair_ms;
        self.per_benchmark_ms.max(pairs as u64)
    }
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// What to do next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// Measure pairs of launches.
    Measure {
        /// Index of the benchmark in the evidence.
        benchmark: usize,
        /// Pairs of fresh launches; at least 1. Fewer may be delivered.
        pairs: usize,
        /// True if they belong to `confirming`, false if to `first`.
        confirming: bool,
    },
    /// Everything is decided, or the budget is spent: see [`super::conclude`].
    Stop,
}

/// What a pair takes before one was measured, in milliseconds.
const UNKNOWN_PAIR_MS: f64 = 200.0;

/// Pairs in the first order for a benchmark, which tells what a pair takes: one, as it may take minutes.
const FIRST_ORDER: usize = 1;

/// Decides what to measure next. Deterministic: the same evidence and budget give the same answer.
///
/// Confirmations come first, because a flag without one is worth nothing; then whoever was looked at least, and of
/// those the cheapest. A look that is not affordable in full is taken as far as the budget goes.
pub fn decide(evidence: &[PairedEvidence], policy: &Policy, budget: Budget) -> Next {
    let judged = evidence.iter().filter(|one| one.obstacle.is_none()).count();
    let plan = Plan::of(policy, judged);
    let mut best: Option<(Priority, Next)> = None;
    for (index, one) in evidence.iter().enumerate() {
        let thresholds = policy.thresholds(&one.id, &one.metric.name);
        let State::Needs {
            pairs,
            confirming,
            looks,
        } = Standing::of(one, &thresholds, &plan).state
        else {
            continue;
        };
        let pair_ms = one.pair_ms().unwrap_or(UNKNOWN_PAIR_MS);
        let own = policy
            .budget(&one.id, &one.metric.name)
            .map_or_else(|| budget.of_each(pair_ms), milliseconds);
        let own_left = own.saturating_sub(one.spent_ms);
        // What a first look leaves undecided must not eat what confirming a flag of it would take.
        let reserve = if confirming || looks == 0 {
            0.0
        } else {
            plan.fewest_confirming() as f64 * pair_ms
        };
        let affordable = (budget.left_ms.min(own_left) as f64 - reserve) / pair_ms;
        let ordered = match one.pair_ms() {
            None => pairs.min(FIRST_ORDER),
            Some(_) => pairs.min(affordable.max(0.0).floor() as usize),
        };
        if ordered == 0 || affordable < 1.0 {
            continue;
        }
        let priority = Priority {
            sharpening: confirming && looks > 0,
            looking: !confirming,
            looks,
            cost_us: (pair_ms * 1e3) as u64,
        };
        let next = Next::Measure {
            benchmark: index,
            pairs: ordered,
            confirming,
        };
        if best.is_none_or(|(other, _)| priority < other) {
            best = Some((priority, next));
        }
    }
    best.map_or(Next::Stop, |(_, next)| next)
}

/// Whether `evidence[index]` still needs launches, and if so, whether these confirm: for launches that tell about several
/// benchmarks at once, of which each takes what it needs and no more.
pub fn wants(evidence: &[PairedEvidence], index: usize, policy: &Policy) -> Option<bool> {
    let judged = evidence.iter().filter(|one| one.obstacle.is_none()).count();
    let one = evidence.get(index)?;
    let thresholds = policy.thresholds(&one.id, &one.metric.name);
    match Standing::of(one, &thresholds, &Plan::of(policy, judged)).state {
        State::Needs { confirming, .. } => Some(confirming),
        State::Decided => None,
    }
}

/// Smaller comes first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Priority {
    sharpening: bool,
    looking: bool,
    looks: usize,
    cost_us: u64,
}

#[cfg(test)]
#[path = "allocate_tests.rs"]
mod tests;
