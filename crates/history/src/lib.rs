//! The history of runs: what earlier runs of a suite measured, and what was said of them.
//!
//! A SQLite file, or a PostgreSQL server for a fleet of runners; this crate is the only user of SQL on the tool's side.
//! Every run is kept whole, so that any two can be compared, with one indexed point for each metric, so that series
//! are read quickly. Invariant: a run is recorded whole or not at all, once, and what was acknowledged survives the
//! end of the process at any moment.
//!
//! Calls block. In an asynchronous program they belong on a thread for blocking work.

#![forbid(unsafe_code)]

mod append;
mod body;
mod comparisons;
mod error;
mod past;
mod prune;
mod runs;
mod schema;
mod series;
mod store;
mod time;
mod transfer;
mod trend;

use std::fmt;
use std::path::{Path, PathBuf};

pub use append::Appended;
pub use comparisons::Judged;
pub use error::HistoryError;
pub use prune::{Pruned, Retention};
pub use runs::{RunFilter, RunRow};
pub use series::{Point, Series, SeriesFilter};
pub use transfer::{Exported, HistoryLine, Imported, TransferError, begins_export, check_export};
pub use trend::{Change, CreepSince, Trend, since, trend};

use crate::store::{Row, Store};

/// Where a history is.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// A file.
    File(PathBuf),
    /// The URL of a server, with its password; shown without.
    Server(String),
}

impl Location {
    /// A `postgres://` URL is a server, everything else a file.
    pub fn of(text: &str) -> Self {
        if ["postgres://", "postgresql://"]
            .iter()
            .any(|scheme| text.starts_with(scheme))
        {
            Self::Server(text.to_owned())
        } else {
            Self::File(text.into())
        }
    }

    /// Whether a history may be there: the file exists, or it is a server.
    pub fn may_exist(&self) -> bool {
        match self {
            Self::File(path) => path.exists(),
            Self::Server(_) => true,
        }
    }
}

impl fmt::Debug for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Server(_) => f.write_str("a PostgreSQL server"),
        }
    }
}

/// An open history.
pub struct History {
    store: Box<dyn Store>,
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("place", &self.place())
            .finish_non_exhaustive()
    }
}

impl History {
    /// Opens the history at `path`, creating it where there is none.
    ///
    /// # Errors
    /// [`HistoryError`] when the file can't be used, is no history, or comes from a newer fabench.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let store = store::open_file(path)?;
        Ok(Self { store })
    }

    /// Opens the history at `location`; on a server, tables are made where there are none.
    ///
    /// # Errors
    /// As [`History::open`], or what is wrong with the address or the server.
    pub fn at(location: &Location) -> Result<Self, HistoryError> {
        match location {
            Location::File(path) => Self::open(path),
            Location::Server(url) => Ok(Self {
                store: store::connect(url)?,
            }),
        }
    }

    /// The file or the server, without a password.
    pub fn place(&self) -> &str {
        self.store.place()
    }

    fn damaged(&self, problem: impl fmt::Display) -> HistoryError {
        HistoryError::Damaged {
            place: self.place().to_owned(),
            problem: problem.to_string(),
        }
    }

    fn first(
        &mut self,
        sql: &str,
        values: &[store::Value<'_>],
    ) -> Result<Option<Row>, HistoryError> {
        Ok(self.store.query(sql, values)?.into_iter().next())
    }
}
