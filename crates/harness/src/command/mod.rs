//! Any command as a suite: a worker that speaks the protocol for a program that does not.
//!
//! A command is measured like every other suite, by launches of a worker: the runner, the side-by-side comparison and
//! the containment know of no difference. The worker runs the command once a launch and either times it or reads what
//! it reports. One run may report many benchmarks; the launch then tells about all of them.

mod folder;
mod process;
mod profile;
mod report;
mod serve;
mod stamps;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use fabench_record::BenchmarkId;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::runner::Executable;

pub use folder::{FolderError, documents_in};

/// Environment variable by which the tool tells its worker what to run.
const COMMAND_SUITE: &str = "FABENCH_COMMAND_SUITE";

/// What stands in a command for the file that it is to write.
pub const OUTPUT_PLACEHOLDER: &str = "{output}";

/// A suite that is a command, or several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommandSuite {
    /// Name of the suite.
    pub name: String,
    /// Where the commands run; absolute.
    pub directory: PathBuf,
    /// Variables that are set for the commands.
    pub environment: BTreeMap<String, String>,
    /// What a run yields.
    pub yields: Yields,
}

/// What a run of a command yields.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Yields {
    /// How long it takes and how much memory it needs: each command is a benchmark.
    Cost(BTreeMap<BenchmarkId, Vec<String>>),
    /// Results that it reports, in a format of [`fabench_record::formats`].
    Report {
        /// Program and arguments.
        command: Vec<String>,
        /// Name of the format; `auto` recognises it.
        format: String,
        /// The file or folder that it writes, relative to the directory. Without one it is the file that
        /// [`OUTPUT_PLACEHOLDER`] names, else standard output.
        output: Option<PathBuf>,
    },
}

impl CommandSuite {
    /// The worker: `tool` is an executable that calls [`CommandSuite::from_environment`] and serves it.
    ///
    /// # Errors
    /// When the suite can't be written down.
    pub fn worker(&self, tool: &Path) -> Result<Executable, Failure> {
        let written = serde_json::to_string(self)?;
        Ok(Executable::new(tool).environment(COMMAND_SUITE, written))
    }

    /// The suite that this process was started to serve, if it was.
    ///
    /// # Errors
    /// When the variable does not hold a suite.
    pub fn from_environment() -> Result<Option<Self>, Failure> {
        let Some(text) = std::env::var_os(COMMAND_SUITE) else {
            return Ok(None);
        };
        Ok(Some(serde_json::from_str(&text.to_string_lossy())?))
    }

    /// Serves the worker protocol until the launch is over.
    ///
    /// # Errors
    /// When the channel breaks, or the process was not started by the tool.
    pub fn serve(&self) -> Result<(), Failure> {
        serve::serve(self)
    }
}
