//! `fabench history list`: the recorded runs, newest first.

use fabench_history::{History, RunFilter, RunRow};
use fabench_report::{plain_table, short_commit};
use jiff::Timestamp;

use super::print_json;
use crate::arguments::{ListArguments, OutputFormat};
use crate::exit::Exit;
use crate::past::window;
use crate::screen::Screen;

pub(super) fn list(
    history: &mut History,
    arguments: &ListArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let filter = RunFilter {
        branch: arguments.branch.clone(),
        suite: arguments.suite.clone(),
        since: arguments
            .days
            .and_then(|days| window(Timestamp::now(), u32::from(days))),
        limit: Some(arguments.limit),
        ..RunFilter::default()
    };
    let runs = history.runs(&filter)?;
    if format == OutputFormat::Json {
        print_json(&runs, screen)?;
        return Ok(Exit::Pass);
    }
    if runs.is_empty() {
        screen.print("no run is recorded that fits; `fabench run --record` records one\n");
        return Ok(Exit::Pass);
    }
    let header = ["run", "branch", "benchmarks", "verdict", "machine"].map(str::to_owned);
    let rows: Vec<Vec<String>> = runs.iter().map(row).collect();
    screen.print(&plain_table(&header, &rows, header.len(), screen.style()));
    screen.print(&format!(
        "{} runs, newest first{}\n",
        runs.len(),
        if runs.len() == arguments.limit as usize {
            "; more with --limit"
        } else {
            ""
        }
    ));
    Ok(Exit::Pass)
}

fn row(run: &RunRow) -> Vec<String> {
    let mut remarks = run
        .verdict
        .map(|verdict| verdict.to_string())
        .unwrap_or_default();
    for (remark, holds) in [
        ("baseline", run.baseline),
        ("quick", run.quick),
        ("partial", run.partial),
    ] {
        if holds {
            remarks.push_str(if remarks.is_empty() { "" } else { ", " });
            remarks.push_str(remark);
        }
    }
    let branch = run.branch.clone().or_else(|| {
        let commit = run.commit.as_deref()?;
        Some(short_commit(commit).to_owned())
    });
    vec![
        run.id.clone(),
        branch.unwrap_or_else(|| "–".to_owned()),
        run.benchmarks.to_string(),
        if remarks.is_empty() {
            "–".to_owned()
        } else {
            remarks
        },
        format!("{}, {} cores", run.machine.cpu, run.machine.cores),
    ]
}
