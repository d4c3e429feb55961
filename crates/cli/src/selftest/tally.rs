//! What the trials came to: rates, and which promise each is held against.
//!
//! Invariant: only an interval that excludes a promise refutes it; few trials refute little and support little.

use fabench_gate::{BenchmarkComparison, Policy, Rate, Verdict};

/// Level of every interval. There are six promises: that any is wrongly held broken has a chance of at most 3 %.
pub(super) const CONFIDENCE: f64 = 0.99;

/// Least chance that +7.5 % is reported, as warning or regression.
const REPORTED_AT_7_5: f64 = 0.80;

/// Least chance that +10 % is reported.
const REPORTED_AT_10: f64 = 0.98;

/// Least chance that +15 % and more is called a regression.
const REGRESSION_AT_15: f64 = 0.95;

/// What is promised of a rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Promise {
    /// A false-alarm rate.
    AtMost(f64),
    /// A power.
    AtLeast(f64),
}

/// One measured rate.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Measured {
    /// Thousandths of extra work.
    pub(super) extra_work_permille: u32,
    /// What is counted.
    pub(super) what: &'static str,
    /// How often it happened.
    pub(super) rate: Rate,
    /// What is promised, if anything.
    pub(super) promise: Option<Promise>,
}

impl Measured {
    /// Whether the trials exclude what is promised.
    pub(super) fn refuted(&self) -> bool {
        match self.promise {
            Some(Promise::AtMost(most)) => self.rate.refutes_at_most(most, CONFIDENCE),
            Some(Promise::AtLeast(least)) => self.rate.refutes_at_least(least, CONFIDENCE),
            None => false,
        }
    }
}

/// All trials of a self-test.
#[derive(Clone, Debug)]
pub(super) struct Tally {
    rates: [Measured; 7],
    /// Time spent on comparisons of identical executables.
    unchanged_ms: u64,
    /// What was not as it should be, for people to look at.
    pub(super) surprises: Vec<String>,
}

impl Tally {
    /// No trials yet. A comparison of one metric is judged as one of `family_size`.
    pub(super) fn new(policy: &Policy) -> Self {
        let each = policy.family_wise_error.get() / f64::from(policy.family_size.max(1));
        let none = |extra_work_permille, what, promise| Measured {
            extra_work_permille,
            what,
            rate: Rate::default(),
            promise,
        };
        let regression = Some(Promise::AtLeast(REGRESSION_AT_15));
        Self {
            rates: [
                none(0, "called slower", Some(Promise::AtMost(each))),
                none(0, "called faster", Some(Promise::AtMost(each))),
                none(50, "reported", None),
                none(75, "reported", Some(Promise::AtLeast(REPORTED_AT_7_5))),
                none(100, "reported", Some(Promise::AtLeast(REPORTED_AT_10))),
                none(150, "called regression", regression),
                none(200, "called regression", regression),
            ],
            unchanged_ms: 0,
            surprises: Vec::new(),
        }
    }

    /// Takes note of one trial.
    pub(super) fn add(&mut self, extra_work_permille: u32, entry: &BenchmarkComparison) {
        let slower = matches!(entry.verdict, Verdict::Regression | Verdict::Warning);
        let [unslowed, unhastened, slowed @ ..] = &mut self.rates;
        let row = slowed
            .iter_mut()
            .find(|row| row.extra_work_permille == extra_work_permille);
        let expected = match (extra_work_permille, row) {
            (0, _) => {
                unslowed.rate.add(slower);
                self.unchanged_ms += entry.side_by_side.map_or(0, |spent| spent.spent_ms);
                unhastened.rate.add(entry.verdict == Verdict::Improvement);
                !entry.verdict.is_flag()
            }
            (..=50, Some(row)) => {
                row.rate.add(slower);
                // The warning threshold lies there: either answer is right.
                entry.verdict != Verdict::Improvement
            }
            (..150, Some(row)) => {
                row.rate.add(slower);
                slower
            }
            (_, Some(row)) => {
                let found = entry.verdict == Verdict::Regression;
                row.rate.add(found);
                found
            }
            (_, None) => true,
        };
        if !expected {
            self.surprises.push(format!(
                "{} {}: {}, {}",
                slow_down(extra_work_permille),
                entry.id,
                entry.verdict,
                entry.reason
            ));
        }
    }

    /// The rates.
    pub(super) fn rates(&self) -> &[Measured] {
        &self.rates
    }

    /// Trials in all.
    pub(super) fn trials(&self) -> u64 {
        // The first two rows count the same trials.
        self.rates[1..].iter().map(|row| row.rate.trials).sum()
    }

    /// Comparisons of identical executables, and how many of them were flagged as slower.
    pub(super) fn false_alarms(&self) -> Rate {
        self.rates[0].rate
    }

    /// Mean time of a comparison of identical executables, in seconds.
    pub(super) fn unchanged_seconds(&self) -> f64 {
        self.unchanged_ms as f64 / 1e3 / self.false_alarms().trials.max(1) as f64
    }

    /// The promises that the trials exclude.
    pub(super) fn refuted(&self) -> Vec<&Measured> {
        self.rates.iter().filter(|row| row.refuted()).collect()
    }
}

/// Thousandths of extra work as people say them: `+7.5 %`.
pub(super) fn slow_down(permille: u32) -> String {
    format!("+{} %", f64::from(permille) / 10.0)
}

/// Trials without a false alarm that it takes until their bound is `promise`.
pub(super) fn trials_to_support(promise: f64) -> f64 {
    let tail = (1.0 - CONFIDENCE) / 2.0;
    (tail.ln() / (-promise).ln_1p()).ceil()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measured(hits: u64, trials: u64, promise: Promise) -> Measured {
        Measured {
            extra_work_permille: 0,
            what: "",
            rate: Rate { hits, trials },
            promise: Some(promise),
        }
    }

    #[test]
    fn a_promise_is_refuted_by_what_excludes_it_only() {
        let alarm = Promise::AtMost(0.0005);
        assert!(!measured(0, 0, alarm).refuted());
        assert!(!measured(0, 100, alarm).refuted());
        assert!(measured(2, 100, alarm).refuted());
        let power = Promise::AtLeast(REPORTED_AT_10);
        assert!(!measured(0, 1, power).refuted());
        assert!(!measured(19, 20, power).refuted());
        assert!(measured(10, 20, power).refuted());
    }

    #[test]
    fn the_trials_wanted_are_those_whose_bound_is_the_promise() {
        let trials = trials_to_support(0.0005) as u64;
        let bound = |trials| Rate { hits: 0, trials }.interval(CONFIDENCE).1;
        assert!(bound(trials) <= 0.0005 && bound(trials - 1) > 0.0005);
    }

    #[test]
    fn without_trials_nothing_is_refuted() {
        let tally = Tally::new(&Policy::default());
        assert!(tally.refuted().is_empty());
        assert_eq!(tally.trials(), 0);
    }
}
