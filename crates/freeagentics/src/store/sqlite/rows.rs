//! The SQL statements and the mapping of rows. Invariant: ids and steps keep all 64 bits (SQLite's integers
//! are signed, so the upper half is stored as negative numbers).

use std::sync::LazyLock;

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, Statement, params};

use crate::store::{AgentRecord, MessageRecord, ModelId, ModelRecord, StoredMessage};

pub(super) const AGENT: &str = "SELECT model, step, belief FROM agents WHERE id = ?1";
const MODEL: &str = "SELECT body FROM models WHERE id = ?1";
const MESSAGES: &str = "SELECT sequence, sender, receiver, step, kind, payload FROM messages \
     WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
const PUT_MODEL: &str = "INSERT INTO models (id, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const ADD_AGENT: &str = "INSERT INTO agents (id, model, step, belief) VALUES (?, ?, ?, ?)";
const OR_REPLACE: &str = " ON CONFLICT (id) DO UPDATE SET model = excluded.model, step = excluded.step, belief = excluded.belief";
/// Agents written by one statement: starting and ending it costs a fifth of the time when each has its own.
const ROWS: usize = 16;
static ADD_ONE: LazyLock<String> = LazyLock::new(|| insert(1, ""));
static ADD_ROWS: LazyLock<String> = LazyLock::new(|| insert(ROWS, ""));
static PUT_ONE: LazyLock<String> = LazyLock::new(|| insert(1, OR_REPLACE));
static PUT_ROWS: LazyLock<String> = LazyLock::new(|| insert(ROWS, OR_REPLACE));
const REMOVE_AGENT: &str = "DELETE FROM agents WHERE id = ?1";
const ADD_MESSAGE: &str = "INSERT INTO messages (sender, receiver, step, kind, payload) \
     VALUES (?1, ?2, ?3, ?4, ?5)";

pub(super) fn agent(connection: &Connection, id: u64) -> rusqlite::Result<Option<AgentRecord>> {
    find(&mut *connection.prepare_cached(AGENT)?, id)
}

/// Starts a read transaction: what is read until [`end`] is one committed state.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.execute([]).map(drop)
}

/// Ends what [`begin`] started.
pub(super) fn end(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("COMMIT")?.execute([]).map(drop)
}

/// Runs [`AGENT`].
pub(super) fn find(
    statement: &mut Statement<'_>,
    id: u64,
) -> rusqlite::Result<Option<AgentRecord>> {
    statement
        .query_row([id as i64], |row| {
            Ok(AgentRecord {
                id,
                model: ModelId::from_bytes(row.get(0)?),
                step: unsigned(row, 1)?,
                belief: row.get(2)?,
            })
        })
        .optional()
}

pub(super) fn model(connection: &Connection, id: ModelId) -> rusqlite::Result<Vec<u8>> {
    connection
        .prepare_cached(MODEL)?
        .query_row([id.as_bytes()], |row| row.get(0))
}

pub(super) fn messages(
    connection: &Connection,
    after: u64,
    limit: usize,
) -> rusqlite::Result<Vec<StoredMessage>> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    connection
        .prepare_cached(MESSAGES)?
        .query_map(params![after, limit], |row| {
            Ok(StoredMessage {
                sequence: unsigned(row, 0)?,
                message: MessageRecord {
                    sender: row.get::<_, Option<i64>>(1)?.map(|id| id as u64),
                    receiver: unsigned(row, 2)?,
                    step: unsigned(row, 3)?,
                    kind: row.get(4)?,
                    payload: row.get(5)?,
                },
            })
        })?
        .collect()
}

fn unsigned(row: &Row<'_>, column: usize) -> rusqlite::Result<u64> {
    row.get::<_, i64>(column).map(|value| value as u64)
}

pub(super) fn put_models(connection: &Connection, models: &[ModelRecord]) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(PUT_MODEL)?;
    for model in models {
        statement.execute(params![model.id().as_bytes(), model.body()])?;
    }
    Ok(())
}

fn insert(rows: usize, on_conflict: &str) -> String {
    let more = ", (?, ?, ?, ?)".repeat(rows - 1);
    format!("{ADD_AGENT}{more}{on_conflict}")
}

/// Inserts agents, replacing those of the same id.
pub(super) fn put_agents(connection: &Connection, agents: &[AgentRecord]) -> rusqlite::Result<()> {
    write_agents(connection, [&PUT_ONE, &PUT_ROWS], agents).map_err(|(_, error)| error)
}

/// Inserts agents; an id that is there already is an error. With an error come the agents of the statement
/// that failed: of these none is written, of those before all.
pub(super) fn add_agents<'a>(
    connection: &Connection,
    agents: &'a [AgentRecord],
) -> Result<(), (&'a [AgentRecord], rusqlite::Error)> {
    write_agents(connection, [&ADD_ONE, &ADD_ROWS], agents)
}

fn write_agents<'a>(
    connection: &Connection,
    [one, many]: [&str; 2],
    agents: &'a [AgentRecord],
) -> Result<(), (&'a [AgentRecord], rusqlite::Error)> {
    let (full, rest) = agents.as_chunks::<ROWS>();
    let full = full.iter().map(|rows| (many, rows.as_slice()));
    let single = rest.chunks(1).map(|row| (one, row));
    let mut prepared: Option<(&str, CachedStatement<'_>)> = None;
    for (sql, rows) in full.chain(single) {
        let failed = |error| (rows, error);
        let statement = match &mut prepared {
            Some((same, statement)) if *same == sql => statement,
            other => {
                let statement = connection.prepare_cached(sql).map_err(failed)?;
                &mut other.insert((sql, statement)).1
            }
        };
        write_rows(statement, rows).map_err(failed)?;
    }
    Ok(())
}

fn write_rows(statement: &mut CachedStatement<'_>, rows: &[AgentRecord]) -> rusqlite::Result<()> {
    for (row, agent) in rows.iter().enumerate() {
        let first = row * 4 + 1;
        statement.raw_bind_parameter(first, agent.id as i64)?;
        statement.raw_bind_parameter(first + 1, agent.model.as_bytes())?;
        statement.raw_bind_parameter(first + 2, agent.step as i64)?;
        statement.raw_bind_parameter(first + 3, &agent.belief)?;
    }
    statement.raw_execute().map(drop)
}

/// The first of `rows` whose id is in the table, or was named by one before it.
pub(super) fn named_twice(
    connection: &Connection,
    rows: &[AgentRecord],
) -> rusqlite::Result<Option<u64>> {
    for (at, agent) in rows.iter().enumerate() {
        let before = rows[..at].iter().any(|other| other.id == agent.id);
        if before || self::agent(connection, agent.id)?.is_some() {
            return Ok(Some(agent.id));
        }
    }
    Ok(None)
}

pub(super) fn remove_agents(connection: &Connection, ids: &[u64]) -> rusqlite::Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(REMOVE_AGENT)?;
    for &id in ids {
        statement.execute([id as i64])?;
    }
    Ok(())
}

pub(super) fn add_messages(
    connection: &Connection,
    messages: &[MessageRecord],
) -> rusqlite::Result<()> {
    if messages.is_empty() {
        return Ok(());
    }
    let mut statement = connection.prepare_cached(ADD_MESSAGE)?;
    for message in messages {
        statement.execute(params![
            message.sender.map(|id| id as i64),
            message.receiver as i64,
            message.step as i64,
            message.kind,
            message.payload
        ])?;
    }
    Ok(())
}
