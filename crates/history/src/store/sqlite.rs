//! The history in a file. Invariant: a file that is no history, or a newer one, is not written to.

use std::path::Path;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, ToSql, params_from_iter};

use super::{Cell, Row, Store, Value};
use crate::HistoryError;
use crate::schema::{self, Dialect};

/// How long a writer waits for another one.
const BUSY: Duration = Duration::from_secs(10);

/// Marks a SQLite file as a history of fabench (`application_id`): "fabh".
const APPLICATION: i64 = 0x6661_6268;

/// Pages of the write-ahead log before it is folded into the file: 32 MiB. A run touches the newest page of each of its
/// series; SQLite's usual 1000 pages would write them all out again every few runs.
const LOG_PAGES: i64 = 8_000;

/// Memory for pages, in KiB (negative, as SQLite has it): the newest page of each series of a large suite.
const CACHE_KIB: i64 = -16_000;

/// Prepared statements that are kept.
const STATEMENTS: usize = 64;

pub(super) struct Sqlite {
    connection: Connection,
    place: String,
}

impl Sqlite {
    pub(super) fn open(path: &Path) -> Result<Self, HistoryError> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(|source| HistoryError::Folder {
                path: folder.to_owned(),
                source,
            })?;
        }
        let place = path.display().to_string();
        let connection = Connection::open(path).map_err(|error| failed(&place, error))?;
        let mut store = Self { connection, place };
        store
            .prepare()
            .map_err(|error| failed(&store.place, error))?;
        store.bring_up_to_date()?;
        Ok(store)
    }

    fn prepare(&self) -> rusqlite::Result<()> {
        self.connection.busy_timeout(BUSY)?;
        self.connection
            .set_prepared_statement_cache_capacity(STATEMENTS);
        self.connection
            .pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
        self.connection
            .pragma_update(None, "cache_size", CACHE_KIB)?;
        // An insert of many rows notes each page before it changes it; without this, in a file.
        self.connection
            .pragma_update(None, "temp_store", "memory")?;
        self.connection.pragma_update(None, "foreign_keys", true)
    }

    fn bring_up_to_date(&mut self) -> Result<(), HistoryError> {
        let known = schema::VERSION;
        if self.version()? == known {
            return Ok(());
        }
        // Write-ahead log: readers and one writer at once. `synchronous` stays at full, so that what was acknowledged
        // also survives a power failure.
        self.connection
            .pragma_update(None, "journal_mode", "wal")
            .map_err(|error| failed(&self.place, error))?;
        self.begin()?;
        let done = self.migrate(known);
        if done.is_err() {
            self.rollback();
        }
        done
    }

    fn migrate(&mut self, known: i64) -> Result<(), HistoryError> {
        // Asked again: another process may have been quicker.
        let version = self.version()?;
        for migration in schema::migrations(Dialect::Sqlite, version) {
            self.connection
                .execute_batch(&migration)
                .map_err(|error| failed(&self.place, error))?;
        }
        let mark = format!("PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {known}");
        self.connection
            .execute_batch(&mark)
            .map_err(|error| failed(&self.place, error))?;
        self.commit()
    }

    /// The schema of the file; a newer one and a foreign file are errors.
    fn version(&self) -> Result<i64, HistoryError> {
        let ask = |sql: &str| -> Result<i64, HistoryError> {
            self.connection
                .query_row(sql, [], |row| row.get(0))
                .map_err(|error| failed(&self.place, error))
        };
        let version = ask("PRAGMA user_version")?;
        let place = || self.place.clone();
        if ask("PRAGMA application_id")? != APPLICATION
            && (version != 0 || ask("SELECT count(*) FROM sqlite_schema")? != 0)
        {
            return Err(HistoryError::Foreign { place: place() });
        }
        if version > schema::VERSION {
            return Err(HistoryError::Newer {
                place: place(),
                found: version,
                known: schema::VERSION,
            });
        }
        Ok(version)
    }
}

impl Store for Sqlite {
    fn place(&self) -> &str {
        &self.place
    }

    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, HistoryError> {
        let rows = || -> rusqlite::Result<Vec<Row>> {
            let mut statement = self.connection.prepare_cached(sql)?;
            let columns = statement.column_count();
            let mut rows = statement.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let cells = (0..columns).map(|column| row.get_ref(column).map(cell));
                found.push(Row(cells.collect::<rusqlite::Result<_>>()?));
            }
            Ok(found)
        };
        rows().map_err(|error| failed(&self.place, error))
    }

    fn begin(&mut self) -> Result<(), HistoryError> {
        // Immediate: two writers queue here instead of failing at the first insert.
        self.query("BEGIN IMMEDIATE", &[]).map(drop)
    }

    fn commit(&mut self) -> Result<(), HistoryError> {
        self.query("COMMIT", &[]).map(drop)
    }

    fn rollback(&mut self) {
        if !self.connection.is_autocommit() {
            let _ = self.query("ROLLBACK", &[]);
        }
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(number),
            Value::Real(number) => ValueRef::Real(number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn cell(value: ValueRef<'_>) -> Cell {
    match value {
        ValueRef::Null => Cell::Null,
        ValueRef::Integer(number) => Cell::Int(number),
        ValueRef::Real(number) => Cell::Real(number),
        ValueRef::Text(text) => Cell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Cell::Bytes(bytes.to_vec()),
    }
}

fn failed(place: &str, error: rusqlite::Error) -> HistoryError {
    let remedy = match error.sqlite_error_code() {
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            "another process is writing to it; try again"
        }
        Some(ErrorCode::DiskFull) => "free some space and try again",
        Some(ErrorCode::CannotOpen | ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => {
            "check the permissions of the file and its folder"
        }
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            "it is damaged: move it away, and a new one is begun"
        }
        _ => {
            "check the folder's permissions and free space; if it is damaged, move it away, and a new one is begun"
        }
    };
    HistoryError::Database {
        place: place.to_owned(),
        reason: error.to_string(),
        remedy,
        driver: Box::new(error),
    }
}
