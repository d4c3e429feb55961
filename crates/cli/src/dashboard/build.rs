//! From the history, the baseline and the configuration to what the dashboard shows.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::Context as _;
use fabench_history::{History, Location, RunFilter, RunRow, Series, SeriesFilter};
use fabench_record::{Baseline, MachineClass, Method};
use fabench_report::{DASHBOARD_SCHEMA_VERSION, Dashboard};
use jiff::{Timestamp, ToSpan as _};

use super::baselines::baselines;
use super::flames::Flames;
use super::group::{self, Raw};
use crate::arguments::Source;
use crate::config::Config;

/// What is asked to be shown.
#[derive(Clone, Debug)]
pub(crate) struct Shown {
    /// Folder of the baselines, unless the usual one.
    pub(crate) baselines: Option<PathBuf>,
    /// Where the history is.
    pub(crate) history: Location,
    /// How many days back.
    pub(crate) days: u32,
    /// True if a server stands behind the page.
    pub(crate) live: bool,
}

impl Shown {
    /// From what was typed.
    pub(crate) fn new(config: &Config, source: &Source, live: bool) -> Self {
        Self {
            baselines: source.baseline_dir.clone(),
            history: config.history.location.clone(),
            days: source.days,
            live,
        }
    }

    /// Where the baselines are.
    pub(crate) fn baseline_folder(&self, config: &Config) -> PathBuf {
        let folder = self.baselines.clone();
        folder.unwrap_or_else(|| config.baselines())
    }
}

/// How many days "this week" has.
const RECENT_DAYS: u32 = 7;

/// What is comparable with each other.
type Class = (String, MachineClass, String);

/// Reads and judges everything. Without a history the dashboard is empty; one that can't be read is an error.
pub(crate) fn build(config: &Config, shown: &Shown, now: Timestamp) -> anyhow::Result<Dashboard> {
    let mut dashboard = empty(config, shown, now);
    let (baselines, notices) = baselines(&shown.baseline_folder(config));
    dashboard.notices.extend(notices);
    if !shown.history.may_exist() {
        return Ok(dashboard);
    }
    let mut history = History::at(&shown.history).context("the history can't be shown")?;
    let since = now.checked_sub((i64::from(shown.days) * 24).hours()).ok();
    let series = history.series(&SeriesFilter {
        since,
        ..SeriesFilter::default()
    })?;
    let runs = history.runs(&RunFilter {
        since,
        ..RunFilter::default()
    })?;
    let total = series.len();
    let mut flames = Flames::default();
    for (_, raw) in classes(series, runs) {
        let group = group::view(
            config,
            &mut history,
            raw,
            &baselines,
            total,
            &mut flames,
            now,
        )?;
        dashboard.groups.push(group);
    }
    dashboard.notices.extend(flames.notice());
    let latest =
        |group: &fabench_report::Group| group.runs.last().map(|run| run.started_at.clone());
    dashboard
        .groups
        .sort_by_key(|group| std::cmp::Reverse(latest(group)));
    Ok(dashboard)
}

/// A dashboard of nothing.
pub(crate) fn empty(config: &Config, shown: &Shown, now: Timestamp) -> Dashboard {
    let folder = config.root.file_name().unwrap_or_default();
    Dashboard {
        schema_version: DASHBOARD_SCHEMA_VERSION,
        title: folder.to_string_lossy().into_owned(),
        now: now.to_string(),
        tool: concat!("fabench ", env!("CARGO_PKG_VERSION")).into(),
        live: shown.live,
        recent_days: RECENT_DAYS,
        notices: Vec::new(),
        groups: Vec::new(),
    }
}

/// Runs and series by what makes them comparable; runs oldest first, quick looks left out.
fn classes(series: Vec<Series>, runs: Vec<RunRow>) -> BTreeMap<Class, Raw> {
    let mut found: BTreeMap<Class, Raw> = BTreeMap::new();
    for one in series {
        let class = class(&one.suite, &one.machine, &one.method);
        let raw = found.entry(class).or_insert_with(|| Raw {
            suite: one.suite.clone(),
            machine: one.machine.clone(),
            method: one.method.clone(),
            runs: Vec::new(),
            series: Vec::new(),
        });
        raw.series.push(one);
    }
    // They come newest first.
    for run in runs.into_iter().rev().filter(|run| !run.quick) {
        if let Some(raw) = found.get_mut(&class(&run.suite, &run.machine, &run.method)) {
            raw.runs.push(run);
        }
    }
    found
}

fn class(suite: &str, machine: &MachineClass, method: &Method) -> Class {
    let method = format!("{} {}", method.name, method.version);
    (suite.to_owned(), machine.clone(), method)
}

/// Whether `baseline` is of this suite, machine class and method.
pub(super) fn is_of(baseline: &Baseline, raw: &Raw) -> bool {
    let run = &baseline.run;
    run.suite.name == raw.suite
        && run.environment.machine == raw.machine
        && run.method == raw.method
}
