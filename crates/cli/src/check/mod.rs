//! `fabench check`: judge a saved result against the stored baseline.

mod baseline;
mod older;
mod trends;
mod why;

use std::path::Path;

use fabench_gate::{Comparison, Refusal, Since, Verdict, compare, may_update};
use fabench_record::{Baseline, Run};
use fabench_report::{Format, Style};
use jiff::Timestamp;

use self::baseline::Update;
pub(crate) use self::trends::{Trends, Values};
use crate::arguments::CheckArguments;
use crate::calibrate::{Known, trust};
use crate::config::Config;
use crate::exit::Exit;
use crate::files::{BASELINE_FILE, Stored, machine_folder, read_run, read_stored};
use crate::judgement;
use crate::past;
use crate::screen::Screen;

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
    let folder = if arguments.per_machine {
        folder.join(machine_folder(&run.environment.machine))
    } else {
        folder
    };
    let path = folder.join(BASELINE_FILE);
    let stored = match read_stored(&path)? {
        Some(Stored::Baseline(stored)) => *stored,
        Some(Stored::Flat(values)) => older::convert(&path, *values, &run, screen)?,
        None => return first_baseline(config, &path, &run, arguments, screen),
    };
    let past = past::comparable(config, &run, screen);
    let known = Known::load(config, &run.environment.machine, screen);
    let policy = known.as_ref().map_or_else(
        || config.policy.clone(),
        |known| known.widened(&config.policy),
    );
    let mut comparison = compare(&stored, &run, &policy, Some(&past));
    tell_since(config, &mut comparison, &stored, &run, screen);
    if arguments.gate.profile_on_regression {
        why::explain(config, &stored, &run, &mut comparison, arguments, screen);
    }
    judgement::excuse(&mut comparison, config, &arguments.gate, screen)?;
    judgement::present(config, &comparison, &arguments.gate, screen)?;
    screen.print(&trust(known.as_ref(), &comparison));
    past::keep_comparison(config, &comparison, screen);
    trends::write_trends(config, &run, &arguments.gate, screen);
    let exit = judgement::exit(&comparison, &arguments.gate);
    let exit = if arguments.update_baseline {
        update(
            &path,
            stored,
            &run,
            &comparison,
            arguments.force_baseline,
            (config, screen),
        )?
        .unwrap_or(exit)
    } else {
        if worth_accepting(&comparison, &run) {
            screen.print(&format!(
                "to accept this result as the baseline: {}\n",
                update_command(config, arguments)
            ));
        }
        exit
    };
    judgement::print_verdict(&comparison, screen);
    Ok(exit)
}

/// A change that the baseline has too is none of the candidate.
fn tell_since(
    config: &Config,
    comparison: &mut Comparison,
    stored: &Baseline,
    run: &Run,
    screen: &Screen,
) {
    let accepted = stored.run.started_at.parse::<Timestamp>().ok();
    let later = |since: &Since| {
        let at = since.started_at.parse::<Timestamp>().ok();
        accepted.zip(at).is_some_and(|(accepted, at)| at > accepted)
    };
    past::tell_since(config, comparison, Some(run), &later, screen);
}

/// Without a baseline there is nothing to judge: it is written if asked for, else the command for it is shown.
fn first_baseline(
    config: &Config,
    path: &Path,
    run: &Run,
    arguments: &CheckArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let shown = path.display();
    judgement::comment(config, &arguments.gate, screen, || {
        Format::Markdown.renderer(Style::Plain).run(run, &[])
    })?;
    if !arguments.update_baseline {
        screen.print(&format!(
            "to make this result the baseline: {}\n",
            update_command(config, arguments)
        ));
        screen.print(&format!(
            "nothing compared: there is no baseline at {shown}\n"
        ));
        return Ok(Exit::Undecided);
    }
    let force = arguments.force_baseline;
    match baseline::update(path, None, run.clone(), None, force)? {
        Update::Written => {
            trends::accepted(config, path, run, screen);
            screen.print(&format!("first baseline written to {shown}\n"));
            Ok(Exit::Pass)
        }
        Update::Refused(refusal) => {
            let exit = refused(&refusal, screen);
            screen.print("nothing compared, and no baseline written\n");
            Ok(exit)
        }
    }
}

/// Updates the baseline; the exit code if that was refused, or if force overrode what else would fail.
fn update(
    path: &Path,
    stored: Baseline,
    run: &Run,
    comparison: &Comparison,
    force: bool,
    (config, screen): (&Config, &Screen),
) -> anyhow::Result<Option<Exit>> {
    match baseline::update(path, Some(stored), run.clone(), Some(comparison), force)? {
        Update::Written => {
            trends::accepted(config, path, run, screen);
            screen.print(&format!("baseline updated: {}\n", path.display()));
            // What was accepted on purpose is no longer a failure.
            Ok(force.then_some(Exit::Pass))
        }
        Update::Refused(refusal) => Ok(Some(refused(&refusal, screen))),
    }
}

fn refused(refusal: &Refusal, screen: &Screen) -> Exit {
    screen.refuse(&format!("the baseline is not updated: {refusal}"));
    match refusal {
        Refusal::Regression(_) => Exit::Gate,
        Refusal::Failed(_) => Exit::Failed,
        Refusal::Quick
        | Refusal::Partial
        | Refusal::Empty
        | Refusal::Missing(_)
        | Refusal::NotComparable(_) => Exit::Undecided,
    }
}

/// Whether the result holds something better, or something that the baseline lacks, and would be accepted.
fn worth_accepting(comparison: &Comparison, run: &Run) -> bool {
    let any = |verdict| comparison.overall.counts.contains_key(&verdict);
    (any(Verdict::Improvement) || any(Verdict::New))
        && may_update(Some(comparison), run, false).is_ok()
}

/// The command that would accept this result, as it was typed with the flag added.
fn update_command(config: &Config, arguments: &CheckArguments) -> String {
    let mut command = "fabench check --update-baseline".to_owned();
    let flags = [
        ("--config", &config.given),
        ("--results-file", &arguments.results_file),
        ("--baseline-dir", &arguments.baseline_dir),
    ];
    for (flag, path) in flags {
        if let Some(path) = path {
            let quoted = path.display().to_string().replace('\'', r"'\''");
            command.push_str(&format!(" {flag} '{quoted}'"));
        }
    }
    if arguments.per_machine {
        command.push_str(" --per-machine");
    }
    command
}
