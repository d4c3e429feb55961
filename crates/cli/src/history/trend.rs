//! `fabench history trend`: how a benchmark went, when it changed, by how much, how sure, and at which commit.

use std::collections::BTreeSet;

use fabench_gate::ChangePointSettings;
use fabench_history::{Change, History, Series, SeriesFilter, Trend, trend as find};
use fabench_record::{BenchmarkId, Unit};
use fabench_report::{
    ChartPoint, change_word, chart, percent_change, printable, quantity, short_commit,
};
use jiff::Timestamp;
use serde::Serialize;

use super::print_json;
use crate::arguments::{OutputFormat, TrendArguments};
use crate::config::Config;
use crate::exit::{Exit, UsageError};
use crate::past::window;
use crate::screen::Screen;
use crate::suggest::did_you_mean;

/// A series and what happened to it.
#[derive(Serialize)]
struct Shown {
    series: Series,
    trend: Trend,
}

pub(super) fn trend(
    config: &Config,
    history: &mut History,
    arguments: &TrendArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let shown: Vec<Shown> = series(history, arguments)?
        .into_iter()
        .map(|series| {
            let thresholds = config.policy.thresholds(&series.benchmark, &series.metric);
            let reference = config.history.reference.as_deref();
            let settings = ChangePointSettings::default();
            let trend = find(&series, &settings, &thresholds, reference);
            Shown { series, trend }
        })
        .collect();
    if format == OutputFormat::Json {
        print_json(&shown, screen)?;
        return Ok(Exit::Pass);
    }
    for one in &shown {
        print(one, screen);
    }
    let changes: usize = shown.iter().map(|one| one.trend.changes.len()).sum();
    screen.print(&format!(
        "{}: {changes} change points in {} series of {} days\n",
        printable(&arguments.benchmark),
        shown.len(),
        arguments.days
    ));
    Ok(Exit::Pass)
}

/// The series that were asked for; a name without any is a usage error that names the nearest.
fn series(history: &mut History, arguments: &TrendArguments) -> anyhow::Result<Vec<Series>> {
    let known = SeriesFilter {
        all_metrics: true,
        ..SeriesFilter::default()
    };
    if let Ok(benchmark) = BenchmarkId::new(arguments.benchmark.as_str()) {
        let filter = SeriesFilter {
            benchmark: Some(benchmark),
            metric: arguments.metric.clone(),
            branch: arguments.branch.clone(),
            since: window(Timestamp::now(), u32::from(arguments.days)),
            ..SeriesFilter::default()
        };
        let found = history.series(&filter)?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let known = history.latest(&known)?;
    let ids: BTreeSet<&str> = known
        .iter()
        .map(|series| series.benchmark.as_str())
        .collect();
    if ids.contains(arguments.benchmark.as_str()) {
        let of_it = known
            .iter()
            .filter(|one| one.benchmark.as_str() == arguments.benchmark);
        let metrics: BTreeSet<&str> = of_it.map(|series| series.metric.as_str()).collect();
        let metrics: Vec<&str> = metrics.into_iter().collect();
        return Err(UsageError(format!(
            "the history has nothing of `{}` with this metric, branch and number of days; its metrics are: {}",
            arguments.benchmark,
            metrics.join(", ")
        ))
        .into());
    }
    let hint = did_you_mean(&arguments.benchmark, ids.iter().copied());
    Err(UsageError(format!(
        "the history has no benchmark called `{}`{hint}",
        arguments.benchmark.escape_debug()
    ))
    .into())
}

fn print(shown: &Shown, screen: &Screen) {
    let Shown { series, trend } = shown;
    let style = screen.style();
    screen.print(&format!(
        "{} {} on {}, {} runs\n",
        style.bold(&printable(series.benchmark.as_str())),
        printable(&series.metric),
        printable(&series.machine.to_string()),
        series.points.len()
    ));
    let points: Vec<ChartPoint> = series
        .points
        .iter()
        .enumerate()
        .map(|(index, point)| ChartPoint {
            value: point.value,
            change: trend.changes.iter().any(|change| change.index == index),
        })
        .collect();
    screen.print(&chart(&points, &series.unit, style));
    for change in &trend.changes {
        let line = printable(&change_line(change, &series.unit));
        let painted = if change.ratio > 1.0 {
            style.bad(&line)
        } else {
            style.good(&line)
        };
        screen.print(&format!("  {painted}\n"));
    }
    if trend.changes.is_empty() {
        screen.print("  no change point\n");
    }
    if let Some(creep) = &trend.creep {
        let ratio = creep.ratio;
        screen.print(&format!(
            "  against the runs from {} on: {} ({} … {}), {}\n",
            printable(creep.started_at.get(..10).unwrap_or(&creep.started_at)),
            percent_change(ratio.estimate),
            percent_change(ratio.lower),
            percent_change(ratio.upper),
            creep.verdict
        ));
    }
    screen.print("\n");
}

/// `slower since 4f2a91c (after 1d22b0e), 2026-11-13: 36.1 µs → 40.3 µs, +11.8 %, confidence 99.5 %`.
fn change_line(change: &Change, unit: &Unit) -> String {
    let commit = |hash: &Option<String>| {
        hash.as_deref()
            .map_or("an unknown commit".to_owned(), |hash| {
                short_commit(hash).to_owned()
            })
    };
    let at = if change.commit == change.commit_before {
        // The same code was measured before and after: the machine changed, not the code.
        format!("{} (measured before as well)", commit(&change.commit))
    } else {
        format!(
            "{} (after {})",
            commit(&change.commit),
            commit(&change.commit_before)
        )
    };
    let sure = change
        .p_value
        .map(|p| format!(", confidence {:.1} %", (1.0 - p) * 100.0))
        .unwrap_or_default();
    format!(
        "{} since {at}, {}: {} → {}, cost {}{sure}",
        change_word(change.ratio, unit),
        change.started_at.get(..10).unwrap_or(&change.started_at),
        quantity(change.before, unit),
        quantity(change.after, unit),
        percent_change(change.ratio)
    )
}
