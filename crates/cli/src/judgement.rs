//! What follows a comparison, whoever made it: excuses, report files, the table, the verdict, the exit code.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use fabench_gate::{Comparison, Verdict, explain};
use fabench_report::{
    Format, Style, annotations, comparison_table, comparison_verdict, printable_lines, why_lines,
};
use jiff::Timestamp;

use crate::accepted;
use crate::arguments::GateArguments;
use crate::config::Config;
use crate::exit::{Exit, UsageError};
use crate::files::{compact_time, unused, write_json};
use crate::github;
use crate::screen::Screen;
use crate::suggest::did_you_mean;

/// Marks what the policy mutes today and what was accepted; mutes that have run out are told.
pub(crate) fn excuse(
    comparison: &mut Comparison,
    config: &Config,
    gate: &GateArguments,
    screen: &Screen,
) -> anyhow::Result<()> {
    let accepted = accepted::of(config, comparison, &gate.accept, screen)?;
    let today = Timestamp::now().strftime("%Y-%m-%d").to_string();
    for mute in comparison.excuse(&config.policy, &accepted, &today) {
        screen.warn(&format!(
            "the mute of `{}` ran out on {} ({}); remove it from fabench.toml, or give it a new date",
            mute.benchmark,
            mute.until(),
            mute.reason()
        ));
    }
    Ok(())
}

/// Saves the report and prints the table, the explanations asked for, and where the report is.
pub(crate) fn present(
    config: &Config,
    comparison: &Comparison,
    gate: &GateArguments,
    screen: &Screen,
) -> anyhow::Result<()> {
    let folder = gate.output_dir.clone().unwrap_or_else(|| config.reports());
    let report = save_report(&folder, comparison)?;
    screen.print(&comparison_table(
        comparison,
        &gate.group_by,
        screen.style(),
    ));
    for line in comparison.benchmarks.iter().flat_map(why_lines) {
        screen.print(&format!("{}\n", printable_lines(&line)));
    }
    for benchmark in &gate.explain {
        let explained = explanation(comparison, benchmark)?;
        screen.print(&format!("\n{}", printable_lines(&explained)));
    }
    screen.print(&format!("\nreport {}\n", report.display()));
    comment(config, gate, screen, || {
        Format::Markdown
            .renderer(Style::Plain)
            .comparison(comparison)
    })?;
    if gate.github_annotations || github::is_running() {
        screen.print(&annotations(comparison));
    }
    Ok(())
}

/// Where the profiles of a comparison go, and how much CPU time they sample.
pub(crate) fn profiles(config: &Config, gate: &GateArguments) -> (PathBuf, Duration) {
    let folder = gate.output_dir.clone().unwrap_or_else(|| config.reports());
    (folder.join("profiles"), gate.profile_time)
}

/// Writes the comment, if it is asked for.
pub(crate) fn comment(
    config: &Config,
    gate: &GateArguments,
    screen: &Screen,
    text: impl FnOnce() -> String,
) -> anyhow::Result<()> {
    if !gate.github_comment {
        return Ok(());
    }
    let folder = gate.output_dir.clone().unwrap_or_else(|| config.reports());
    github::publish(&folder, &text(), screen)
}

/// Prints the last line.
pub(crate) fn print_verdict(comparison: &Comparison, screen: &Screen) {
    screen.print(&format!(
        "{}\n",
        comparison_verdict(comparison, screen.style())
    ));
}

/// The exit code of a comparison. A confirmed regression outranks a benchmark that failed to run.
pub(crate) fn exit(comparison: &Comparison, gate: &GateArguments) -> Exit {
    let any = |verdict| comparison.overall.counts.contains_key(&verdict);
    let undecided = [
        Verdict::Inconclusive,
        Verdict::Missing,
        Verdict::NotComparable,
    ];
    if gate.fail_on_regression && any(Verdict::Regression) {
        Exit::Gate
    } else if any(Verdict::Failed) {
        Exit::Failed
    } else if comparison.overall.nothing_compared
        || (gate.fail_on_inconclusive && undecided.into_iter().any(any))
    {
        Exit::Undecided
    } else {
        Exit::Pass
    }
}

fn save_report(folder: &Path, comparison: &Comparison) -> anyhow::Result<PathBuf> {
    let path = unused(
        folder,
        &format!("regression_report_{}", compact_time(Timestamp::now())),
    );
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
