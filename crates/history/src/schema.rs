//! The tables, and how older files are brought up to date.
//!
//! Invariant: the file's `user_version` tells its schema; a newer one is refused, a foreign file is left alone.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};

use crate::HistoryError;

/// Marks a SQLite file as a history of fabench (`application_id`): "fabh".
const APPLICATION: i32 = 0x6661_6268;

/// One step per schema version, from an empty file on.
const MIGRATIONS: [&str; 1] = ["
    CREATE TABLE run (
        key INTEGER PRIMARY KEY,
        id TEXT NOT NULL UNIQUE,
        started_at TEXT NOT NULL,
        suite TEXT NOT NULL,
        machine TEXT NOT NULL,
        method TEXT NOT NULL,
        commit_hash TEXT,
        quick INTEGER NOT NULL,
        partial INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX run_by_series ON run (suite, machine, method, started_at);
    CREATE TABLE centre (
        run INTEGER NOT NULL REFERENCES run (key) ON DELETE CASCADE,
        benchmark TEXT NOT NULL,
        metric TEXT NOT NULL,
        value REAL NOT NULL,
        PRIMARY KEY (run, benchmark)
    ) STRICT, WITHOUT ROWID;
"];

/// Creates or migrates the tables in one transaction.
pub(crate) fn bring_up_to_date(
    connection: &mut Connection,
    path: &Path,
) -> Result<(), HistoryError> {
    let failed = |source| HistoryError::Database {
        path: path.to_owned(),
        source,
    };
    // Write-ahead log: readers and one writer at once; an acknowledged commit survives the process.
    connection
        .pragma_update(None, "journal_mode", "wal")
        .map_err(failed)?;
    connection
        .pragma_update(None, "foreign_keys", true)
        .map_err(failed)?;
    let transaction = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(failed)?;
    let application: i32 = transaction
        .query_row("PRAGMA application_id", [], |row| row.get(0))
        .map_err(failed)?;
    let version: u32 = transaction
        .query_row("PRAGMA user_version", [], |row| row.get(0))
        .map_err(failed)?;
    let tables: i64 = transaction
        .query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))
        .map_err(failed)?;
    if application != APPLICATION && (version != 0 || tables != 0) {
        return Err(HistoryError::Foreign {
            path: path.to_owned(),
        });
    }
    let known = MIGRATIONS.len() as u32;
    if version > known {
        return Err(HistoryError::Newer {
            path: path.to_owned(),
            found: version,
            known,
        });
    }
    for migration in &MIGRATIONS[version as usize..] {
        transaction.execute_batch(migration).map_err(failed)?;
    }
    transaction
        .pragma_update(None, "application_id", APPLICATION)
        .map_err(failed)?;
    transaction
        .pragma_update(None, "user_version", known)
        .map_err(failed)?;
    transaction.commit().map_err(failed)
}
