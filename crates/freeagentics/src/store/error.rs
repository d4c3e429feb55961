//! What can go wrong, each with what to do next. Invariant: no message repeats a password.

use std::time::Duration;

use super::ModelId;

/// What the driver or the system said.
pub type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why a store could not do what it was asked. `place` names the file, or the server without its password.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The address cannot be understood.
    #[error(
        "the database address cannot be used: {reason}; write a path of a SQLite file, or postgres://USER:PASSWORD@HOST:PORT/DATABASE with special characters of the password percent-encoded"
    )]
    BadAddress {
        /// What is wrong, without repeating any part that could be secret.
        reason: String,
    },
    /// No server, or no way to the file.
    #[error("{place} cannot be opened: {reason}; {remedy}")]
    CannotOpen {
        /// Which database.
        place: String,
        /// What the system said.
        reason: String,
        /// What to do next.
        remedy: &'static str,
    },
    /// User or password are wrong, or the user may not do this.
    #[error(
        "{place} refused the login: {reason}; check user and password in the database URL, and the server's pg_hba.conf"
    )]
    Refused {
        /// Which database.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// The user may log in, but not do this.
    #[error(
        "{place} does not allow this: {reason}; GRANT the user what is missing, or use another user"
    )]
    Forbidden {
        /// Which database.
        place: String,
        /// What the server said.
        reason: String,
    },
    /// The secure connection could not be made.
    #[error(
        "no trusted TLS connection to {place}: {reason}; give the authority's certificate as sslrootcert=FILE in the URL, or correct the host name"
    )]
    Tls {
        /// Which database.
        place: String,
        /// What the TLS library or server said.
        reason: String,
    },
    /// The file exists and is something else.
    #[error(
        "{place} is not a store of freeagentics ({reason}); give another path, or move that file away"
    )]
    NotAStore {
        /// Which file.
        place: String,
        /// How that was seen.
        reason: String,
    },
    /// Written by a later release.
    #[error(
        "{place} has tables of version {found}, this program knows versions up to {known}; use the newer release that wrote it"
    )]
    NewerVersion {
        /// Which database.
        place: String,
        /// The version found.
        found: u32,
        /// The highest version this program can read.
        known: u32,
    },
    /// File or folder cannot be written.
    #[error(
        "{place} cannot be written: {reason}; give write permission to the file and its folder (SQLite keeps two more files beside it), or choose another folder"
    )]
    ReadOnly {
        /// Which file.
        place: String,
        /// What the system said.
        reason: String,
    },
    /// Another process has claimed the file.
    #[error(
        "{place} is in use by process {owner}; stop that process, choose another file, or use PostgreSQL when several processes share a store"
    )]
    InUse {
        /// Which file.
        place: String,
        /// The other's process id, where known.
        owner: String,
    },
    /// Some other program holds the database's write lock for too long.
    #[error(
        "{place} stayed locked by another program for {} ms; end that program's transaction, then try again", waited.as_millis()
    )]
    Busy {
        /// Which database.
        place: String,
        /// For how long this call waited.
        waited: Duration,
    },
    /// No room is left.
    #[error(
        "no room is left for {place}; nothing of this write was kept: free disk space or raise the limit, then try again"
    )]
    Full {
        /// Which database.
        place: String,
        /// What the driver said.
        source: Cause,
    },
    /// The database contradicts itself.
    #[error("{place} is damaged: {what}; restore it from a copy, or start with an empty store")]
    Damaged {
        /// Which database.
        place: String,
        /// What was seen.
        what: String,
        /// What the driver said, if it was the driver that noticed.
        source: Option<Cause>,
    },
    /// An agent refers to a model the store does not have.
    #[error(
        "agent {agent} needs model {model}, which is not in the store; save the model in the same batch or before, or restore from a complete snapshot"
    )]
    MissingModel {
        /// The agent.
        agent: u64,
        /// The model it names.
        model: ModelId,
    },
    /// One id stands for two agents.
    #[error(
        "agent {agent} occurs twice in one batch or snapshot; give each agent an id of its own"
    )]
    DuplicateAgent {
        /// The id.
        agent: u64,
    },
    /// The producer of a snapshot failed.
    #[error("the snapshot was abandoned and nothing of it was kept: {reason}")]
    Abandoned {
        /// What the producer said.
        reason: String,
    },
    /// All connections were taken.
    #[error(
        "no connection to {place} became free within {} ms; raise `connections`, or ask for less at once", waited.as_millis()
    )]
    PoolTimeout {
        /// Which database.
        place: String,
        /// For how long this call waited.
        waited: Duration,
    },
    /// The server did not answer. Nothing was changed.
    #[error(
        "{place} did not answer within {} ms; nothing was changed: see whether the server is paused or overloaded, then try again", waited.as_millis()
    )]
    TimedOut {
        /// Which database.
        place: String,
        /// For how long this call waited.
        waited: Duration,
    },
    /// The connection broke. Nothing was changed.
    #[error(
        "the connection to {place} was lost; nothing was changed: see whether the server runs, then try again"
    )]
    Lost {
        /// Which database.
        place: String,
        /// What the driver said.
        source: Cause,
    },
    /// The connection broke or stalled after the commit was sent.
    #[error(
        "{place} went away while committing, so the write is there in whole or not at all; saving the same agents again is safe, messages may then be there twice"
    )]
    OutcomeUnknown {
        /// Which database.
        place: String,
        /// What the driver said.
        source: Cause,
    },
    /// Anything else the database reports.
    #[error("{place} failed: {reason}; see the cause and the database's log")]
    Database {
        /// Which database.
        place: String,
        /// What the database said.
        reason: String,
        /// The driver's error.
        source: Cause,
    },
    /// The store was shut down, or its thread ended.
    #[error("the store at {place} is closed; open it again")]
    Closed {
        /// Which database.
        place: String,
    },
}

impl StoreError {
    pub(super) fn bad_address(reason: String) -> Self {
        Self::BadAddress { reason }
    }
}
