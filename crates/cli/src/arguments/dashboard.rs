//! Flags of `fabench dashboard` and `fabench serve`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;

/// Flags of `fabench dashboard`.
#[derive(Debug, Args)]
pub(crate) struct DashboardArguments {
    /// Folder that index.html is written to, replacing it.
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: PathBuf,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// Flags of `fabench serve`.
#[derive(Debug, Args)]
pub(crate) struct ServeArguments {
    /// Port to listen on; 0 takes any that is free.
    #[arg(long, value_name = "PORT", default_value_t = 7373)]
    pub(crate) port: u16,
    /// Address to listen on. With another than a loopback address, everybody who reaches it can read the history.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub(crate) host: IpAddr,
    #[command(flatten)]
    pub(crate) source: Source,
}

/// What is shown.
#[derive(Debug, Args)]
pub(crate) struct Source {
    /// Folder of the baseline [default: baselines/ beside fabench.toml].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) baseline_dir: Option<PathBuf>,
    /// How many days of the history.
    #[arg(long, value_name = "DAYS", default_value_t = 90, value_parser = clap::value_parser!(u32).range(1..=36_500))]
    pub(crate) days: u32,
}
