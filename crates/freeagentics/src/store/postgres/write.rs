//! Batches and snapshots. Invariant: one transaction each; a lost answer to its commit, and only that, is
//! reported as an unknown outcome.

use std::collections::HashSet;

use deadpool_postgres::{Object, Transaction};
use futures_util::{SinkExt, StreamExt};
use tokio_postgres::error::SqlState;
use tokio_postgres::types::ToSql;

use super::{PostgresStore, copy, errors};
use crate::store::{
    AgentRecord, Batch, BatchStream, MessageRecord, ModelId, ModelRecord, StoreError, Written,
};

/// From this many agents on, COPY is tried before the slower insert-or-replace.
const COPY_FROM: usize = 64;

/// Writes one batch.
pub(super) async fn save(
    client: &mut Object,
    store: &PostgresStore,
    batch: &Batch,
) -> Result<Written, StoreError> {
    let place = &store.place;
    let models: HashSet<ModelId> = batch.agents.iter().map(|agent| agent.model).collect();
    let only_agents =
        batch.models.is_empty() && batch.removed.is_empty() && batch.messages.is_empty();
    if only_agents && batch.agents.len() < COPY_FROM && store.known.read().is_superset(&models) {
        // One statement is a transaction of its own: one round trip instead of three.
        let statement = place
            .wait(client.prepare_cached(&store.sql.put_agents))
            .await?;
        let columns = Columns::of(&batch.agents);
        place
            .wait_commit(client.execute(&statement, &columns.parameters()))
            .await?;
        return Ok(batch.counts());
    }
    let transaction = place.wait(client.transaction()).await?;
    put_models(&transaction, store, &batch.models).await?;
    let seen = check_models(&transaction, store, &models, &batch.agents).await?;
    if !batch.removed.is_empty() {
        let ids: Vec<i64> = batch.removed.iter().map(|&id| id as i64).collect();
        let statement = transaction.prepare_cached(&store.sql.remove_agents);
        let statement = place.wait(statement).await?;
        place.wait(transaction.execute(&statement, &[&ids])).await?;
    }
    put_agents(&transaction, store, &batch.agents).await?;
    add_messages(&transaction, store, &batch.messages).await?;
    place.wait_commit(transaction.commit()).await?;
    store.known.write().extend(seen);
    Ok(batch.counts())
}

/// Replaces the population.
pub(super) async fn replace(
    client: &mut Object,
    store: &PostgresStore,
    mut population: BatchStream,
) -> Result<Written, StoreError> {
    let place = &store.place;
    let transaction = place.wait(client.transaction()).await?;
    place
        .wait(transaction.batch_execute(&store.sql.start_replacing))
        .await?;
    let mut written = Written::default();
    let mut seen = HashSet::new();
    while let Some(batch) = population.next().await {
        // An error here drops the transaction, which rolls back.
        let batch = batch?;
        batch.check()?;
        put_models(&transaction, store, &batch.models).await?;
        let mut models: HashSet<ModelId> = batch.agents.iter().map(|agent| agent.model).collect();
        models.retain(|model| !seen.contains(model));
        seen.extend(check_models(&transaction, store, &models, &batch.agents).await?);
        if !batch.agents.is_empty() {
            copy_agents(&transaction, store, &batch.agents)
                .await
                .map_err(|error| duplicate(error, &batch.agents))?;
        }
        add_messages(&transaction, store, &batch.messages).await?;
        written += batch.counts();
    }
    place.wait_commit(transaction.commit()).await?;
    store.known.write().extend(seen);
    Ok(written)
}

async fn put_models(
    transaction: &Transaction<'_>,
    store: &PostgresStore,
    models: &[ModelRecord],
) -> Result<(), StoreError> {
    if models.is_empty() {
        return Ok(());
    }
    let place = &store.place;
    let ids: Vec<&[u8]> = models.iter().map(ModelRecord::id_bytes).collect();
    let bodies: Vec<&[u8]> = models.iter().map(ModelRecord::body).collect();
    let statement = place
        .wait(transaction.prepare_cached(&store.sql.put_models))
        .await?;
    place
        .wait(transaction.execute(&statement, &[&ids, &bodies]))
        .await?;
    Ok(())
}

/// Which of `models` the transaction can see: all of them, or the first agent without is an error.
async fn check_models(
    transaction: &Transaction<'_>,
    store: &PostgresStore,
    models: &HashSet<ModelId>,
    agents: &[AgentRecord],
) -> Result<HashSet<ModelId>, StoreError> {
    let mut missing: HashSet<ModelId> = models - &*store.known.read();
    if missing.is_empty() {
        return Ok(missing);
    }
    let place = &store.place;
    let ids: Vec<&[u8]> = missing.iter().map(|m| m.as_bytes().as_slice()).collect();
    let statement = place
        .wait(transaction.prepare_cached(&store.sql.known_models))
        .await?;
    let rows = place.wait(transaction.query(&statement, &[&ids])).await?;
    let mut seen = HashSet::new();
    for row in &rows {
        let id = super::read::hash(row, 0).map_err(|error| place.error(error))?;
        missing.remove(&id);
        seen.insert(id);
    }
    match agents.iter().find(|agent| missing.contains(&agent.model)) {
        Some(agent) => Err(StoreError::MissingModel {
            agent: agent.id,
            model: agent.model,
        }),
        None => Ok(seen),
    }
}

