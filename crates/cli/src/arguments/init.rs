//! Flags of `fabench init`.

use clap::{Args, ValueEnum};

/// Flags of `fabench init`.
#[derive(Debug, Args)]
pub(crate) struct InitArguments {
    /// Also write what this CI system needs.
    #[arg(long, value_name = "SYSTEM")]
    pub(crate) ci: Option<Ci>,
}

/// A CI system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Ci {
    /// Two workflows in .github/workflows: one measures, one comments on pull requests.
    Github,
}
