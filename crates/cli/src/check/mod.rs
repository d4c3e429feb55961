//! `fabench check`: judge a saved result against the stored baseline.

mod baseline;
mod outcome;

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use fabench_gate::{Comparison, compare, explain};
use fabench_record::{Baseline, Run};
use fabench_report::{comparison_table, comparison_verdict};
use jiff::Timestamp;

use self::baseline::Update;
use crate::arguments::CheckArguments;
use crate::config::Config;
use crate::exit::{Exit, UsageError};
use crate::files::{BASELINE_FILE, compact_time, read_baseline, read_run, write_json};
use crate::screen::Screen;
use crate::suggest::did_you_mean;

/// Carries out `fabench check`.
pub(crate) fn check(
    config: &Config,
    arguments: &CheckArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let results = arguments
        .results_file
        .clone()
        .unwrap_or_else(|| config.results().join("latest.json"));
    let run = read_run(
        &results,
        "make one with `fabench run`, or name one with --results-file",
    )?;
    let folder = arguments
        .baseline_dir
        .clone()
        .unwrap_or_else(|| config.baselines());
    let path = folder.join(BASELINE_FILE);
    let gate = &arguments.gate;
    let Some(stored) = read_baseline(&path)? else {
        return first_baseline(&path, run, arguments, screen);
    };
    let comparison = compare(&stored, &run, &config.policy, None);
    let reports = gate.output_dir.clone().unwrap_or_else(|| config.reports());
    let report = save_report(&reports, &comparison)?;

    screen.print(&comparison_table(&comparison, screen.style()));
    for benchmark in &gate.explain {
        screen.print(&format!("\n{}", explanation(&comparison, benchmark)?));
    }
    screen.print(&format!("\nreport {}\n", report.display()));
    let exit = outcome::exit(&comparison, gate);
    let exit = if gate.update_baseline {
        update(&path, stored, run, &comparison, gate.force_baseline, screen)?.unwrap_or(exit)
    } else {
        if outcome::worth_updating(&comparison) {
            screen.print(&format!(
                "to accept this result as the baseline: {}\n",
                update_command(arguments)
            ));
        }
        exit
    };
    screen.print(&format!(
        "{}\n",
        comparison_verdict(&comparison, screen.style())
    ));
    Ok(exit)
}

/// Without a baseline there is nothing to judge: it is written if asked for, else the command for it is shown.
fn first_baseline(
    path: &Path,
    run: Run,
    arguments: &CheckArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let shown = path.display();
    if !arguments.gate.update_baseline {
        screen.print(&format!(
            "to make this result the baseline: {}\n",
            update_command(arguments)
        ));
        screen.print(&format!(
            "nothing compared: there is no baseline at {shown}\n"
        ));
        return Ok(Exit::Undecided);
    }
    let force = arguments.gate.force_baseline;
    match baseline::update(path, None, run, None, force)? {
        Update::Written => {
            screen.print(&format!("first baseline written to {shown}\n"));
            Ok(Exit::Pass)
        }
        Update::Refused(refusal) => Ok(refused(&refusal, screen)),
    }
}

/// Updates the baseline; the exit code if that was refused, or if force overrode what else would fail.
fn update(
    path: &Path,
    stored: Baseline,
    run: Run,
    comparison: &Comparison,
    force: bool,
    screen: &Screen,
) -> anyhow::Result<Option<Exit>> {
    match baseline::update(path, Some(stored), run, Some(comparison), force)? {
        Update::Written => {
            screen.print(&format!("baseline updated: {}\n", path.display()));
            // What was accepted on purpose is no longer a failure.
            Ok(force.then_some(Exit::Pass))
        }
        Update::Refused(refusal) => Ok(Some(refused(&refusal, screen))),
    }
}

fn refused(refusal: &fabench_gate::Refusal, screen: &Screen) -> Exit {
    screen.refuse(&format!("the baseline is not updated: {refusal}"));
    outcome::exit_of_refusal(refusal)
}

fn save_report(folder: &Path, comparison: &Comparison) -> anyhow::Result<PathBuf> {
    let path = folder.join(format!(
        "regression_report_{}.json",
        compact_time(Timestamp::now())
    ));
    write_json(&path, comparison)?;
    write_json(&folder.join("latest_regression_report.json"), comparison)?;
    Ok(path)
}

fn explanation(comparison: &Comparison, benchmark: &str) -> anyhow::Result<String> {
    let found: Vec<_> = comparison
        .benchmarks
        .iter()
        .filter(|entry| entry.id.as_str() == benchmark)
        .collect();
    if found.is_empty() {
        let ids = comparison.benchmarks.iter().map(|entry| entry.id.as_str());
        let hint = did_you_mean(benchmark, ids);
        return Err(UsageError(format!(
            "nothing was compared under the name `{benchmark}`{hint}"
        )))
        .context("--explain");
    }
    Ok(found.into_iter().map(explain).collect())
}

/// The command that would accept this result, as it was typed with the flag added.
fn update_command(arguments: &CheckArguments) -> String {
    let mut command = "fabench check --update-baseline".to_owned();
    for (flag, path) in [
        ("--results-file", &arguments.results_file),
        ("--baseline-dir", &arguments.baseline_dir),
    ] {
        if let Some(path) = path {
            let quoted = path.display().to_string().replace('\'', r"'\''");
            command.push_str(&format!(" {flag} '{quoted}'"));
        }
    }
    command
}