/// Inserts or replaces. COPY cannot replace, but is faster: it is tried first where many agents may be new,
/// and stops at the first one that is not.
async fn put_agents(
    transaction: &Transaction<'_>,
    store: &PostgresStore,
    agents: &[AgentRecord],
) -> Result<(), StoreError> {
    if agents.is_empty() {
        return Ok(());
    }
    let place = &store.place;
    if agents.len() >= COPY_FROM {
        place
            .wait(transaction.batch_execute("SAVEPOINT fresh"))
            .await?;
        match copy_agents(transaction, store, agents).await {
            Ok(()) => return Ok(()),
            Err(error) if is_duplicate(&error) => {
                let undo = transaction.batch_execute("ROLLBACK TO SAVEPOINT fresh");
                place.wait(undo).await?;
            }
            Err(error) => return Err(error),
        }
    }
    let statement = place
        .wait(transaction.prepare_cached(&store.sql.put_agents))
        .await?;
    let columns = Columns::of(agents);
    place
        .wait(transaction.execute(&statement, &columns.parameters()))
        .await?;
    Ok(())
}

async fn copy_agents(
    transaction: &Transaction<'_>,
    store: &PostgresStore,
    agents: &[AgentRecord],
) -> Result<(), StoreError> {
    let place = &store.place;
    let statement = place
        .wait(transaction.prepare_cached(&store.sql.copy_agents))
        .await?;
    let sink = place.wait(transaction.copy_in(&statement)).await?;
    let mut sink = Box::pin(sink);
    for piece in copy::pieces(agents) {
        place.wait(sink.feed(piece)).await?;
    }
    place.wait(sink.as_mut().finish()).await?;
    Ok(())
}

async fn add_messages(
    transaction: &Transaction<'_>,
    store: &PostgresStore,
    messages: &[MessageRecord],
) -> Result<(), StoreError> {
    if messages.is_empty() {
        return Ok(());
    }
    let place = &store.place;
    let senders: Vec<Option<i64>> = messages
        .iter()
        .map(|m| m.sender.map(|id| id as i64))
        .collect();
    let receivers: Vec<i64> = messages.iter().map(|m| m.receiver as i64).collect();
    let steps: Vec<i64> = messages.iter().map(|m| m.step as i64).collect();
    let kinds: Vec<i16> = messages.iter().map(|m| i16::from(m.kind)).collect();
    let payloads: Vec<&[u8]> = messages.iter().map(|m| m.payload.as_slice()).collect();
    let statement = place
        .wait(transaction.prepare_cached(&store.sql.add_messages))
        .await?;
    place
        .wait(transaction.execute(
            &statement,
            &[&senders, &receivers, &steps, &kinds, &payloads],
        ))
        .await?;
    Ok(())
}

/// Agents by column, as `unnest` takes them.
struct Columns<'a> {
    ids: Vec<i64>,
    models: Vec<&'a [u8]>,
    steps: Vec<i64>,
    beliefs: Vec<&'a [u8]>,
}

impl<'a> Columns<'a> {
    fn of(agents: &'a [AgentRecord]) -> Self {
        Self {
            ids: agents.iter().map(|a| a.id as i64).collect(),
            models: agents
                .iter()
                .map(|a| a.model.as_bytes().as_slice())
                .collect(),
            steps: agents.iter().map(|a| a.step as i64).collect(),
            beliefs: agents.iter().map(|a| a.belief.as_slice()).collect(),
        }
    }

    fn parameters(&self) -> [&(dyn ToSql + Sync); 4] {
        [&self.ids, &self.models, &self.steps, &self.beliefs]
    }
}

fn is_duplicate(error: &StoreError) -> bool {
    errors::sql_state(error) == Some(&SqlState::UNIQUE_VIOLATION)
}

/// Names the agent that a snapshot had before. The server says which key it was, in words: `Key (id)=(7)`.
fn duplicate(error: StoreError, agents: &[AgentRecord]) -> StoreError {
    if !is_duplicate(&error) {
        return error;
    }
    let detail = match &error {
        StoreError::Database { source, .. } => source
            .downcast_ref::<tokio_postgres::Error>()
            .and_then(tokio_postgres::Error::as_db_error)
            .and_then(|said| said.detail())
            .unwrap_or_default(),
        _ => "",
    };
    let named = |agent: &&AgentRecord| detail.contains(&format!("=({})", agent.id as i64));
    match agents.iter().find(named) {
        Some(agent) => StoreError::DuplicateAgent { agent: agent.id },
        None => error,
    }
}
