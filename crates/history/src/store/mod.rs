//! Where the tables are: a SQLite file or a PostgreSQL server, behind five methods.
//!
//! All statements are written once, in the dialect that both understand, with parameters `?1`, `?2`, … Invariant:
//! an error leaves no transaction half done: it is rolled back, or the connection ends.

mod address;
mod connection;
mod postgres;
mod sqlite;
mod tls;

use std::path::Path;

use crate::HistoryError;

/// Rows that are inserted by one statement: far below the parameters that either engine takes.
const ROWS_AT_ONCE: usize = 400;

/// A connection to the tables.
pub(crate) trait Store: Send {
    /// The file or the server, for messages; never a password.
    fn place(&self) -> &str;

    /// Runs one statement and returns its rows.
    fn query(&mut self, sql: &str, values: &[Value<'_>]) -> Result<Vec<Row>, HistoryError>;

    /// Begins a transaction; other writers wait.
    fn begin(&mut self) -> Result<(), HistoryError>;

    /// Ends it; what was written survives the end of the process.
    fn commit(&mut self) -> Result<(), HistoryError>;

    /// Ends it; nothing was written. What fails here shows at the next statement.
    fn rollback(&mut self);
}

/// Opens the file at `path`, creating it where there is none.
pub(crate) fn open_file(path: &Path) -> Result<Box<dyn Store>, HistoryError> {
    Ok(Box::new(sqlite::Sqlite::open(path)?))
}

/// Connects to the server at `url`.
pub(crate) fn connect(url: &str) -> Result<Box<dyn Store>, HistoryError> {
    Ok(Box::new(postgres::Server::connect(url)?))
}

/// A parameter of a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Value<'a> {
    Null,
    Int(i64),
    Real(f64),
    Text(&'a str),
    Bytes(&'a [u8]),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: Option<&'a str>) -> Self {
        text.map_or(Self::Null, Value::Text)
    }
}

/// A value of a row.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row, its cells in the order that the statement names.
#[derive(Debug)]
pub(crate) struct Row(pub(crate) Vec<Cell>);

impl Row {
    pub(crate) fn int(&self, column: usize) -> Option<i64> {
        match self.0.get(column) {
            Some(Cell::Int(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn real(&self, column: usize) -> Option<f64> {
        match self.0.get(column) {
            Some(Cell::Real(number)) => Some(*number),
            _ => None,
        }
    }

    pub(crate) fn text(&self, column: usize) -> Option<&str> {
        match self.0.get(column) {
            Some(Cell::Text(text)) => Some(text),
            _ => None,
        }
    }

    pub(crate) fn bytes(&self, column: usize) -> Option<&[u8]> {
        match self.0.get(column) {
            Some(Cell::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }
}

/// Runs `work` in a transaction: all of it or nothing.
pub(crate) fn transaction<T>(
    store: &mut dyn Store,
    work: impl FnOnce(&mut dyn Store) -> Result<T, HistoryError>,
) -> Result<T, HistoryError> {
    store.begin()?;
    let done = work(store).and_then(|value| {
        store.commit()?;
        Ok(value)
    });
    if done.is_err() {
        store.rollback();
    }
    done
}

/// Inserts rows of `width` values each, many at a time; `rest` follows the values, such as `ON CONFLICT DO NOTHING`.
pub(crate) fn insert(
    store: &mut dyn Store,
    into: &str,
    width: usize,
    values: &[Value<'_>],
    rest: &str,
) -> Result<(), HistoryError> {
    for part in values.chunks(width * ROWS_AT_ONCE) {
        let rows = part.len() / width;
        let mut sql = format!("INSERT INTO {into} VALUES ");
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for column in 0..width {
                let comma = if column == 0 { "" } else { ", " };
                sql.push_str(&format!("{comma}?{}", row * width + column + 1));
            }
            sql.push(')');
        }
        sql.push_str(rest);
        store.query(&sql, part)?;
    }
    Ok(())
}
