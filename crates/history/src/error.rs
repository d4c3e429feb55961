//! Why the history can't be used. A failed write never changes a verdict: the caller warns and goes on.

use std::error::Error;
use std::path::PathBuf;
use std::time::Duration;

/// Why the history can't be used. `place` names the file or the server, never a password.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// The folder can't be made.
    #[error("the folder {} for the history can't be made; check its permissions", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The text after `--history` is no place for a history.
    #[error(
        "the address of the history can't be used: {reason}; write it as postgres://user@host:port/database, or name a file"
    )]
    Address {
        /// What is wrong, without the password.
        reason: String,
    },
    /// The database refuses.
    #[error("the history {place} can't be used: {reason}; {remedy}")]
    Database {
        /// The file or the server.
        place: String,
        /// What it says.
        reason: String,
        /// What to do next.
        remedy: &'static str,
        /// The driver's error; its text is the reason.
        driver: Box<dyn Error + Send + Sync>,
    },
    /// A server said nothing for longer than it may take.
    #[error(
        "the history {place} did not answer within {} s; see that the server is not overloaded and that the network carries", waited.as_secs_f64()
    )]
    Silent {
        /// The server.
        place: String,
        /// For how long it was waited.
        waited: Duration,
    },
    /// A server was lost while it made a write lasting: it is there, whole, or not. Writing it again changes nothing that is
    /// there.
    #[error("{cause}; what was being written may be there already, and can be written again")]
    OutcomeUnknown {
        /// How it was lost; its text is part of this one's.
        cause: Box<HistoryError>,
    },
    /// Written by a newer fabench.
    #[error(
        "the history {place} has schema {found}, this fabench knows up to {known}; update fabench"
    )]
    Newer {
        /// The file or the server.
        place: String,
        /// Schema that it has.
        found: i64,
        /// Newest schema that is known.
        known: i64,
    },
    /// A SQLite file of something else.
    #[error("{place} is a database, but no history of fabench; name another file")]
    Foreign {
        /// The file.
        place: String,
    },
    /// A row that no run can have left.
    #[error("the history {place} is damaged: {problem}; move it away, and a new one is begun")]
    Damaged {
        /// The file or the server.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// A run without a usable time has no place in a series.
    #[error(
        "the run `{id}` started at `{started_at}`, which is no time; write it as 2026-11-23T07:23:00Z"
    )]
    Time {
        /// Id of the run.
        id: String,
        /// What stands there.
        started_at: String,
    },
}
