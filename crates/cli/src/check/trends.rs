//! Files for those who expect files: `performance_trends.json` among the reports, `performance_history.json` beside
//! the baseline. The history itself stays the source; what can't be written is a warning.

use std::path::Path;

use fabench_gate::ChangePointSettings;
use fabench_history::{Series, SeriesFilter, Trend, trend};
use fabench_record::Run;
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::arguments::GateArguments;
use crate::config::Config;
use crate::files::{HISTORY_FILE, TRENDS_FILE, write_json};
use crate::past::{self, window};
use crate::screen::Screen;

/// Version of both files.
const SCHEMA_VERSION: u32 = 1;

/// Content of `performance_trends.json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Trends<'a> {
    /// Version of this schema.
    schema_version: u32,
    /// The run that was judged.
    run: &'a str,
    /// What happened to each series.
    trends: Vec<BenchmarkTrend>,
}

/// A series and what happened to it.
#[derive(Serialize, JsonSchema)]
struct BenchmarkTrend {
    #[serde(flatten)]
    series: Series,
    #[serde(flatten)]
    trend: Trend,
}

/// Content of `performance_history.json`.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Values<'a> {
    /// Version of this schema.
    schema_version: u32,
    /// The run that was accepted.
    baseline: &'a str,
    /// The values until then.
    series: Vec<Series>,
}

/// What is comparable with `run` in the days to keep; `None` where there is no history.
fn series(config: &Config, run: &Run, screen: &Screen) -> Option<Vec<Series>> {
    let now = run.started_at.parse::<Timestamp>().ok()?;
    let filter = SeriesFilter {
        suite: Some(run.suite.name.clone()),
        machine: Some(run.environment.machine.clone()),
        since: window(now, config.history.retention_days),
        ..SeriesFilter::default()
    };
    let found = past::look(config, screen, None, |history| {
        history.series(&filter).map(Some)
    })?;
    (!found.is_empty()).then_some(found)
}

/// Writes the trends of the primary metrics beside the reports.
pub(super) fn write_trends(config: &Config, run: &Run, gate: &GateArguments, screen: &Screen) {
    let Some(series) = series(config, run, screen) else {
        return;
    };
    let settings = ChangePointSettings::default();
    let reference = config.history.reference.as_deref();
    let trends = series.into_iter().map(|series| {
        let thresholds = config.policy.thresholds(&series.benchmark, &series.metric);
        let trend = trend(&series, &settings, &thresholds, reference);
        BenchmarkTrend { series, trend }
    });
    let trends = Trends {
        schema_version: SCHEMA_VERSION,
        run: &run.id,
        trends: trends.collect(),
    };
    let folder = gate.output_dir.clone().unwrap_or_else(|| config.reports());
    warn_if_unwritten(write_json(&folder.join(TRENDS_FILE), &trends), screen);
}

/// After `run` became the baseline at `path`: it is kept for good, and the values so far are written beside it.
pub(super) fn accepted(config: &Config, path: &Path, run: &Run, screen: &Screen) {
    past::mark_baseline(config, run, screen);
    let Some(series) = series(config, run, screen) else {
        return;
    };
    let values = Values {
        schema_version: SCHEMA_VERSION,
        baseline: &run.id,
        series,
    };
    warn_if_unwritten(
        write_json(&path.with_file_name(HISTORY_FILE), &values),
        screen,
    );
}

fn warn_if_unwritten(written: anyhow::Result<()>, screen: &Screen) {
    if let Err(error) = written {
        screen.warn(&format!("{error:#}"));
    }
}
