//! One group: its runs, its series, its latest run against the baseline and the goals.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Context as _;
use fabench_gate::{Comparison, GoalOutcome, compare, past_run};
use fabench_history::{History, RunRow, Series};
use fabench_record::{Baseline, BenchmarkId, MachineClass, Method, Run};
use fabench_report::{Group, Moment, Reference, RunView};
use jiff::Timestamp;
use rayon::prelude::*;

use super::benchmark::{self, Around};
use super::build::is_of;
use super::flames::Flames;
use crate::config::Config;

/// What the history holds of one suite on one machine class by one method.
pub(super) struct Raw {
    pub(super) suite: String,
    pub(super) machine: MachineClass,
    pub(super) method: Method,
    /// Oldest first.
    pub(super) runs: Vec<RunRow>,
    pub(super) series: Vec<Series>,
}

/// Points that one page holds, over all series.
const MOST_POINTS: usize = 150_000;

/// Points that a chart shows apart at the widest.
const WIDEST: usize = 1_000;

/// Fewest points that a series is thinned to.
const NARROWEST: usize = 60;

/// Earlier runs that tell the spread between runs.
const MOST_PAST_RUNS: u32 = 90;

/// Judges and arranges `raw`; `total` is the number of series in all groups, `flames` reads profiles.
pub(super) fn view(
    config: &Config,
    history: &mut History,
    raw: Raw,
    baselines: &[Baseline],
    total: usize,
    flames: &mut Flames,
    now: Timestamp,
) -> anyhow::Result<Group> {
    let baseline = baselines.iter().find(|baseline| is_of(baseline, &raw));
    let latest = match raw.runs.last() {
        Some(run) => history
            .run(&run.id)
            .context("the latest run can't be shown")?,
        None => None,
    };
    let comparison = match (&latest, baseline) {
        (Some(run), Some(baseline)) => {
            let past = history.comparable(run, MOST_PAST_RUNS)?;
            let mut found = compare(baseline, run, &config.policy, Some(&past));
            let today = now.strftime("%Y-%m-%d").to_string();
            found.excuse(&config.policy, &[], &today);
            Some(found)
        }
        _ => None,
    };
    let goals = goals(config, latest.as_ref(), &raw.series);
    let runs: BTreeMap<&str, usize> = raw
        .runs
        .iter()
        .enumerate()
        .map(|(at, run)| (run.id.as_str(), at))
        .collect();
    let measured = raw.series.iter().map(|one| &one.benchmark).collect();
    let (profiles, profiles_of) = flames.read(config, &raw.runs, &measured);
    let around = Around {
        policy: &config.policy,
        runs: &runs,
        latest: latest.as_ref(),
        centres: baseline.map(|baseline| past_run(&baseline.run).centres),
        findings: findings(comparison.as_ref()),
        most_points: (MOST_POINTS / total.max(1)).clamp(NARROWEST, WIDEST),
        series: total,
        now,
        ambiguous: ambiguous(&raw.series),
        profiles: &profiles_of,
    };
    // Change points take the time: a series on each core.
    let benchmarks = raw
        .series
        .par_iter()
        .map(|series| benchmark::view(series, &around))
        .collect();
    Ok(Group {
        suite: raw.suite,
        machine: raw.machine,
        method: raw.method,
        baseline: baseline.map(|baseline| Reference {
            run: baseline.run.id.clone(),
            started_at: baseline.run.started_at.clone(),
            commit: baseline.run.source.commit.clone(),
        }),
        runs: raw
            .runs
            .iter()
            .map(|run| run_view(run, latest.as_ref()))
            .collect(),
        benchmarks,
        goals,
        profiles,
    })
}

fn run_view(run: &RunRow, latest: Option<&Run>) -> RunView {
    let whole = latest.filter(|latest| latest.id == run.id);
    RunView {
        id: run.id.clone(),
        started_at: run.started_at.clone(),
        commit: run.commit.clone(),
        dirty: run.dirty,
        branch: run.branch.clone(),
        moment: whole.map(|run| Moment::from(&run.environment)),
    }
}

/// The primary metrics of the comparison, by benchmark.
fn findings(comparison: Option<&Comparison>) -> BTreeMap<BenchmarkId, fabench_report::Finding> {
    let all = comparison.into_iter().flat_map(|found| &found.benchmarks);
    all.filter(|one| one.primary)
        .map(|one| (one.id.clone(), benchmark::finding(one)))
        .collect()
}

/// Goals whose benchmark the latest run has, or nobody ever had.
fn goals(config: &Config, latest: Option<&Run>, series: &[Series]) -> Vec<GoalOutcome> {
    let Some(run) = latest else { return Vec::new() };
    let known = |id: &BenchmarkId| series.iter().any(|one| one.benchmark == *id);
    config
        .goals
        .iter()
        .filter(|goal| run.benchmark(&goal.benchmark).is_some() || !known(&goal.benchmark))
        .map(|goal| goal.evaluate(run))
        .collect()
}

/// Benchmarks that have more than one series here: of other parameters or another metric.
fn ambiguous(series: &[Series]) -> BTreeSet<BenchmarkId> {
    let mut seen = BTreeSet::new();
    let again = series.iter().filter(|one| !seen.insert(&one.benchmark));
    again.map(|one| one.benchmark.clone()).collect()
}
