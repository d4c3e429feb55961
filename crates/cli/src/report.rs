//! `fabench report`: a saved result or comparison, read back and shown in any format.

use std::path::PathBuf;

use anyhow::bail;
use fabench_gate::{Goal, GoalOutcome};
use fabench_record::Run;
use fabench_report::{Format, Style};

use crate::arguments::ReportArguments;
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{Finished, read_finished, write_text};
use crate::screen::Screen;

/// Carries out `fabench report`.
pub(crate) fn report(
    config: &Config,
    arguments: &ReportArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let file = arguments
        .file
        .clone()
        .unwrap_or_else(|| default_file(config));
    let finished = read_finished(
        &file,
        "make one with `fabench run`, `fabench check` or `fabench compare`, or name a file",
    )?;
    // A file is no terminal.
    let style = if arguments.output.is_some() {
        Style::Plain
    } else {
        screen.style()
    };
    let table = &arguments.table;
    if table.is_given() && arguments.format != Format::Terminal {
        bail!(
            "--group-by, --sort, --columns and --verbose lay out a table in the terminal; leave them out, or leave --format out"
        );
    }
    if table.is_of_runs() && matches!(finished, Finished::Comparison(_)) {
        bail!(
            "{} is a comparison, whose rows are in the order of their verdicts: --sort, --columns and --verbose are for results; leave them out, or name a result",
            file.display()
        );
    }
    let renderer = arguments.format.renderer_laid_out(style, table.layout());
    let text = match finished {
        Finished::Run(run) => renderer.run(&run, &goals(config, &run)),
        Finished::Comparison(comparison) => renderer.comparison(&comparison),
    };
    match &arguments.output {
        Some(path) => {
            write_text(path, &text)?;
            screen.print(&format!("report {}\n", path.display()));
        }
        None => screen.print(&text),
    }
    Ok(Exit::Pass)
}

/// The latest comparison, else the latest result.
fn default_file(config: &Config) -> PathBuf {
    let comparison = config.reports().join("latest_regression_report.json");
    if comparison.is_file() {
        comparison
    } else {
        config.results().join("latest.json")
    }
}

/// The goals of what was measured: a saved run may hold a part of the suite.
fn goals(config: &Config, run: &Run) -> Vec<GoalOutcome> {
    let measured = |goal: &&Goal| run.benchmark(&goal.benchmark).is_some();
    let goals = config.goals.iter().filter(measured);
    goals.map(|goal| goal.evaluate(run)).collect()
}
