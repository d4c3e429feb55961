//! The SQL statements and the mapping of rows. Invariant: ids and steps keep all 64 bits (SQLite's integers
//! are signed, so the upper half is stored as negative numbers).

use rusqlite::{CachedStatement, Connection, OptionalExtension, Row, params};

use crate::store::{AgentRecord, MessageRecord, ModelId, ModelRecord, StoredMessage};

const AGENT: &str = "SELECT model, step, belief FROM agents WHERE id = ?1";
const MODEL: &str = "SELECT body FROM models WHERE id = ?1";
const MESSAGES: &str = "SELECT sequence, sender, receiver, step, kind, payload FROM messages \
     WHERE sequence > ?1 ORDER BY sequence LIMIT ?2";
const PUT_MODEL: &str = "INSERT INTO models (id, body) VALUES (?1, ?2) ON CONFLICT DO NOTHING";
const PUT_AGENT: &str = "INSERT INTO agents (id, model, step, belief) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (id) DO UPDATE SET model = excluded.model, step = excluded.step, belief = excluded.belief";
const ADD_AGENT: &str = "INSERT INTO agents (id, model, step, belief) VALUES (?1, ?2, ?3, ?4)";
const REMOVE_AGENT: &str = "DELETE FROM agents WHERE id = ?1";
const ADD_MESSAGE: &str = "INSERT INTO messages (sender, receiver, step, kind, payload) \
     VALUES (?1, ?2, ?3, ?4, ?5)";

pub(super) fn agent(connection: &Connection, id: u64) -> rusqlite::Result<Option<AgentRecord>> {
    find(&mut connection.prepare_cached(AGENT)?, id)
}

/// Starts a read transaction: what is read until [`end`] is one committed state.
pub(super) fn begin(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("BEGIN")?.execute([]).map(drop)
}

/// Ends what [`begin`] started.
pub(super) fn end(connection: &Connection) -> rusqlite::Result<()> {
    connection.prepare_cached("COMMIT")?.execute([]).map(drop)
}

/// Appends the agents of `ids` that there are.
pub(super) fn agents(
    connection: &Connection,
    ids: &[u64],
    found: &mut Vec<AgentRecord>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare_cached(AGENT)?;
    for &id in ids {
        found.extend(find(&mut statement, id)?);
    }
    Ok(())
}

fn find(statement: &mut CachedStatement<'_>, id: u64) -> rusqlite::Result<Option<AgentRecord>> {
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

/// Inserts agents, replacing those of the same id.
pub(super) fn put_agents(connection: &Connection, agents: &[AgentRecord]) -> rusqlite::Result<()> {
    write_agents(connection.prepare_cached(PUT_AGENT)?, agents).map_err(|(_, error)| error)
}

/// Inserts agents; an id that is there already is an error, returned with the id.
pub(super) fn add_agents(
    connection: &Connection,
    agents: &[AgentRecord],
) -> Result<(), (u64, rusqlite::Error)> {
    let statement = connection
        .prepare_cached(ADD_AGENT)
        .map_err(|error| (0, error))?;
    write_agents(statement, agents)
}

fn write_agents(
    mut statement: CachedStatement<'_>,
    agents: &[AgentRecord],
) -> Result<(), (u64, rusqlite::Error)> {
    for agent in agents {
        statement
            .execute(params![
                agent.id as i64,
                agent.model.as_bytes(),
                agent.step as i64,
                agent.belief
            ])
            .map_err(|error| (agent.id, error))?;
    }
    Ok(())
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
