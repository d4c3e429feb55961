//! Flags of `fabench doctor`, and the form that every listing can be had in.

use clap::{Args, ValueEnum};

/// Flags of `fabench doctor`.
#[derive(Debug, Args)]
pub(crate) struct DoctorArguments {
    /// Form of the list.
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub(crate) format: ListFormat,
}

/// Form of a listing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ListFormat {
    /// For people.
    Terminal,
    /// For programs.
    Json,
}
