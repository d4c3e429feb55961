//! Policy: how large a change matters, how sure the gate has to be, and which benchmarks are exceptions.
//!
//! Invariant: a [`Policy`] that was deserialised or passed [`Policy::validated`] has finite thresholds of at least
//! 0, the warning not above the critical one, and probabilities strictly between 0 and 1.

mod error;
mod file;
mod fraction;
mod mute;
mod overrides;
mod pattern;
mod run_spread;
mod thresholds;

use std::time::Duration;

use fabench_record::{BenchmarkId, Direction, Metric, MetricSource, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use file::Unchecked;

pub use error::PolicyError;
pub use fraction::Fraction;
pub use mute::Mute;
pub use overrides::Override;
pub use pattern::Pattern;
pub use run_spread::RunSpreadPrior;
pub use thresholds::Thresholds;

/// From here on a change of an instruction count matters.
const COUNTER_THRESHOLD: Fraction = Fraction::PERCENT;

/// A day: nobody waits longer for one benchmark.
const LONGEST_BUDGET_NS: f64 = 86_400e9;

/// What is asked of a comparison; the section `[policy]` of `fabench.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Unchecked", into = "Unchecked")]
pub struct Policy {
    /// A cost increase from here on is a regression.
    pub critical: Fraction,
    /// A cost increase from here on is a warning.
    pub warning: Fraction,
    /// A cost decrease from here on is an improvement: the old cost exceeds the new one by this much.
    pub improvement: Fraction,
    /// Largest chance of any false `regression` among all judged metrics of a suite.
    pub family_wise_error: Fraction,
    /// The promise holds for this many judged metrics at least, so that a filtered run is judged as a whole one.
    pub family_size: u32,
    /// What is believed of the spread between runs before any was seen.
    pub run_spread: RunSpreadPrior,
    /// Exceptions; of several that match, the later wins, field by field.
    pub overrides: Vec<Override>,
    /// Benchmarks that are let pass for a while.
    pub mutes: Vec<Mute>,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            critical: Fraction::new(0.10),
            warning: Fraction::new(0.05),
            improvement: Fraction::new(0.05),
            family_wise_error: Fraction::new(0.01),
            family_size: 20,
            run_spread: RunSpreadPrior::default(),
            overrides: Vec::new(),
            mutes: Vec::new(),
        }
    }
}

impl Policy {
    /// Checks what the types cannot.
    ///
    /// # Errors
    /// [`PolicyError`] names the field and the remedy.
    pub fn validated(self) -> Result<Self, PolicyError> {
        let order = |place: String, warning: Fraction, critical: Fraction| {
            if warning.get() <= critical.get() {
                return Ok(());
            }
            Err(PolicyError::Order {
                place,
                warning,
                critical,
            })
        };
        order("policy".into(), self.warning, self.critical)?;
        for rule in &self.overrides {
            let warning = rule.warning.unwrap_or(self.warning);
            let critical = rule.critical.unwrap_or(self.critical);
            // A lone critical below the general warning lowers both: see `thresholds`.
            if rule.warning.is_some() {
                order(
                    format!("override of `{}`", rule.benchmark),
                    warning,
                    critical,
                )?;
            }
            if rule
                .absolute_floor
                .is_some_and(|floor| !(floor >= 0.0 && floor.is_finite()))
            {
                return Err(PolicyError::Positive {
                    place: "absolute_floor",
                });
            }
            if rule.direction.is_some() && rule.metric.is_none() {
                return Err(PolicyError::NoMetric {
                    benchmark: rule.benchmark.to_string(),
                });
            }
            if let Some(budget) = &rule.budget
                && !(budget.unit() == Unit::Nanoseconds
                    && (1e6..=LONGEST_BUDGET_NS).contains(&budget.value()))
            {
                return Err(PolicyError::Budget {
                    benchmark: rule.benchmark.to_string(),
                });
            }
        }
        let chance = self.family_wise_error;
        if !(chance.get() > 0.0 && chance.get() < 1.0) {
            return Err(PolicyError::Probability {
                place: "family_wise_error",
                value: chance,
            });
        }
        for (place, missing) in [
            ("family_size", self.family_size == 0),
            ("run_spread.weight", self.run_spread.weight == 0),
            ("run_spread.time", self.run_spread.time.get() <= 0.0),
            ("run_spread.memory", self.run_spread.memory.get() <= 0.0),
        ] {
            if missing {
                return Err(PolicyError::Positive { place });
            }
        }
        Ok(self)
    }

