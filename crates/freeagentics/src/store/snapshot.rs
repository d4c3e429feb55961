//! A whole population to a store and back, in chunks. Invariant: never more than a few chunks in memory
//! beside what the caller holds; what is restored is one committed snapshot with all its models.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use futures_util::{StreamExt, stream};

use super::{AgentRecord, Batch, ModelRecord, Store, StoreError};

/// How many agents travel together: large enough to spread the cost of a hand-over over many, small enough
/// to write one chunk while the next is being made.
pub const CHUNK_AGENTS: usize = 2_048;

/// What a snapshot took.
#[derive(Clone, Copy, Debug)]
pub struct SnapshotStats {
    /// Agents written.
    pub agents: usize,
    /// Bytes of compressed beliefs.
    pub belief_bytes: u64,
    /// From the first agent to the commit.
    pub elapsed: Duration,
}

/// What a restoration took.
#[derive(Clone, Copy, Debug)]
pub struct RestoreStats {
    /// Models read.
    pub models: usize,
    /// Agents read.
    pub agents: usize,
    /// From asking to the last agent handed over.
    pub elapsed: Duration,
}

/// Writes `models` and all `agents` as the new population of `store`. The iterator runs on the caller's
/// task while the store writes what it gave before; compressing beliefs in it costs little extra time.
///
/// # Errors
/// Those of [`Store::write_snapshot`]; the population in the store is then the one before.
pub async fn snapshot<I>(
    store: &dyn Store,
    models: Vec<ModelRecord>,
    agents: I,
) -> Result<SnapshotStats, StoreError>
where
    I: IntoIterator<Item = AgentRecord>,
    I::IntoIter: Send + 'static,
{
    let started = Instant::now();
    let mut agents = agents.into_iter();
    let belief_bytes = Arc::new(AtomicU64::new(0));
    let counter = Arc::clone(&belief_bytes);
    let chunks = std::iter::from_fn(move || {
        let chunk: Vec<AgentRecord> = agents.by_ref().take(CHUNK_AGENTS).collect();
        let bytes: u64 = chunk.iter().map(|agent| agent.belief.len() as u64).sum();
        counter.fetch_add(bytes, Ordering::Relaxed);
        (!chunk.is_empty()).then(|| Ok(Batch::of_agents(chunk)))
    });
    let population = stream::iter(std::iter::once(Ok(Batch::of_models(models))).chain(chunks));
    let written = store.write_snapshot(Box::pin(population)).await?;
    Ok(SnapshotStats {
        agents: written.agents,
        belief_bytes: belief_bytes.load(Ordering::Relaxed),
        elapsed: started.elapsed(),
    })
}

/// Reads the last committed population of `store`, handing models and agents to `take` in chunks: all models
/// first. `take` runs on the caller's task while the store reads on.
///
/// # Errors
/// [`StoreError::MissingModel`] before the first agent whose model is not in the store; what `take` returns;
/// otherwise what the database says.
pub async fn restore<E: From<StoreError>>(
    store: &dyn Store,
    mut take: impl FnMut(Batch) -> Result<(), E>,
) -> Result<RestoreStats, E> {
    let started = Instant::now();
    let mut population = store.read_snapshot().await?;
    let mut known = HashSet::new();
    let mut count = 0;
    while let Some(batch) = population.next().await {
        let batch = batch?;
        known.extend(batch.models.iter().map(ModelRecord::id));
        if let Some(agent) = batch.agents.iter().find(|a| !known.contains(&a.model)) {
            return Err(E::from(StoreError::MissingModel {
                agent: agent.id,
                model: agent.model,
            }));
        }
        count += batch.agents.len();
        take(batch)?;
    }
    Ok(RestoreStats {
        models: known.len(),
        agents: count,
        elapsed: started.elapsed(),
    })
}
