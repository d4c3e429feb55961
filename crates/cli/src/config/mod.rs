//! `fabench.toml`: which suite to build, the goals, the policy.

mod command;
#[cfg(test)]
mod damaged_tests;
mod history;
mod memory_limit;
mod suite;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, anyhow, bail};
use fabench_gate::{Goal, Policy};
use fabench_harness::secrets::hidden;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::secret::Secret;

pub(crate) use command::CommandConfig;
pub(crate) use history::HistoryConfig;
pub(crate) use memory_limit::MemoryLimit;
pub(crate) use suite::{Program, SuiteConfig};

/// Name of the configuration file.
pub(crate) const FILE: &str = "fabench.toml";

/// The configuration, and the folder that its relative paths start from.
#[derive(Clone, Debug)]
pub(crate) struct Config {
    /// Folder of the file; the current folder where there is none.
    pub(crate) root: PathBuf,
    /// The file, if it was named on the command line.
    pub(crate) given: Option<PathBuf>,
    /// Which suite to build and run.
    pub(crate) suite: Option<SuiteConfig>,
    /// How much memory a launch of any suite may hold.
    pub(crate) memory_limit: Option<MemoryLimit>,
    /// Absolute limits.
    pub(crate) goals: Vec<Goal>,
    /// What counts as a change.
    pub(crate) policy: Policy,
    /// Where runs are recorded, and for how long.
    pub(crate) history: HistoryConfig,
}

/// The configuration file of fabench, `fabench.toml`.
#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct File {
    /// The suite that is measured.
    suite: Option<suite::Section>,
    /// Absolute limits.
    #[serde(default, rename = "goal")]
    goals: Vec<Goal>,
    /// What counts as a change.
    #[serde(default)]
    policy: Policy,
    /// Where runs are recorded, and for how long.
    #[serde(default)]
    history: history::HistoryFile,
}

impl Config {
    /// Reads `given`, or the nearest `fabench.toml` in or above the current folder; defaults where there is none.
    pub(crate) fn load(given: Option<&Path>) -> anyhow::Result<Self> {
        let here = std::env::current_dir().context("the current folder can't be read")?;
        let found = match given {
            Some(path) => Some(path.to_owned()),
            None => here
                .ancestors()
                .map(|folder| folder.join(FILE))
                .find(|file| file.is_file()),
        };
        let Some(path) = found else {
            return Self::new(File::default(), here);
        };
        let text = fs::read_to_string(&path).with_context(|| {
            format!(
                "{} can't be read; name another with --config",
                path.display()
            )
        })?;
        let mut config = Self::read(&text, &path, &here)?;
        config.given = given.map(Path::to_owned);
        Ok(config)
    }

    /// What `text` says, the content of the file at `path`, which is relative to the folder `here`.
    pub(crate) fn read(text: &str, path: &Path, here: &Path) -> anyhow::Result<Self> {
        let file = toml::from_str(text).map_err(|error| {
            // The line that is shown may hold the password of the history.
            anyhow!(
                "{} is not a valid configuration; correct the place shown: {}",
                path.display(),
                hidden(error.to_string().trim_end())
            )
        })?;
        let root = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => here.join(parent),
            _ => here.to_owned(),
        };
        Self::new(file, root)
    }

    fn new(file: File, root: PathBuf) -> anyhow::Result<Self> {
        let history = HistoryConfig::new(file.history, &root)?;
        Ok(Self {
            root,
            given: None,
            memory_limit: file.suite.as_ref().and_then(|suite| suite.memory_limit),
            suite: file.suite.map(|suite| suite.what),
            goals: file.goals,
            policy: file.policy,
            history,
        })
    }

    /// Takes the history that was named on the command line, a file relative to the current folder.
    pub(crate) fn with_history(mut self, named: Option<&Secret>) -> anyhow::Result<Self> {
        if let Some(named) = named {
            let here = std::env::current_dir().context("the current folder can't be read")?;
            self.history.name(named.reveal(), &here)?;
        }
        Ok(self)
    }

    /// Folder of results.
    pub(crate) fn results(&self) -> PathBuf {
        self.root.join("results")
    }

    /// Folder of the baseline, unless another is named.
    pub(crate) fn baselines(&self) -> PathBuf {
        self.root.join("baselines")
    }

    /// Folder of reports, unless another is named.
    pub(crate) fn reports(&self) -> PathBuf {
        self.root.join("ci_results")
    }

    /// Folder of what can be made again: builds of other revisions.
    pub(crate) fn cache(&self) -> PathBuf {
        self.root.join(".fabench")
    }

    /// The suite, or what to write into the configuration to have one.
    pub(crate) fn suite(&self) -> anyhow::Result<&SuiteConfig> {
        match &self.suite {
            Some(suite) => Ok(suite),
            None => bail!(
                "no suite is configured: write `[suite]` with `package = \"…\"` (a cargo package), \
                 `executable = \"…\"` or `command = [\"…\"]` into {FILE}, or name an executable with --suite"
            ),
        }
    }
}
