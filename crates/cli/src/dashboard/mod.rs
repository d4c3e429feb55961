//! `fabench dashboard`: the history as one page that needs nothing but itself.

mod baselines;
mod benchmark;
mod build;
mod changes;
mod flames;
mod group;

use anyhow::Context as _;
use fabench_report::{Dashboard, dashboard_page};
use jiff::Timestamp;

use crate::arguments::DashboardArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::write_text;
use crate::screen::Screen;

pub(crate) use baselines::baseline_paths;
pub(crate) use build::{Shown, build, empty};
pub(crate) use flames::profile_folders;

/// Carries out `fabench dashboard`.
pub(crate) fn dashboard(
    config: &Config,
    arguments: &DashboardArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let built = build(
        config,
        &Shown::new(config, &arguments.source, false),
        Timestamp::now(),
    )?;
    for notice in &built.notices {
        screen.warn(notice);
    }
    let page = dashboard_page(&built).context("the dashboard can't be encoded")?;
    let path = arguments.out.join("index.html");
    write_text(&path, &page)?;
    screen.print(&format!(
        "dashboard {} ({} KiB)\n{}\n",
        path.display(),
        page.len().div_ceil(1024),
        in_words(&built)
    ));
    Ok(Exit::Pass)
}

/// The last line: what is in the page.
fn in_words(dashboard: &Dashboard) -> String {
    let groups = &dashboard.groups;
    if groups.is_empty() {
        return "no run is recorded yet: `fabench run --record` records one".into();
    }
    let runs: usize = groups.iter().map(|group| group.runs.len()).sum();
    let benchmarks: usize = groups.iter().map(|group| group.benchmarks.len()).sum();
    let worse = groups
        .iter()
        .flat_map(|group| &group.benchmarks)
        .filter(|one| one.recent.is_some_and(|recent| recent.cost_ratio > 1.0))
        .count();
    format!(
        "{runs} runs, {benchmarks} series on {} machine {}: {worse} worse in the last {} days",
        groups.len(),
        if groups.len() == 1 {
            "class"
        } else {
            "classes"
        },
        dashboard.recent_days
    )
}
