//! What a comparison found, as data: everything that reports show and the CLI decides by.
//!
//! Invariant: every number is finite, so that the JSON can be read again; what is unknown is absent.

use std::collections::BTreeMap;

use fabench_record::{
    BenchmarkId, Completeness, Direction, MachineClass, Method, Run, Suite, Unit,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::excuse::Excuse;
use crate::judge::{LogInterval, Verdict};
use crate::policy::Thresholds;
use crate::profile::Why;
use crate::since::Since;

/// Content of `regression_report_<time>.json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Comparison {
    /// Version of this schema; see [`crate::COMPARISON_SCHEMA_VERSION`].
    pub schema_version: u32,
    /// The rule that judged.
    pub method: Method,
    /// How the evidence was gathered.
    pub kind: Kind,
    /// What was compared with.
    pub baseline: Identity,
    /// What was judged.
    pub candidate: Identity,
    /// How sure it is.
    pub confidence: Confidence,
    /// One entry for each judged metric: in the order of the candidate, then what is missing from it.
    pub benchmarks: Vec<BenchmarkComparison>,
    /// All of it in a few words.
    pub overall: Overall,
}

/// How the evidence was gathered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Two stored runs: weaker, since the machine's mood changes between runs.
    Stored,
    /// Both sides measured in turn.
    SideBySide,
}

/// Which run stands on one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Identity {
    /// Id of the run.
    pub run: String,
    /// Start of the run, RFC 3339 in UTC.
    pub started_at: String,
    /// Commit the suite was built from, if known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// True if the checkout had uncommitted changes.
    pub dirty: bool,
    /// The suite.
    pub suite: Suite,
    /// The machine.
    pub machine: MachineClass,
    /// True for a quick look.
    pub quick: bool,
    /// True if the run was interrupted.
    pub partial: bool,
}

impl Identity {
    /// The identity of a run.
    pub fn of(run: &Run) -> Self {
        Self {
            run: run.id.clone(),
            started_at: run.started_at.clone(),
            commit: run.source.commit.clone(),
            dirty: run.source.dirty,
            suite: run.suite.clone(),
            machine: run.environment.machine.clone(),
            quick: run.settings.quick,
            partial: run.completeness == Completeness::Partial,
        }
    }
}

/// How sure a comparison is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Confidence {
    /// Largest chance of any false `regression` among all judged metrics, 0 to 1.
    pub family_wise_error: f64,
    /// Metrics that were judged by statistics.
    pub judged: usize,
    /// Two-sided confidence level of each interval, 0 to 1.
    pub interval: f64,
}

/// One judged metric of one benchmark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct BenchmarkComparison {
    /// The benchmark.
    pub id: BenchmarkId,
    /// What was varied, and the group that its own tool gives it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parameters: BTreeMap<String, String>,
    /// Name of the metric.
    pub metric: String,
    /// Whether it is the benchmark's primary metric.
    pub primary: bool,
    /// Unit of the estimates.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// The baseline's value, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub baseline: Option<Estimate>,
    /// The candidate's value, if it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub candidate: Option<Estimate>,
    /// Cost of the candidate relative to the baseline; above 1 is worse, whatever the direction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ratio: Option<RatioInterval>,
    /// What it comes to.
    pub verdict: Verdict,
    /// Why, in words.
    pub reason: String,
    /// What to do about it, where something can be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remedy: Option<String>,
    /// The thresholds it was judged by.
    pub thresholds: Thresholds,
    /// Smallest relative cost increase (0.1 for 10 %) that would have been reported with a chance of 80 %.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_detectable_change: Option<f64>,
    /// Spread between runs that the interval includes; only for stored runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_spread: Option<RunSpread>,
    /// Since when it is so, where the history of runs tells.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Since>,
    /// Why it is let pass, if it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub excuse: Option<Excuse>,
    /// Side by side: what was spent and whether a flag was confirmed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub side_by_side: Option<SideBySide>,
    /// What grew, by profiles of both sides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Why>,
}

/// The value of a metric on one side.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Estimate {
    /// Centre over the launches, in the metric's unit.
    pub value: f64,
    /// Spread between launches, relative to the centre: 0.02 for 2 %.
    pub spread: f64,
    /// One value per launch, in the metric's unit, in the order of the launches.
    pub launches: Vec<f64>,
}

/// Estimate and interval of the cost ratio.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RatioInterval {
    /// Best estimate.
    pub estimate: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

impl From<LogInterval> for RatioInterval {
    fn from(log: LogInterval) -> Self {
        Self {
            estimate: finite_exp(log.estimate),
            lower: finite_exp(log.lower),
            upper: finite_exp(log.upper),
        }
    }
}

/// e^x within what JSON can hold.
pub(crate) fn finite_exp(log: f64) -> f64 {
    log.clamp(-700.0, 700.0).exp()
}

/// The spread between runs that an interval includes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct RunSpread {
    /// Standard deviation of the log of a centre from run to run.
    pub log_sd: f64,
    /// What was believed before any run was seen.
    pub prior_log_sd: f64,
    /// Differences between earlier runs that were seen.
    pub observed: usize,
}

/// What a side-by-side comparison of one benchmark took.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SideBySide {
    /// Launch pairs of the first look.
    pub launches: usize,
    /// Fresh launch pairs that confirmed or refuted a flag.
    pub confirming_launches: usize,
    /// Time spent on it, both sides and process starts included.
    pub spent_ms: u64,
}

/// All benchmarks in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overall {
    /// The gravest verdict of those without an excuse; absent if there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
    /// How many metrics without an excuse came to each verdict.
    pub counts: BTreeMap<Verdict, usize>,
    /// How many metrics are excused.
    #[serde(default)]
    pub excused: usize,
    /// True if not a single metric could be judged: all are new, missing, failed or not comparable.
    pub nothing_compared: bool,
}

impl Overall {
    /// Counts the verdicts.
    pub fn of(benchmarks: &[BenchmarkComparison]) -> Self {
        let mut counts = BTreeMap::new();
        let excused = benchmarks.iter().filter(|one| one.excuse.is_some());
        let excused = excused.count();
        for benchmark in benchmarks.iter().filter(|one| one.excuse.is_none()) {
            *counts.entry(benchmark.verdict).or_insert(0) += 1;
        }
        let judged = |verdict: &Verdict| {
            verdict.is_flag() || matches!(verdict, Verdict::Unchanged | Verdict::Inconclusive)
        };
        Self {
            // Verdicts are ordered by gravity.
            verdict: counts.keys().next().copied(),
            excused,
            nothing_compared: excused == 0 && !counts.keys().any(judged),
            counts,
        }
    }
}

impl Comparison {
    /// The judged metrics that came to `verdict` and have no excuse.
    pub fn with(&self, verdict: Verdict) -> impl Iterator<Item = &BenchmarkComparison> {
        let all = self.benchmarks.iter();
        all.filter(move |one| one.verdict == verdict && one.excuse.is_none())
    }
}
