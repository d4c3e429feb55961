//! The section `[history]`: where runs are recorded, and for how long.

use std::path::Path;

use fabench_history::Location;
use schemars::JsonSchema;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

use crate::secret::{self, Secret};

/// Days of which everything is kept unless told otherwise.
const RETENTION_DAYS: u32 = 90;

/// As it is written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct HistoryFile {
    /// A file, or the address of a PostgreSQL database.
    #[schemars(with = "Option<String>")]
    #[serde(deserialize_with = "location")]
    location: Option<Secret>,
    /// Days of which every run is kept whole.
    #[serde(deserialize_with = "days")]
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
        let named = Secret::in_variable(secret::HISTORY).or(written.location);
        let mut config = Self {
            location: Location::File(root.join(".fabench/history.db")),
            retention_days: written.retention_days.unwrap_or(RETENTION_DAYS),
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
                no_other_address(text).map_err(anyhow::Error::msg)?;
                Location::File(folder.join(path))
            }
            server @ Location::Server(_) => server,
        };
        Ok(())
    }
}

/// What is refused may hold a password and is not shown.
fn no_other_address(text: &str) -> Result<(), String> {
    match (Location::of(text), text.split_once("://")) {
        (Location::File(_), Some((scheme, _))) => Err(format!(
            "a history is not kept at {scheme}://…; name a file or postgres://user@host/database"
        )),
        _ => Ok(()),
    }
}

fn location<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Secret>, D::Error> {
    let written = Option::<Secret>::deserialize(from)?;
    if let Some(written) = &written {
        no_other_address(written.reveal()).map_err(D::Error::custom)?;
    }
    Ok(written)
}

fn days<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    let written = Option::<u32>::deserialize(from)?;
    match written {
        Some(days) if !(1..=36_500).contains(&days) => Err(D::Error::custom(format!(
            "{days} days can't be kept; write 1 to 36500"
        ))),
        _ => Ok(written),
    }
}
