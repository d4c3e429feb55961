//! Flags of `fabench profile`, and those that other commands take about profiles.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use fabench_record::ProfileKind;

use super::run::Selection;
use super::values;

/// Flags of `fabench profile`.
#[derive(Debug, Args)]
pub(crate) struct ProfileArguments {
    #[command(flatten)]
    pub(crate) selection: Selection,
    /// Where CPU time goes; what is taken unless --memory is given alone.
    #[arg(long)]
    pub(crate) cpu: bool,
    /// Where memory is allocated, what stays, and whether it grows.
    #[arg(long)]
    pub(crate) memory: bool,
    /// CPU time to sample of each benchmark, in seconds; 99 samples are taken in each.
    #[arg(long, value_name = "SECONDS", default_value = "10", allow_negative_numbers = true, value_parser = values::seconds)]
    pub(crate) time: Duration,
    /// Profile this suite executable as it is, instead of building the one that fabench.toml names.
    #[arg(long, value_name = "EXECUTABLE")]
    pub(crate) suite: Option<PathBuf>,
    /// Folder for the profiles [default: results/profiles/TIME-COMMIT/ beside fabench.toml].
    #[arg(long, value_name = "FOLDER")]
    pub(crate) out: Option<PathBuf>,
    /// Rows of the table.
    #[arg(long, value_name = "N", default_value_t = 20)]
    pub(crate) top: usize,
}

impl ProfileArguments {
    /// Which profiles are wanted.
    pub(crate) fn kinds(&self) -> Vec<ProfileKind> {
        match (self.cpu, self.memory) {
            (_, false) => vec![ProfileKind::Cpu],
            (false, true) => vec![ProfileKind::Memory],
            (true, true) => ProfileKind::ALL.to_vec(),
        }
    }
}

/// Which profiles a run takes after it has measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profiles {
    /// Where CPU time goes.
    Cpu,
    /// Where memory is allocated.
    Memory,
    /// Both.
    Both,
}

impl Profiles {
    /// The kinds it stands for.
    pub(crate) fn kinds(self) -> Vec<ProfileKind> {
        match self {
            Self::Cpu => vec![ProfileKind::Cpu],
            Self::Memory => vec![ProfileKind::Memory],
            Self::Both => ProfileKind::ALL.to_vec(),
        }
    }
}
