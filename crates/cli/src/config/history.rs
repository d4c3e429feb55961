//! The section `[history]`: where runs are recorded, and for how long.

use std::path::Path;

use fabench_history::Location;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::secret::{self, Secret};

/// Days of which everything is kept unless told otherwise.
const RETENTION_DAYS: u32 = 90;

/// As it is written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HistoryFile {
    /// A file, or the address of a PostgreSQL database.
    #[schemars(with = "Option<String>")]
    location: Option<Secret>,
    /// Days of which every run is kept whole.
    retention_days: Option<u32>,
    /// Run that slow creep is held against.
    reference: Option<String>,
}

/// The history that commands use.
#[derive(Clone, Debug)]
pub(crate) struct HistoryConfig {
    /// Where it is.
    pub(crate) location: Location,
    /// Days of which everything is kept.
    pub(crate) retention_days: u32,
    /// Run that slow creep is held against; the oldest one of the window where none is named.
    pub(crate) reference: Option<String>,
}

impl HistoryConfig {
    /// `root` is where relative files start from. The variable `FABENCH_HISTORY` outranks the file.
    pub(super) fn new(written: HistoryFile, root: &Path) -> anyhow::Result<Self> {
        let retention_days = written.retention_days.unwrap_or(RETENTION_DAYS);
        if !(1..=36_500).contains(&retention_days) {
            anyhow::bail!(
                "`retention_days = {retention_days}` in [history] can't be kept; write 1 to 36500 days"
            );
        }
        let named = Secret::in_variable(secret::HISTORY).or(written.location);
        let mut config = Self {
            location: Location::File(root.join(".fabench/history.db")),
            retention_days,
            reference: written.reference,
        };
        if let Some(named) = named {
            config.name(named.reveal(), root)?;
        }
        Ok(config)
    }

    /// Takes another place; a relative file is meant from `folder`. What is refused may hold a password and is not shown.
    pub(super) fn name(&mut self, text: &str, folder: &Path) -> anyhow::Result<()> {
        self.location = match Location::of(text) {
            Location::File(path) => {
                if let Some((scheme, _)) = text.split_once("://") {
                    anyhow::bail!(
                        "a history is not kept at {scheme}://…; name a file or postgres://user@host/database"
                    );
                }
                Location::File(folder.join(path))
            }
            server @ Location::Server(_) => server,
        };
        Ok(())
    }
}
