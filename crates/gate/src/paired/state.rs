//! Where one benchmark stands: what it needs next, or what it has come to.
//!
//! Invariant: a function of the evidence alone. What was measured first decides how many launches confirm, so the
//! confirmation is a test of its own with one look, whatever is measured afterwards to sharpen the level.

use super::plan::{LOOKS, MOST_POOLED, Plan};
use super::{PairedEvidence, PairedLaunch};
use crate::estimate::{normal_quantile, quantile_sorted, signed_rank, sorted};
use crate::judge::{LogInterval, Verdict, judge_log};
use crate::policy::Thresholds;

/// What a benchmark needs or has come to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum State {
    /// Undecided: so many launch pairs more, to be judged then.
    Needs {
        pairs: usize,
        confirming: bool,
        /// How often it was looked at; who was looked at least comes first.
        looks: usize,
    },
    /// Nothing more to measure.
    Decided,
}

/// The state and, if there is evidence, what it would come to if it ended now.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Standing {
    pub(super) state: State,
    pub(super) verdict: Verdict,
    pub(super) interval: Option<LogInterval>,
    /// Whether a flag was raised and not confirmed (yet).
    pub(super) unconfirmed: Option<Verdict>,
}

fn log_ratios(pairs: &[PairedLaunch]) -> Vec<f64> {
    pairs.iter().map(|pair| pair.log_ratio).collect()
}

/// Robust standard deviation: the interquartile range of normal values is 1.349 of it.
pub(super) fn spread(log_ratios: &[f64]) -> f64 {
    let sorted = sorted(log_ratios);
    let at = |p| quantile_sorted(&sorted, p).unwrap_or(0.0);
    (at(0.75) - at(0.25)) / 1.349
}

impl Standing {
    pub(super) fn of(evidence: &PairedEvidence, thresholds: &Thresholds, plan: &Plan) -> Self {
        if let Some((verdict, _)) = &evidence.obstacle {
            return Self {
                state: State::Decided,
                verdict: *verdict,
                interval: None,
                unconfirmed: None,
            };
        }
        let first = log_ratios(&evidence.first);
        if let Some(exact) = Self::of_exact(evidence, &first, thresholds) {
            return exact;
        }
        // Only at a planned look may a decision fall: looking after every pair would spend the error many times.
        let looks = LOOKS.iter().filter(|&&look| look <= first.len()).count();
        let at_look = looks.checked_sub(1).map_or(0, |last| LOOKS[last]);
        let Some(interval) = signed_rank(&first[..at_look], plan.look) else {
            return Self::undecided(&first, looks, thresholds, plan);
        };
        let verdict = judge_log(&interval, thresholds);
        if verdict.is_flag() {
            return Self::of_flag(evidence, &first, interval, verdict, thresholds, plan);
        }
        if verdict == Verdict::Unchanged {
            return Self {
                state: State::Decided,
                verdict,
                interval: Some(interval),
                unconfirmed: None,
            };
        }
        Self::undecided(&first, looks, thresholds, plan)
    }

    /// Should measuring end here, then all that was measured is the last look; a flag would lack confirmation.
    fn undecided(first: &[f64], looks: usize, thresholds: &Thresholds, plan: &Plan) -> Self {
        let interval = signed_rank(first, plan.look);
        let verdict = interval.map_or(Verdict::Inconclusive, |all| judge_log(&all, thresholds));
        let state = Plan::next_look(first.len()).map_or(State::Decided, |look| State::Needs {
            pairs: look - first.len(),
            confirming: false,
            looks,
        });
        Self {
            state,
            verdict: if verdict.is_flag() {
                Verdict::Inconclusive
            } else {
                verdict
            },
            interval,
            unconfirmed: verdict.is_flag().then_some(verdict),
        }
    }

    /// A counter that repeats exactly needs two pairs and no statistics.
    fn of_exact(evidence: &PairedEvidence, first: &[f64], thresholds: &Thresholds) -> Option<Self> {
        let repeats = |value: fn(&PairedLaunch) -> f64| {
            let pairs = evidence.first.windows(2);
            pairs
                .into_iter()
                .all(|pair| value(&pair[0]) == value(&pair[1]))
        };
        let exact = evidence.metric.exact
            && repeats(|pair| pair.baseline)
            && repeats(|pair| pair.candidate);
        if !exact {
            return None;
        }
        let Some(&ratio) = first.get(1) else {
            return Some(Self {
                state: State::Needs {
                    pairs: 2 - first.len(),
                    confirming: false,
                    looks: 0,
                },
                verdict: Verdict::Inconclusive,
                interval: None,
                unconfirmed: None,
            });
        };
        let interval = LogInterval::around(ratio, 0.0);
        Some(Self {
            state: State::Decided,
            verdict: judge_log(&interval, thresholds),
            interval: Some(interval),
            unconfirmed: None,
        })
    }

    fn of_flag(
        evidence: &PairedEvidence,
        first: &[f64],
        interval: LogInterval,
        flag: Verdict,
        thresholds: &Thresholds,
        plan: &Plan,
    ) -> Self {
        let smallest = thresholds.warning.log().min(thresholds.improvement.log());
        let looks = plan.confirming_looks(
            interval.estimate,
            spread(first).max(plan.spread_behind(&interval, first.len())),
            smallest.max(0.005),
        );
        let confirming = log_ratios(&evidence.confirming);
        let needs = |pairs, looks| State::Needs {
            pairs,
            confirming: true,
            looks,
        };
        let pooled = [first, &confirming].concat();
        let pooled_interval = signed_rank(&pooled, plan.look);
        let unconfirmed = Self {
            state: State::Decided,
            verdict: Verdict::Inconclusive,
            interval: pooled_interval,
            unconfirmed: Some(flag),
        };
        let confirms = |fresh: &[f64]| {
            signed_rank(fresh, plan.confirming).is_some_and(|fresh| {
                if flag == Verdict::Improvement {
                    fresh.upper < 0.0
                } else {
                    fresh.lower > 0.0
                }
            })
        };
        let mut confirmed = false;
        for look in looks {
            let Some(fresh) = confirming.get(..look) else {
                return Self {
                    state: needs(look - confirming.len(), 0),
                    ..unconfirmed
                };
            };
            confirmed = confirms(fresh);
            if confirmed {
                break;
            }
        }
        if !confirmed {
            return unconfirmed;
        }
        let verdict = pooled_interval.map_or(flag, |pooled| judge_log(&pooled, thresholds));
        let settled = match verdict {
            Verdict::Warning => {
                pooled_interval.is_some_and(|pooled| pooled.upper < thresholds.critical.log())
            }
            Verdict::Inconclusive => false,
            _ => true,
        };
        let state = if settled || pooled.len() >= MOST_POOLED {
            State::Decided
        } else {
            needs(pooled.len().div_ceil(2), pooled.len())
        };
        Self {
            state,
            verdict,
            interval: pooled_interval,
            unconfirmed: None,
        }
    }

    /// Log of the smallest cost ratio that would have been reported with a chance of 80 %.
    pub(super) fn detectable_log(
        &self,
        pairs: usize,
        thresholds: &Thresholds,
        plan: &Plan,
    ) -> Option<f64> {
        let interval = self.interval?;
        let half_width = 0.5 * (interval.upper - interval.lower);
        let deviation = half_width / -normal_quantile(plan.look);
        (pairs > 0 && half_width.is_finite())
            .then(|| half_width.max(thresholds.warning.log()) + normal_quantile(0.8) * deviation)
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
