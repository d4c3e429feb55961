//! The history of runs: what earlier runs of a suite on this machine class measured.
//!
//! An embedded SQLite file; this crate is the only user of SQL on the tool's side. Invariant: a run is recorded
//! whole or not at all, once, and what was acknowledged survives the end of the process.

mod error;
mod schema;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use fabench_gate::past_run;
use fabench_record::{BenchmarkId, Centre, Completeness, PastRun, Run};
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use serde::Serialize;

pub use error::HistoryError;

/// How long a writer waits for another one.
const BUSY: Duration = Duration::from_secs(10);

/// An open history.
#[derive(Debug)]
pub struct History {
    connection: Connection,
    path: PathBuf,
}

/// What became of a run that was handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the history now.
    Recorded,
    /// It was there already; nothing was changed.
    Known,
}

impl History {
    /// Opens the history at `path`, creating it where there is none.
    ///
    /// # Errors
    /// [`HistoryError`] when the file can't be used, is no history, or comes from a newer fabench.
    pub fn open(path: &Path) -> Result<Self, HistoryError> {
        let failed = |source| HistoryError::Database {
            path: path.to_owned(),
            source,
        };
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| HistoryError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let mut connection = Connection::open(path).map_err(failed)?;
        connection.busy_timeout(BUSY).map_err(failed)?;
        schema::bring_up_to_date(&mut connection, path)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
        })
    }

    /// Records `run`; a run that is known by its id is left as it is.
    ///
    /// # Errors
    /// [`HistoryError::Database`]; nothing of the run is then kept.
    pub fn append(&mut self, run: &Run) -> Result<Appended, HistoryError> {
        let path = self.path.clone();
        let failed = |source| HistoryError::Database {
            path: path.clone(),
            source,
        };
        let machine = text(&run.environment.machine);
        let method = text(&run.method);
        // Immediate: two writers queue here instead of failing at the first insert.
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(failed)?;
        let known: Option<i64> = transaction
            .query_row("SELECT key FROM run WHERE id = ?1", [&run.id], |row| {
                row.get(0)
            })
            .optional()
            .map_err(failed)?;
        if known.is_some() {
            return Ok(Appended::Known);
        }
        let insert = "INSERT INTO run (id, started_at, suite, machine, method, commit_hash, quick, partial) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
        let partial = run.completeness == Completeness::Partial;
        transaction
            .execute(
                insert,
                params![
                    run.id,
                    run.started_at,
                    run.suite.name,
                    machine,
                    method,
                    run.source.commit,
                    run.settings.quick,
                    partial
                ],
            )
            .map_err(failed)?;
        let key = transaction.last_insert_rowid();
        for (id, centre) in &past_run(run).centres {
            transaction
                .execute(
                    "INSERT INTO centre (run, benchmark, metric, value) VALUES (?1, ?2, ?3, ?4)",
                    params![key, id.as_str(), centre.metric, centre.value],
                )
                .map_err(failed)?;
        }
        transaction.commit().map_err(failed)?;
        Ok(Appended::Recorded)
    }

    /// The centres of earlier whole runs that are comparable with `run` (same suite, machine class and method), oldest
    /// first: what the gate estimates the spread between runs from. At most `most` of the newest.
    ///
    /// # Errors
    /// [`HistoryError::Database`], or [`HistoryError::Damaged`] for a row that no run can have left.
    pub fn comparable(&self, run: &Run, most: u32) -> Result<Vec<PastRun>, HistoryError> {
        let failed = |source| HistoryError::Database {
            path: self.path.clone(),
            source,
        };
        let mut statement = self
            .connection
            .prepare(
                "SELECT key, id, started_at FROM (SELECT * FROM run WHERE suite = ?1 AND machine = ?2 AND method = ?3 \
                 AND id <> ?4 AND NOT quick AND NOT partial ORDER BY started_at DESC, key DESC LIMIT ?5) \
                 ORDER BY started_at, key",
            )
            .map_err(failed)?;
        let machine = text(&run.environment.machine);
        let found = statement
            .query_map(
                params![run.suite.name, machine, text(&run.method), run.id, most],
                |row| {
                    Ok((
                        row.get::<_, i64>(0)?,
                        row.get::<_, String>(1)?,
                        row.get::<_, String>(2)?,
                    ))
                },
            )
            .map_err(failed)?;
        let found: Vec<_> = found.collect::<Result<_, _>>().map_err(failed)?;
        found
            .into_iter()
            .map(|(key, id, started_at)| {
                Ok(PastRun {
                    id,
                    started_at,
                    centres: self.centres(key)?,
                })
            })
            .collect()
    }

    fn centres(&self, key: i64) -> Result<BTreeMap<BenchmarkId, Centre>, HistoryError> {
        let failed = |source| HistoryError::Database {
            path: self.path.clone(),
            source,
        };
        let mut statement = self
            .connection
            .prepare_cached("SELECT benchmark, metric, value FROM centre WHERE run = ?1")
            .map_err(failed)?;
        let rows = statement
            .query_map([key], |row| {
                Ok((row.get::<_, String>(0)?, row.get(1)?, row.get::<_, f64>(2)?))
            })
            .map_err(failed)?;
        rows.map(|row| {
            let (id, metric, value) = row.map_err(failed)?;
            let damaged = |problem: String| HistoryError::Damaged {
                path: self.path.clone(),
                problem,
            };
            let id = BenchmarkId::new(id).map_err(|error| damaged(error.to_string()))?;
            if !(value.is_finite() && value >= 0.0) {
                return Err(damaged(format!("{id} has the value {value}")));
            }
            Ok((id, Centre { metric, value }))
        })
        .collect()
    }
}

/// A value as the text that tells equal ones by.
fn text<T: Serialize>(value: &T) -> String {
    // Plain structs of strings and numbers always encode.
    serde_json::to_string(value).unwrap_or_default()
}
