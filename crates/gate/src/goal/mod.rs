//! Goals: absolute limits on a statistic of a run, such as `agent_spawn/single` below 50 ms.

mod quantity;

use fabench_record::{BenchmarkId, MetricSummary, Outcome, Run, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use quantity::{Quantity, QuantityError};

use crate::summary::summarize_metric;

/// An absolute limit; a table `[[goal]]` of `fabench.toml`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Written")]
#[schemars(with = "Written")]
pub struct Goal {
    /// The benchmark.
    pub benchmark: BenchmarkId,
    /// The metric; the primary one if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub metric: Option<String>,
    /// The statistic over all samples.
    #[serde(default)]
    pub statistic: Statistic,
    /// What the statistic must stay below, or above.
    #[serde(flatten)]
    pub limit: Limit,
}

/// A goal as it is written down.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Written {
    /// The benchmark.
    benchmark: BenchmarkId,
    /// The metric; the primary one if not said.
    metric: Option<String>,
    /// The statistic over all samples.
    #[serde(default)]
    statistic: Statistic,
    /// What the statistic must stay below.
    below: Option<Quantity>,
    /// What the statistic must stay above; one of the two is there.
    above: Option<Quantity>,
}

impl TryFrom<Written> for Goal {
    type Error = String;

    fn try_from(written: Written) -> Result<Self, Self::Error> {
        let limit = match (written.below, written.above) {
            (Some(below), None) => Limit::Below(below),
            (None, Some(above)) => Limit::Above(above),
            _ => {
                return Err(format!(
                    "the goal of {} needs one limit: `below = \"50 ms\"` or `above = \"1000/s\"`",
                    written.benchmark
                ));
            }
        };
        Ok(Self {
            benchmark: written.benchmark,
            metric: written.metric,
            statistic: written.statistic,
            limit,
        })
    }
}

/// A limit with its side: `below = "50 ms"` or `above = "1000/s"`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Met by what is less.
    Below(Quantity),
    /// Met by what is more.
    Above(Quantity),
}

/// A statistic over all samples of a metric.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Statistic {
    /// Arithmetic mean.
    Mean,
    /// Middle value.
    #[default]
    Median,
    /// Smallest sample.
    Min,
    /// Largest sample.
    Max,
    /// 90th percentile.
    P90,
    /// 99th percentile.
    P99,
    /// 99.9th percentile.
    #[serde(rename = "p99.9")]
    P99_9,
}

impl Statistic {
    fn of(self, summary: &MetricSummary) -> f64 {
        match self {
            Self::Mean => summary.mean,
            Self::Median => summary.median,
            Self::Min => summary.min,
            Self::Max => summary.max,
            Self::P90 => summary.p90,
            Self::P99 => summary.p99,
            Self::P99_9 => summary.p99_9,
        }
    }
}

/// What became of a goal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoalOutcome {
    /// The goal.
    pub goal: Goal,
    /// Name of the metric that was looked at; empty if the benchmark is unknown.
    pub metric: String,
    /// Unit of `measured` and `limit`.
    pub unit: Unit,
    /// What was measured, in `unit`; absent if it was not.
    pub measured: Option<f64>,
    /// The limit, in `unit`.
    pub limit: f64,
    /// By what factor it is better than the limit (below 1: worse); absent beside a zero.
    pub factor: Option<f64>,
    /// Whether it is met; never without a measurement.
    pub met: bool,
    /// Why there is no measurement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
}

impl Goal {
    /// Looks the goal up in a run.
    pub fn evaluate(&self, run: &Run) -> GoalOutcome {
        let (Limit::Below(quantity) | Limit::Above(quantity)) = &self.limit;
        let mut outcome = GoalOutcome {
            goal: self.clone(),
            metric: self.metric.clone().unwrap_or_default(),
            unit: quantity.unit(),
            measured: None,
            limit: quantity.value(),
            factor: None,
            met: false,
            problem: None,
        };
        match self.measured(run, quantity, &mut outcome) {
            Ok(measured) => {
                outcome.measured = Some(measured);
                let (small, large) = match self.limit {
                    Limit::Below(_) => (measured, outcome.limit),
                    Limit::Above(_) => (outcome.limit, measured),
                };
                outcome.met = small < large;
                outcome.factor = Some(large / small).filter(|factor| factor.is_finite());
            }
            Err(problem) => outcome.problem = Some(problem),
        }
        outcome
    }

