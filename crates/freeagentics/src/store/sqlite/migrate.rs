//! Opening the writing connection, and the versions of the tables.
//!
//! Invariant: a file that is not ours, or is newer, is left exactly as it was found; all steps to the current
//! version happen in one transaction.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use super::errors::Place;
use crate::store::{Durability, StoreError, StoreOptions};

/// Marks a SQLite file as a store of ours: "fagt" in ASCII.
const APPLICATION_ID: i32 = 0x6661_6774;

/// The steps from an empty file to the current version. Never edit a released step: add one.
const STEPS: [&str; 1] = ["
    CREATE TABLE models (id BLOB PRIMARY KEY NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE agents (
        id INTEGER PRIMARY KEY,
        model BLOB NOT NULL,
        step INTEGER NOT NULL,
        belief BLOB NOT NULL
    ) STRICT;
    CREATE TABLE messages (
        sequence INTEGER PRIMARY KEY AUTOINCREMENT,
        sender INTEGER,
        receiver INTEGER NOT NULL,
        step INTEGER NOT NULL,
        kind INTEGER NOT NULL,
        payload BLOB NOT NULL
    ) STRICT;
"];

/// How much unmerged log may be kept before the writer merges it into the main file, in pages of 4 KiB.
/// SQLite's default of 1000 makes a batch of 10 000 agents pay for a merge each time.
const CHECKPOINT_PAGES: u32 = 4_000;

/// The version this program writes.
pub(super) const CURRENT: u32 = STEPS.len() as u32;

/// The version of the tables behind `connection`; 0 for an empty file.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<u32> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Opens the one connection that writes.
pub(super) fn open(
    path: &Path,
    place: &Place,
    options: &StoreOptions,
) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection =
        Connection::open_with_flags(path, flags).map_err(|error| place.error(error))?;
    connection
        .busy_timeout(options.busy_timeout)
        .map_err(|error| place.error(error))?;
    refuse_foreign(&connection, place)?;
    prepare(&mut connection, options).map_err(|error| place.error(error))?;
    Ok(connection)
}

fn refuse_foreign(connection: &Connection, place: &Place) -> Result<(), StoreError> {
    let read = || -> rusqlite::Result<(i32, u32, u32)> {
        Ok((
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?,
            version(connection)?,
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?,
        ))
    };
    let (application, found, tables) = read().map_err(|error| place.error(error))?;
    if application != APPLICATION_ID && (tables > 0 || application != 0) {
        return Err(StoreError::NotAStore {
            place: place.to_string(),
            reason: "it is the SQLite database of another program".to_owned(),
        });
    }
    if found > CURRENT {
        return Err(StoreError::NewerVersion {
            place: place.to_string(),
            found,
            known: CURRENT,
        });
    }
    Ok(())
}

fn prepare(connection: &mut Connection, options: &StoreOptions) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(
        None,
        "synchronous",
        match options.durability {
            Durability::Process => "NORMAL",
            Durability::Power => "FULL",
        },
    )?;
    connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT_PAGES)?;
    if let Some(bytes) = options.max_bytes {
        let page: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = (bytes / u64::from(page)).clamp(1, u64::from(u32::MAX - 1));
        connection.pragma_update(None, "max_page_count", pages as u32)?;
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let found = version(&transaction)?;
    for step in STEPS.iter().skip(found as usize) {
        transaction.execute_batch(step)?;
    }
    if found < CURRENT {
        transaction.pragma_update(None, "application_id", APPLICATION_ID)?;
        transaction.pragma_update(None, "user_version", CURRENT)?;
    }
    transaction.commit()
}
