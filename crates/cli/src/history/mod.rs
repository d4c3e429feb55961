//! `fabench history`: what was recorded, what became of it, and how it is kept, carried and merged.

mod list;
mod show;
mod transfer;
mod trend;

use anyhow::bail;
use fabench_history::{History, Location, Retention};
use serde::Serialize;

use crate::arguments::{HistoryAction, HistoryArguments, OutputFormat, PruneArguments};
use crate::config::Config;
use crate::exit::Exit;
use crate::past;
use crate::screen::Screen;

/// Carries out `fabench history`.
pub(crate) fn history(
    config: &Config,
    arguments: &HistoryArguments,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let format = arguments.format;
    match &arguments.action {
        HistoryAction::List(list) => list::list(&mut existing(config)?, list, format, screen),
        HistoryAction::Show(show) => show::show(&mut existing(config)?, show, format, screen),
        HistoryAction::Trend(trend) => {
            trend::trend(config, &mut existing(config)?, trend, format, screen)
        }
        HistoryAction::Prune(prune) => {
            self::prune(config, &mut existing(config)?, prune, format, screen)
        }
        HistoryAction::Export(export) => {
            transfer::export(&mut existing(config)?, export, format, screen)
        }
        HistoryAction::Import(import) => transfer::import(config, import, format, screen),
    }
}

/// The history, or how to begin one: looking makes no file.
fn existing(config: &Config) -> anyhow::Result<History> {
    if let Location::File(path) = &config.history.location
        && !config.history.location.may_exist()
    {
        bail!(
            "there is no history at {}; begin one with `fabench run --record`, or name another with --history",
            path.display()
        );
    }
    Ok(past::open(config)?)
}

fn prune(
    config: &Config,
    history: &mut History,
    arguments: &PruneArguments,
    format: OutputFormat,
    screen: &Screen,
) -> anyhow::Result<Exit> {
    let retention = Retention {
        days: arguments.days.unwrap_or(config.history.retention_days),
        delete: arguments.delete,
    };
    let pruned = past::prune(history, config, &retention)?;
    if format == OutputFormat::Json {
        print_json(&pruned, screen)?;
    } else {
        screen.print(&format!(
            "{} runs and {} values removed that are older than {} days; baselines stay\n",
            pruned.runs, pruned.points, retention.days
        ));
    }
    Ok(Exit::Pass)
}

fn print_json<T: Serialize>(value: &T, screen: &Screen) -> anyhow::Result<()> {
    screen.print(&format!("{}\n", serde_json::to_string_pretty(value)?));
    Ok(())
}