    fn measured(
        &self,
        run: &Run,
        limit: &Quantity,
        outcome: &mut GoalOutcome,
    ) -> Result<f64, String> {
        let bench = run
            .benchmark(&self.benchmark)
            .ok_or_else(|| format!("`{}` is not in this run", self.benchmark))?;
        if bench.outcome != Outcome::Measured {
            return Err(format!("`{}` did not run to its end", self.benchmark));
        }
        let name = self.metric.as_deref().unwrap_or(&bench.primary);
        let metric = bench.metric(name).ok_or_else(|| {
            let names: Vec<&str> = bench.metrics.iter().map(|one| one.name.as_str()).collect();
            format!(
                "`{}` has no metric `{name}`; it has {}",
                self.benchmark,
                names.join(", ")
            )
        })?;
        outcome.metric.clone_from(&metric.name);
        if !limit.fits(&metric.unit) {
            return Err(format!(
                "the limit `{limit}` does not fit `{name}`, which is measured in {}",
                metric.unit
            ));
        }
        outcome.unit = metric.unit.clone();
        let summary = summarize_metric(bench, metric)
            .ok_or_else(|| format!("`{}` has no sample of `{name}`", self.benchmark))?;
        Ok(self.statistic.of(&summary))
    }
}

#[cfg(test)]
mod tests {
    use fabench_record::{Direction, Metric};

    use super::*;
    use crate::stored::fixture::{benchmark, run};

    fn goal(text: &str) -> Result<Goal, String> {
        toml::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn says_by_what_factor_a_goal_is_met() {
        let run = run(
            "r",
            vec![
                benchmark("agent_spawn/single", Metric::wall_time(), &[5e6; 3]),
                benchmark(
                    "message_throughput/single",
                    Metric::value("rate", Unit::PerSecond, Direction::HigherIsBetter),
                    &[500.0; 3],
                ),
            ],
        );
        let spawn = goal("benchmark = 'agent_spawn/single'\nbelow = '50 ms'").unwrap();
        let found = spawn.evaluate(&run);
        assert!(found.met, "{found:?}");
        assert_eq!((found.measured, found.factor), (Some(5e6), Some(10.0)));
        let rate = goal("benchmark = 'message_throughput/single'\nabove = '1000/s'").unwrap();
        let found = rate.evaluate(&run);
        assert!(!found.met, "{found:?}");
        assert_eq!(found.factor, Some(0.5));
    }

    #[test]
    fn what_was_not_measured_is_not_met() {
        let run = run("r", vec![benchmark("a/b", Metric::wall_time(), &[5e6; 3])]);
        for (text, part) in [
            ("benchmark = 'a/c'\nbelow = '50 ms'", "not in this run"),
            (
                "benchmark = 'a/b'\nmetric = 'x'\nbelow = '50 ms'",
                "it has wall_time",
            ),
            ("benchmark = 'a/b'\nbelow = '50 MB'", "does not fit"),
        ] {
            let found = goal(text).unwrap().evaluate(&run);
            assert!(!found.met && found.measured.is_none());
            assert!(found.problem.unwrap().contains(part), "{text}");
        }
    }

    #[test]
    fn refuses_goals_that_say_too_little_or_too_much() {
        for text in [
            "benchmark = 'a/b'",
            "benchmark = 'a/b'\nbelow = '50 parsec'",
            "benchmark = 'nothing'\nbelow = '50 ms'",
            "benchmark = 'a/b'\nbelow = '50 ms'\nabove = '1 ms'",
            "benchmark = 'a/b'\nbelow = '50 ms'\nfoo = 1",
            "benchmark = 'a/b'\nbelow = '1 s'\nstatistic = 'p42'",
        ] {
            assert!(goal(text).is_err(), "{text}");
        }
    }

    #[test]
    fn survives_json() {
        let goal = goal("benchmark = 'a/b'\nstatistic = 'p99.9'\nabove = '1.5 k/s'").unwrap();
        let outcome = goal.evaluate(&run("r", vec![]));
        let text = serde_json::to_string(&outcome).unwrap();
        assert_eq!(serde_json::from_str::<GoalOutcome>(&text).unwrap(), outcome);
    }
}
