//! Point and batch reads. Invariant: ids and steps keep all 64 bits (PostgreSQL's bigint is signed, so the
//! upper half is stored as negative numbers).

use deadpool_postgres::Object;
use tokio_postgres::{Error, Row};

use super::sql::Sql;
use crate::store::{AgentRecord, MessageRecord, ModelId, StoredMessage};

pub(super) async fn agent(
    client: &Object,
    sql: &Sql,
    id: u64,
) -> Result<Option<AgentRecord>, Error> {
    let statement = client.prepare_cached(&sql.agent).await?;
    let row = client.query_opt(&statement, &[&(id as i64)]).await?;
    row.map(|row| record(&row, id, 0)).transpose()
}

pub(super) async fn agents(
    client: &Object,
    sql: &Sql,
    ids: &[u64],
) -> Result<Vec<AgentRecord>, Error> {
    let statement = client.prepare_cached(&sql.agents).await?;
    let wanted: Vec<i64> = ids.iter().map(|&id| id as i64).collect();
    let rows = client.query(&statement, &[&wanted]).await?;
    let found = rows
        .iter()
        .map(agent_with_id)
        .collect::<Result<Vec<_>, _>>()?;
    Ok(in_order(found, ids))
}

/// An agent from a row that starts with its id.
pub(super) fn agent_with_id(row: &Row) -> Result<AgentRecord, Error> {
    record(row, row.try_get::<_, i64>(0)? as u64, 1)
}

fn record(row: &Row, id: u64, first: usize) -> Result<AgentRecord, Error> {
    Ok(AgentRecord {
        id,
        model: hash(row, first)?,
        step: row.try_get::<_, i64>(first + 1)? as u64,
        belief: row.try_get(first + 2)?,
    })
}

/// A model's hash from a row.
pub(super) fn hash(row: &Row, column: usize) -> Result<ModelId, Error> {
    let bytes: &[u8] = row.try_get(column)?;
    // A hash of another length can only come from another program's hand. It then equals no model's, and is
    // reported as missing.
    Ok(match <[u8; 32]>::try_from(bytes) {
        Ok(bytes) => ModelId::from_bytes(bytes),
        Err(_) => ModelId::of(bytes),
    })
}

/// `found` in the order, and as often, as `ids` ask for it.
fn in_order(mut found: Vec<AgentRecord>, ids: &[u64]) -> Vec<AgentRecord> {
    // An index scan returns ascending ids: mostly just what was asked for.
    let mut rest = ids.iter();
    if ids.is_sorted_by(|a, b| a < b) && found.iter().all(|f| rest.any(|&id| id == f.id)) {
        return found;
    }
    // Both sides by id, then side by side: agents are moved to their places, and cloned only if asked for again.
    found.sort_unstable_by_key(|agent| agent.id);
    let mut wanted: Vec<(u64, usize)> = ids.iter().copied().zip(0..).collect();
    wanted.sort_unstable();
    let mut found = found.into_iter().peekable();
    let mut placed: Vec<Option<AgentRecord>> = vec![None; ids.len()];
    for (number, &(id, place)) in wanted.iter().enumerate() {
        while found.next_if(|agent| agent.id < id).is_some() {}
        let again = wanted.get(number + 1).is_some_and(|&(next, _)| next == id);
        placed[place] = if again {
            found.peek().filter(|agent| agent.id == id).cloned()
        } else {
            found.next_if(|agent| agent.id == id)
        };
    }
    placed.into_iter().flatten().collect()
}

pub(super) async fn model(
    client: &Object,
    sql: &Sql,
    id: ModelId,
) -> Result<Option<Vec<u8>>, Error> {
    let statement = client.prepare_cached(&sql.model).await?;
    let row = client
        .query_opt(&statement, &[&id.as_bytes().as_slice()])
        .await?;
    row.map(|row| row.try_get(0)).transpose()
}

pub(super) async fn messages(
    client: &Object,
    sql: &Sql,
    after: u64,
    limit: usize,
) -> Result<Vec<StoredMessage>, Error> {
    let statement = client.prepare_cached(&sql.messages).await?;
    let after = i64::try_from(after).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = client.query(&statement, &[&after, &limit]).await?;
    rows.iter()
        .map(|row| {
            Ok(StoredMessage {
                sequence: row.try_get::<_, i64>(0)? as u64,
                message: MessageRecord {
                    sender: row.try_get::<_, Option<i64>>(1)?.map(|id| id as u64),
                    receiver: row.try_get::<_, i64>(2)? as u64,
                    step: row.try_get::<_, i64>(3)? as u64,
                    kind: row.try_get::<_, i16>(4)? as u8,
                    payload: row.try_get(5)?,
                },
            })
        })
        .collect()
}

/// The server's version and that of the tables.
pub(super) async fn versions(client: &Object, sql: &Sql) -> Result<(String, u32), Error> {
    let row = client.query_one(&sql.versions, &[]).await?;
    Ok((row.try_get(0)?, row.try_get::<_, i32>(1)?.unsigned_abs()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_back_in_the_order_asked_for() {
        let agent = |id| AgentRecord {
            id,
            model: ModelId::of(b""),
            step: id,
            belief: vec![],
        };
        let ids = |asked: &[u64], found: &[u64]| -> Vec<u64> {
            in_order(found.iter().copied().map(agent).collect(), asked)
                .iter()
                .map(|agent| agent.id)
                .collect()
        };
        assert_eq!(ids(&[1, 2, 3, 4], &[2, 4]), [2, 4]);
        assert_eq!(ids(&[1, 2, 3, 4], &[4, 2]), [2, 4]);
        assert_eq!(ids(&[4, 2, 4, 9], &[2, 4]), [4, 2, 4]);
        assert_eq!(ids(&[2, 2], &[2]), [2, 2]);
        assert_eq!(ids(&[], &[]), [] as [u64; 0]);
    }
}
