//! `fabench history show`: one recorded run, and what was said of it.

use anyhow::bail;
use fabench_history::{History, Judged, RunFilter, RunRow};
use fabench_record::Run;
use fabench_report::{RunLayout, comparison_verdict, printable, run_table};
use serde::Serialize;

use super::print_json;
use crate::arguments::{OutputFormat, ShowArguments};
use crate::exit::{Exit, UsageError};
use crate::screen::Screen;
use crate::suggest::did_you_mean;

/// Everything that the history has of a run.
#[derive(Serialize)]
struct Shown {
    row: RunRow,
    run: Option<Run>,
    comparisons: Vec<Judged>,
}

pub(super) fn show(
    history: &mut History,
    arguments: &ShowArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let row = find(history, &arguments.run)?;
    let shown = Shown {
        run: history.run(&row.id)?,
        comparisons: history.comparisons(&row.id)?,
        row,
    };
    if format == OutputFormat::Json {
        print_json(&shown, screen)?;
        return Ok(Exit::Pass);
    }
    let row = &shown.row;
    match &shown.run {
        Some(run) => screen.print(&run_table(run, &RunLayout::default(), screen.style())),
        None => screen.print("an old fabench recorded this run without its measurements\n"),
    }
    let about = format!(
        "started {}, commit {}{}{}",
        row.started_at,
        row.commit.as_deref().unwrap_or("unknown"),
        if row.dirty {
            " with uncommitted changes"
        } else {
            ""
        },
        row.branch
            .as_deref()
            .map(|branch| format!(", branch {branch}"))
            .unwrap_or_default(),
    );
    let machine = row.machine.to_string();
    for line in [
        &format!("\n{}", printable(&row.id)),
        &printable(&about),
        &printable(&machine),
    ] {
        screen.print(&format!("{line}\n"));
    }
    match shown.comparisons.last() {
        Some(Judged { comparison, .. }) => screen.print(&format!(
            "against {}: {}\n",
            printable(&comparison.baseline.run),
            comparison_verdict(comparison, screen.style())
        )),
        None => screen.print("not judged yet: `fabench check` does it\n"),
    }
    Ok(Exit::Pass)
}

fn find(history: &mut History, wanted: &str) -> anyhow::Result<RunRow> {
    let newest = |limit| RunFilter {
        limit: Some(limit),
        ..RunFilter::default()
    };
    if wanted == "latest" {
        return match history.runs(&newest(1))?.pop() {
            Some(run) => Ok(run),
            None => bail!("no run is recorded yet; `fabench run --record` records one"),
        };
    }
    if let Some(run) = history.find(wanted)? {
        return Ok(run);
    }
    let known = history.runs(&newest(1000))?;
    let hint = did_you_mean(wanted, known.iter().map(|run| run.id.as_str()));
    Err(UsageError(format!(
        "no single run is called `{}`{hint} `fabench history list` names them",
        wanted.escape_debug()
    ))
    .into())
}