    pub(crate) fn thresholds_for_any(&self) -> Thresholds {
        Thresholds {
            critical: self.critical,
            warning: self.warning,
            improvement: self.improvement,
            absolute_floor: None,
        }
    }

    fn matching<'a>(
        &'a self,
        id: &'a BenchmarkId,
        metric: &'a str,
    ) -> impl Iterator<Item = &'a Override> {
        let rules = self.overrides.iter();
        rules.filter(move |rule| rule.applies_to(id, metric))
    }

    /// The thresholds for `metric` of `id`.
    pub fn thresholds(&self, id: &BenchmarkId, metric: &str) -> Thresholds {
        let mut found = self.thresholds_for_any();
        for rule in self.matching(id, metric) {
            found.critical = rule.critical.unwrap_or(found.critical);
            found.warning = rule.warning.unwrap_or(found.warning);
            found.improvement = rule.improvement.unwrap_or(found.improvement);
            found.absolute_floor = rule.absolute_floor.or(found.absolute_floor);
        }
        if found.warning.get() > found.critical.get() {
            found.warning = found.critical;
        }
        found
    }

    /// The thresholds for a counter `metric` of `id`, whose spread is next to nothing: 1 % each way, unless an override
    /// names the metric.
    pub(crate) fn counter_thresholds(&self, id: &BenchmarkId, metric: &str) -> Thresholds {
        let mut found = Thresholds {
            critical: COUNTER_THRESHOLD,
            warning: COUNTER_THRESHOLD,
            improvement: COUNTER_THRESHOLD,
            absolute_floor: None,
        };
        let rules = self.matching(id, metric);
        for rule in rules.filter(|rule| rule.metric.is_some()) {
            found.critical = rule.critical.unwrap_or(found.critical);
            found.warning = rule.warning.unwrap_or(found.warning.min(found.critical));
            found.improvement = rule.improvement.unwrap_or(found.improvement);
        }
        found
    }

    /// Whether `metric` of `id` is judged although it is not the primary one.
    pub fn judges(&self, id: &BenchmarkId, metric: &str) -> bool {
        let named = self
            .matching(id, metric)
            .filter(|rule| rule.metric.is_some());
        named.filter_map(|rule| rule.judge).last().unwrap_or(false)
    }

    /// Which way `metric` of `id` is better.
    pub fn direction(&self, id: &BenchmarkId, metric: &Metric) -> Direction {
        let rules = self.matching(id, &metric.name);
        let named = rules.filter_map(|rule| rule.direction);
        named.last().unwrap_or(metric.direction)
    }

    /// The measuring time that policy gives `metric` of `id` in a side-by-side comparison, if it does.
    pub fn budget(&self, id: &BenchmarkId, metric: &str) -> Option<Duration> {
        let rules = self.matching(id, metric);
        let named = rules.filter_map(|rule| rule.budget.as_ref());
        // Checked when the policy was read: a time, and no longer than a day.
        named
            .last()
            .map(|budget| Duration::from_nanos(budget.value() as u64))
    }

    /// The spread between runs that is believed in for `metric` of `id` before any was seen, as log-sd.
    pub(crate) fn prior_log_sd(
        &self,
        id: &BenchmarkId,
        metric: &str,
        source: &MetricSource,
        unit: &Unit,
    ) -> f64 {
        let own = self.matching(id, metric).filter_map(|rule| rule.run_spread);
        own.last()
            .map_or_else(|| self.run_spread.log_sd(source, unit), Fraction::log)
    }

    /// Chance of a false `regression` that each of `judged` metrics may have (Bonferroni).
    pub(crate) fn error_of_each(&self, judged: usize) -> f64 {
        self.family_wise_error.get() / (judged as f64).max(f64::from(self.family_size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Policy, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    fn id(text: &str) -> BenchmarkId {
        BenchmarkId::new(text).unwrap()
    }

    #[test]
    fn an_empty_section_is_the_default() {
        let policy = read("").unwrap();
        assert_eq!(policy, Policy::default());
        let found = policy.thresholds(&id("a/b"), "wall_time");
        assert_eq!(found, Thresholds::default());
        assert_eq!(found.critical, Fraction::new(0.1));
    }

    #[test]
    fn later_overrides_win_field_by_field() {
        let policy = read(
            r#"
            critical = "20 %"
            [[override]]
            benchmark = "a/*"
            critical = 0.3
            improvement = "8 %"
            [[override]]
            benchmark = "a/b"
            metric = "peak_rss"
            critical = "2 %"
            judge = true
            absolute_floor = 64.0
            "#,
        )
        .unwrap();
        let at = |name: &str, metric: &str| policy.thresholds(&id(name), metric);
        assert_eq!(at("a/b", "wall_time").critical, Fraction::new(0.3));
        assert_eq!(at("x/y", "wall_time").critical, Fraction::new(0.2));
        let rss = at("a/b", "peak_rss");
        assert_eq!(rss.critical, Fraction::new(0.02));
        assert_eq!(rss.warning, rss.critical, "the warning never exceeds it");
        assert_eq!(rss.improvement, Fraction::new(0.08));
        assert_eq!(rss.absolute_floor, Some(64.0));
        assert!(policy.judges(&id("a/b"), "peak_rss"));
        assert!(!policy.judges(&id("a/b"), "allocations"));
    }

    #[test]
    fn says_what_is_wrong() {
        for (text, part) in [
            ("critcal = 0.1", "critcal"),
            ("critical = -0.1", "below 0"),
            ("critical = 10", "10 %"),
            ("warning = 0.5", "above critical"),
            ("family_wise_error = 0.0", "chance"),
            ("[[override]]\nbenchmark = \"a/*\"\nfoo = 1", "foo"),
            ("[run_spread]\nweight = 0", "weight"),
            ("[[override]]\nbenchmark = 'a/*'\nbudget = '3 MB'", "a time"),
            ("[[override]]\nbenchmark = 'a/*'\nbudget = '0 s'", "a time"),
            (
                "[[override]]\nbenchmark = 'a/*'\nbudget = '1e6 s'",
                "a time",
            ),
            (
                "[[override]]\nbenchmark = 'a/*'\ndirection = 'lower_is_better'",
                "metric",
            ),
            (
                "[[override]]\nbenchmark = 'a/*'\nmetric = 'm'\ndirection = 'down'",
                "down",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.contains(part), "{text}: {error}");
        }
    }

    #[test]
    fn direction_and_budget_are_by_benchmark_and_metric() {
        let policy = read(
            "[[override]]\nbenchmark = 'a/*'\nbudget = '40 s'\n\
             [[override]]\nbenchmark = 'a/b'\nmetric = 'score'\ndirection = 'higher_is_better'",
        )
        .unwrap();
        let score = Metric::value("score", Unit::Count, Direction::LowerIsBetter);
        let other = Metric::value("other", Unit::Count, Direction::LowerIsBetter);
        assert_eq!(
            policy.direction(&id("a/b"), &score),
            Direction::HigherIsBetter
        );
        assert_eq!(
            policy.direction(&id("a/b"), &other),
            Direction::LowerIsBetter
        );
        assert_eq!(
            policy.budget(&id("a/c"), "score"),
            Some(Duration::from_secs(40))
        );
        assert_eq!(policy.budget(&id("x/c"), "score"), None);
    }

    #[test]
    fn survives_a_round_trip() {
        let policy = read("[[override]]\nbenchmark = \"a/*\"\nwarning = \"3 %\"").unwrap();
        assert_eq!(read(&toml::to_string(&policy).unwrap()).unwrap(), policy);
    }
}
