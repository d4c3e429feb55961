//! The history of runs as the other commands use it: a help, never a hindrance. What goes wrong with it is a warning,
//! and changes no verdict.

use std::sync::atomic::{AtomicBool, Ordering};

use fabench_gate::{ChangePointSettings, Comparison, Level, Policy, Since, Verdict, level};
use fabench_history::{
    Appended, History, HistoryError, Point, Retention, RunFilter, Series, SeriesFilter, since,
    trend,
};
use fabench_record::{PastRun, Run};
use jiff::{SignedDuration, Timestamp};

use crate::config::Config;
use crate::files::{BASELINE_FILE, read_baseline};
use crate::screen::Screen;

/// Runs that are looked at for the spread between runs: three months of daily ones.
const MOST_RUNS: u32 = 90;

/// Records `run`, and thins what is older than the days to keep.
pub(crate) fn record(config: &Config, run: &Run, screen: &Screen) {
    let recorded = open(config).and_then(|mut history| {
        warn_of_clock(&mut history, run, screen)?;
        if let Appended::RecordedAs(id) = history.append(run)? {
            screen.warn(&format!(
                "the history has another run called `{}`; this one is recorded as `{id}`",
                run.id
            ));
        }
        Ok(history)
    });
    match recorded {
        Ok(mut history) => {
            let retention = Retention {
                days: config.history.retention_days,
                delete: false,
            };
            if let Err(error) = prune(&mut history, config, &retention) {
                warn("the history is not thinned", error, screen);
            }
        }
        Err(error @ HistoryError::OutcomeUnknown { .. }) => {
            warn("the run may not be recorded", error, screen);
        }
        Err(error) => warn("the run is not recorded", error, screen),
    }
}

/// Prunes; the runs of the baseline stay.
pub(crate) fn prune(
    history: &mut History,
    config: &Config,
    retention: &Retention,
) -> Result<fabench_history::Pruned, HistoryError> {
    // An unusable baseline is told by the commands that read it.
    let baseline = read_baseline(&config.baselines().join(BASELINE_FILE))
        .ok()
        .flatten();
    let keep: Vec<&str> = baseline
        .iter()
        .flat_map(|baseline| {
            let past = baseline.past_runs.iter().map(|past| past.id.as_str());
            past.chain([baseline.run.id.as_str()])
        })
        .collect();
    history.prune(retention, Timestamp::now(), &keep)
}

/// Earlier runs that are comparable with `run`; none where there is no history.
pub(crate) fn comparable(config: &Config, run: &Run, screen: &Screen) -> Vec<PastRun> {
    look(config, screen, Vec::new(), |history| {
        history.comparable(run, MOST_RUNS)
    })
}

/// Keeps `comparison` with its candidate, if that was recorded.
pub(crate) fn keep_comparison(config: &Config, comparison: &Comparison, screen: &Screen) {
    look(config, screen, (), |history| {
        let candidate = &comparison.candidate.run;
        if history
            .find(candidate)?
            .is_some_and(|run| run.id == *candidate)
        {
            history.record_comparison(comparison, Timestamp::now())?;
        }
        Ok(())
    });
}

/// Marks an accepted run, which is then never pruned; records it where it is not.
pub(crate) fn mark_baseline(config: &Config, run: &Run, screen: &Screen) {
    look(config, screen, (), |history| {
        history.append(run)?;
        history.mark_baseline(&run.id).map(drop)
    });
}

/// Tells of each flagged metric since when it is so, where the history shows it and `holds` lets it stand.
///
/// `run` is the candidate, where it was recorded or could be; its value then ends the series.
pub(crate) fn tell_since(
    config: &Config,
    comparison: &mut Comparison,
    run: Option<&Run>,
    holds: &dyn Fn(&Since) -> bool,
    screen: &Screen,
) {
    if !comparison
        .benchmarks
        .iter()
        .any(|entry| entry.verdict.is_flag())
    {
        return;
    }
    let candidate = &comparison.candidate;
    let (suite, machine) = (candidate.suite.name.clone(), candidate.machine.clone());
    let Ok(now) = candidate.started_at.parse::<Timestamp>() else {
        return;
    };
    look(config, screen, (), |history| {
        for entry in &mut comparison.benchmarks {
            if !entry.verdict.is_flag() {
                continue;
            }
            let filter = SeriesFilter {
                suite: Some(suite.clone()),
                machine: Some(machine.clone()),
                benchmark: Some(entry.id.clone()),
                metric: Some(entry.metric.clone()),
                since: window(now, config.history.retention_days),
                ..SeriesFilter::default()
            };
            let mut found = history.series(&filter)?;
            if let Some(run) = run {
                found.retain(|series| continues(series, run));
            }
            let Some(mut series) = found.pop() else {
                continue;
            };
            series
                .points
                .retain(|point| point.started_ms <= now.as_millisecond());
            if let Some(run) = run {
                end_with(&mut series, run, now);
            }
            entry.since = since_of(&series, &config.policy, entry.verdict, now).filter(holds);
        }
        Ok(())
    });
}

