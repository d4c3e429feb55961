//! Flags of the commands that print what packagers and editors need: `completions`, `man`, `schemas`.

use std::path::PathBuf;

use clap::Args;
use clap_complete::Shell;

/// Flags of `fabench completions`.
#[derive(Debug, Args)]
pub(crate) struct CompletionsArguments {
    /// The shell that is to complete.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: Shell,
}

/// Flags of `fabench man` and `fabench schemas`.
#[derive(Debug, Args)]
pub(crate) struct FolderArguments {
    /// Folder for the files; existing ones are replaced.
    #[arg(value_name = "FOLDER")]
    pub(crate) folder: PathBuf,
}
