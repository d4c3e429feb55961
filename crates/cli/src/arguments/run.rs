//! Flags of `fabench run`.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::secret::Secret;

use super::{ListFormat, Profiles, TableArguments, WebsocketArguments, values};

/// Flags of `fabench run`.
#[derive(Debug, Args)]
pub(crate) struct RunArguments {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// List the benchmarks and what each does, and run none.
    #[arg(long)]
    pub(crate) list: bool,
    /// Form of the list.
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "terminal",
        requires = "list"
    )]
    pub(crate) format: ListFormat,
    /// A quick look, all benchmarks in under 30 s. Marked so, never accepted as a baseline.
    #[arg(long, short)]
    pub(crate) quick: bool,
    /// Measure this suite executable as it is, instead of building the one that fabench.toml names.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) suite: Option<PathBuf>,
    /// Measure the database at this URL instead of SQLite (postgres://…) [default: FABENCH_DATABASE_URL, better for a password: shells keep what is typed]; it is not kept in the result.
    #[arg(long, value_name = "URL", conflicts_with = "postgres")]
    pub(crate) database_url: Option<Secret>,
    /// Start a private PostgreSQL from the installed server, measure it, and remove it afterwards.
    #[arg(long)]
    pub(crate) postgres: bool,
    #[command(flatten)]
    pub(crate) websocket: WebsocketArguments,
    /// Add the benchmarks at full size: a million agents, ten thousand connections, messages over NATS.
    #[arg(long)]
    pub(crate) scale: bool,
    /// Add messages between two processes over the NATS server at this URL (nats://…) [default: FABENCH_NATS_URL, better for a password]; it is not kept in the result.
    #[arg(long, value_name = "URL")]
    pub(crate) nats: Option<Secret>,
    #[command(flatten)]
    pub(crate) effort: Effort,
    /// Write the result to this file as well, replacing it.
    #[arg(long, value_name = "PATH")]
    pub(crate) json: Option<PathBuf>,
    /// Keep the result as results/NAME.json; an existing one is never replaced.
    #[arg(long, value_name = "NAME")]
    pub(crate) save: Option<String>,
    /// Draw how the samples are spread: FOLDER/category.svg and FOLDER/category/name.svg, replacing older ones.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) histogram: Option<PathBuf>,
    /// Record the run in the history (.fabench/history.db beside fabench.toml): `check` learns from it how much runs differ.
    #[arg(long)]
    pub(crate) record: bool,
    /// Profile each benchmark once more after all have been measured, in processes of their own.
    #[arg(long, value_name = "KIND")]
    pub(crate) profile: Option<Profiles>,
    #[command(flatten)]
    pub(crate) table: TableArguments,
    /// Exit with 3 if a goal of fabench.toml is missed.
    #[arg(long)]
    pub(crate) fail_on_goal: bool,
}

/// Which benchmarks of the suite.
#[derive(Debug, Args)]
pub(crate) struct Selection {
    /// Measure only benchmarks whose id contains one of these texts, for example `spawn`.
    #[arg(value_name = "FILTER")]
    pub(crate) filters: Vec<String>,
    /// Measure only this category; may be given several times.
    #[arg(long = "category", short, value_name = "CATEGORY")]
    pub(crate) categories: Vec<String>,
}

/// How long and how often to measure.
#[derive(Debug, Args)]
pub(crate) struct Effort {
    /// Fewest rounds in each launch.
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub(crate) min_rounds: Option<NonZeroU32>,
    /// Measuring time of each benchmark over all its launches, in seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) max_time: Option<Duration>,
    /// Longest warm-up of each launch, in seconds.
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) warmup: Option<Duration>,
    /// How long a suite may take for one answer before it counts as hanging, in seconds [default: 60].
    #[arg(long, value_name = "SECONDS", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) timeout: Option<Duration>,
    /// Timed launches (processes) of each benchmark.
    #[arg(long, value_name = "N", value_parser = values::count)]
    pub(crate) launches: Option<NonZeroU32>,
}