/// For each primary metric that `run` shows worse than some days before: the series and since when.
pub(crate) fn worse_lately(config: &Config, run: &Run, screen: &Screen) -> Vec<(Series, Since)> {
    /// Days that count as lately.
    const LATELY: u32 = 14;
    let Ok(now) = run.started_at.parse::<Timestamp>() else {
        return Vec::new();
    };
    let filter = SeriesFilter {
        suite: Some(run.suite.name.clone()),
        machine: Some(run.environment.machine.clone()),
        since: window(now, config.history.retention_days),
        ..SeriesFilter::default()
    };
    let all = look(config, screen, Vec::new(), |history| {
        history.series(&filter)
    });
    all.into_iter()
        .filter(|series| continues(series, run) && run.benchmark(&series.benchmark).is_some())
        .filter_map(|series| {
            let found = since_of(&series, &config.policy, Verdict::Warning, now)?;
            (found.days <= LATELY).then_some((series, found))
        })
        .collect()
}

fn since_of(series: &Series, policy: &Policy, verdict: Verdict, now: Timestamp) -> Option<Since> {
    let thresholds = policy.thresholds(&series.benchmark, &series.metric);
    let found = trend(series, &ChangePointSettings::default(), &thresholds, None);
    since(&found, verdict, now.as_millisecond())
}

/// Whether `run` measures what the series holds, in the same way.
fn continues(series: &Series, run: &Run) -> bool {
    series.method == run.method
        && run
            .benchmark(&series.benchmark)
            .is_none_or(|benchmark| benchmark.parameters == series.parameters)
}

/// Adds the value of `run` where it was not recorded.
fn end_with(series: &mut Series, run: &Run, started: Timestamp) {
    if series.points.iter().any(|point| point.run == run.id) {
        return;
    }
    let Some(benchmark) = run.benchmark(&series.benchmark) else {
        return;
    };
    let measured = benchmark
        .metric(&series.metric)
        .and_then(|metric| level(benchmark, metric));
    let Some(Level {
        value,
        lower,
        upper,
        ..
    }) = measured
    else {
        return;
    };
    series.points.push(Point {
        run: run.id.clone(),
        started_at: run.started_at.clone(),
        started_ms: started.as_millisecond(),
        commit: run.source.commit.clone(),
        dirty: run.source.dirty,
        baseline: false,
        value,
        lower: Some(lower),
        upper: Some(upper),
        launches: None,
        verdict: None,
    });
}

/// The beginning of the days that are looked at.
pub(crate) fn window(now: Timestamp, days: u32) -> Option<Timestamp> {
    now.checked_sub(SignedDuration::from_hours(24 * i64::from(days)))
        .ok()
}

/// A clock that was set back would put this run between older ones.
fn warn_of_clock(history: &mut History, run: &Run, screen: &Screen) -> Result<(), HistoryError> {
    let filter = RunFilter {
        suite: Some(run.suite.name.clone()),
        machine: Some(run.environment.machine.clone()),
        limit: Some(1),
        ..RunFilter::default()
    };
    let newest = history.runs(&filter)?.into_iter().next();
    if let (Some(newest), Ok(started)) = (newest, run.started_at.parse::<Timestamp>())
        && newest.started_ms > started.as_millisecond()
    {
        screen.warn(&format!(
            "the history has a run from {}, later than this one ({}): was the clock set back? Trends are in the order \
             of these times",
            newest.started_at, run.started_at
        ));
    }
    Ok(())
}

/// Opens the history, creating it where there is none.
pub(crate) fn open(config: &Config) -> Result<History, HistoryError> {
    History::at(&config.history.location)
}

/// What `work` finds; `nothing` where there is no history, or where it can't be used, which is told.
pub(crate) fn look<T>(
    config: &Config,
    screen: &Screen,
    nothing: T,
    work: impl FnOnce(&mut History) -> Result<T, HistoryError>,
) -> T {
    if !config.history.location.may_exist() {
        return nothing;
    }
    open(config)
        .and_then(|mut history| work(&mut history))
        .unwrap_or_else(|error| {
            warn("the history is not used", error, screen);
            nothing
        })
}

/// Says it once: a command asks the history several things, and all fail alike.
fn warn(what: &str, error: HistoryError, screen: &Screen) {
    static TOLD: AtomicBool = AtomicBool::new(false);
    if TOLD.swap(true, Ordering::Relaxed) {
        return;
    }
    screen.warn(&format!("{what}: {:#}", anyhow::Error::from(error)));
}
