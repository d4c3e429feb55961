//! Judging one metric of one benchmark in two stored runs: from what is there to a verdict with its reason.

use fabench_record::{
    Benchmark, Completeness, Direction, Metric, MetricSource, Outcome, PastRun, Run,
};

use super::interval::{self, Belief, FEWEST_LAUNCHES, Judged};
use super::{Pair, Side, run_spread, zero};
use crate::comparison::{BenchmarkComparison, Estimate};
use crate::compatible::{Difference, between_benchmarks, list};
use crate::estimate::{Trimmed, median};
use crate::evidence::{EvidenceError, launch_values};
use crate::explain::{describe_ratio, percent};
use crate::judge::{LogInterval, Verdict, judge_log};
use crate::policy::Policy;

/// What holds for all pairs of a comparison.
pub(super) struct Judging<'a> {
    pub(super) policy: &'a Policy,
    /// Chance of a false `regression` that each metric may have.
    pub(super) error: f64,
    /// What makes the runs as a whole not comparable.
    pub(super) differences: Vec<Difference>,
    /// Earlier runs, oldest first.
    pub(super) past: Vec<&'a PastRun>,
    pub(super) baseline: &'a Run,
    pub(super) candidate: &'a Run,
}

impl Judging<'_> {
    pub(super) fn judge(&self, pair: &Pair<'_>) -> BenchmarkComparison {
        let (bench, metric) = pair.shown;
        let mut entry = BenchmarkComparison {
            id: bench.id.clone(),
            parameters: bench.parameters.clone(),
            metric: metric.name.clone(),
            primary: bench.primary == metric.name,
            unit: metric.unit.clone(),
            direction: self.policy.direction(&bench.id, metric),
            baseline: pair.baseline.and_then(estimate_of),
            candidate: pair.candidate.and_then(estimate_of),
            ratio: None,
            verdict: Verdict::Inconclusive,
            reason: String::new(),
            remedy: None,
            thresholds: self.policy.thresholds(&bench.id, &metric.name),
            minimum_detectable_change: None,
            run_spread: None,
            since: None,
            excuse: None,
            side_by_side: None,
            why: None,
        };
        match self.both_sides(pair) {
            Ok((old, new)) => self.judge_values(&mut entry, old, new),
            Err(Obstacle(verdict, reason, remedy)) => {
                entry.verdict = verdict;
                entry.reason = reason;
                entry.remedy = remedy.map(str::to_owned);
            }
        }
        entry
    }

    /// The values of both sides, or the verdict that their absence means.
    fn both_sides<'a>(&self, pair: &Pair<'a>) -> Result<(Measured<'a>, Measured<'a>), Obstacle> {
        const ACCEPT: &str = "accept it with `fabench check --update-baseline`";
        const REMEASURE: &str =
            "compare both versions on this machine with `fabench compare`, or make a baseline here";
        let Some(new @ (bench, metric)) = pair.candidate else {
            let partial = self.candidate.completeness == Completeness::Partial;
            let reason = if partial {
                "the baseline has it, the candidate was interrupted before it came"
            } else {
                "the baseline has it, the candidate has not"
            };
            let remedy = "run the whole suite; if it was removed on purpose, accept a new baseline";
            return Err(Obstacle(Verdict::Missing, reason.to_owned(), Some(remedy)));
        };
        match &bench.outcome {
            Outcome::Measured => {}
            Outcome::Failed { reason, .. } => {
                return Err(Obstacle(Verdict::Failed, reason.clone(), None));
            }
            Outcome::Interrupted => {
                let reason = "interrupted before it had enough launches".to_owned();
                return Err(Obstacle(Verdict::Failed, reason, Some("run it again")));
            }
        }
        if let Some(before) = pair.primary_before {
            let reason = format!(
                "another metric is judged now: `{before}` in the baseline, `{}` in the candidate",
                metric.name
            );
            return Err(Obstacle(Verdict::NotComparable, reason, Some(ACCEPT)));
        }
        let Some(old @ (old_bench, _)) = pair.baseline else {
            let reason = "the baseline does not have it".to_owned();
            return Err(Obstacle(Verdict::New, reason, Some(ACCEPT)));
        };
        if !self.differences.is_empty() {
            let reason = list(&self.differences);
            return Err(Obstacle(Verdict::NotComparable, reason, Some(REMEASURE)));
        }
        if old_bench.outcome != Outcome::Measured {
            let reason = "it did not run to its end in the baseline".to_owned();
            return Err(Obstacle(Verdict::New, reason, Some(ACCEPT)));
        }
        let differences = between_benchmarks(old, new);
        if !differences.is_empty() {
            let reason = list(&differences);
            return Err(Obstacle(Verdict::NotComparable, reason, Some(ACCEPT)));
        }
        let new_values = launch_values(new.0, new.1).map_err(|error| match error {
            EvidenceError::Nothing { .. } => Obstacle(Verdict::Failed, error.to_string(), None),
            EvidenceError::NotANumber { .. } => {
                Obstacle(Verdict::NotComparable, error.to_string(), None)
            }
        })?;
        let old_values = launch_values(old.0, old.1).map_err(|error| {
            let reason = format!("in the baseline: {error}");
            Obstacle(Verdict::NotComparable, reason, Some(ACCEPT))
        })?;
        Ok(((old, old_values), (new, new_values)))
    }

    fn judge_values(
        &self,
        entry: &mut BenchmarkComparison,
        (old_side, old): Measured<'_>,
        (new_side, new): Measured<'_>,
    ) {
        let (bench, metric) = new_side;
        let (Some(old_logs), Some(new_logs)) = (interval::logs(&old), interval::logs(&new)) else {
            self.judge_zero(entry, metric, &old, &new);
            return;
        };
        let (Some(old_centre), Some(new_centre)) = (Trimmed::of(&old_logs), Trimmed::of(&new_logs))
        else {
            return;
        };
        let sign = match entry.direction {
            Direction::LowerIsBetter => 1.0,
            Direction::HigherIsBetter => -1.0,
        };
        let thresholds = entry.thresholds;
        if old_side.1.exact && metric.exact && repeats(&old) && repeats(&new) {
            let ratio = LogInterval::around(sign * (new[0].ln() - old[0].ln()), 0.0);
            entry.verdict = judge_log(&ratio, &thresholds);
            entry.ratio = Some(ratio.into());
            entry.reason = format!(
                "{} (a counter that repeats exactly)",
                describe_ratio(entry, false)
            );
            return;
        }
        let log_centres =
            run_spread::log_centres(&self.past, &bench.id, &metric.name, old_centre.centre);
        let prior = self
            .policy
            .prior_log_sd(&bench.id, &metric.name, &metric.source, &metric.unit);
        let Judged {
            interval,
            detectable_log,
            run_spread,
        } = interval::judged(
            &old_centre,
            &new_centre,
            [old.len(), new.len()],
            sign,
            &Belief {
                prior_log_sd: prior,
                weight: self.policy.run_spread.weight,
                log_centres: &log_centres,
            },
            self.error,
            thresholds.warning.log(),
        );
        entry.verdict = judge_log(&interval, &thresholds);
        entry.ratio = Some(interval.into());
        entry.minimum_detectable_change = Some(detectable_log.min(700.0).exp_m1());
        entry.run_spread = Some(run_spread);
        entry.reason = describe_ratio(entry, true);
        if entry.verdict == Verdict::Inconclusive {
            entry.reason = format!(
                "{}: two stored runs would show a change from {} on",
                entry.reason,
                percent(entry.minimum_detectable_change.unwrap_or(f64::MAX))
            );
            entry.remedy =
                Some("measure both versions side by side with `fabench compare`".to_owned());
        }
        self.cap(entry, old.len().min(new.len()));
    }

    fn judge_zero(
        &self,
        entry: &mut BenchmarkComparison,
        metric: &Metric,
        old: &[f64],
        new: &[f64],
    ) {
        let is_time = matches!(
            metric.source,
            MetricSource::WallTime | MetricSource::CpuTime | MetricSource::Throughput { .. }
        );
        let (old_centre, new_centre) = (median(old).unwrap_or(0.0), median(new).unwrap_or(0.0));
        if old_centre > 0.0 && new_centre > 0.0 {
            entry.verdict = Verdict::NotComparable;
            entry.reason = "some launches measured zero, others did not".to_owned();
            return;
        }
        (entry.verdict, entry.reason) = zero::judge(
            old_centre,
            new_centre,
            metric.direction,
            entry.thresholds.absolute_floor,
            is_time,
        );
        if entry.verdict == Verdict::NotComparable && !is_time {
            entry.remedy = Some(format!(
                "give `absolute_floor` for `{}` in an override of the policy",
                metric.name
            ));
        }
        if !metric.exact {
            self.cap(entry, old.len().min(new.len()));
        }
    }

    /// A regression needs known spread: of a quick run or of one or two launches it is none.
    fn cap(&self, entry: &mut BenchmarkComparison, launches: usize) {
        if entry.verdict != Verdict::Regression {
            return;
        }
        let quick = self.candidate.settings.quick || self.baseline.settings.quick;
        let cause = if quick {
            "one side is a quick run".to_owned()
        } else if launches < FEWEST_LAUNCHES {
            format!("one side has fewer than {FEWEST_LAUNCHES} launches")
        } else {
            return;
        };
        entry.verdict = Verdict::Warning;
        entry.reason = format!("{}; only a warning, because {cause}", entry.reason);
        entry.remedy = Some("measure it with a full `fabench run`".to_owned());
    }
}

/// A side and its value per launch.
type Measured<'a> = (Side<'a>, Vec<f64>);

/// A verdict that stands before any number is looked at, with reason and remedy.
struct Obstacle(Verdict, String, Option<&'static str>);

fn repeats(values: &[f64]) -> bool {
    values.windows(2).all(|pair| pair[0] == pair[1])
}

fn estimate_of((bench, metric): (&Benchmark, &Metric)) -> Option<Estimate> {
    let values = launch_values(bench, metric).ok()?;
    interval::centre(&values).or_else(|| {
        Some(Estimate {
            value: median(&values)?,
            spread: 0.0,
            launches: values,
        })
    })
}
