//! The work everybody does: the same agents, the same ids in the same order.

use freeagentics::store::{AgentRecord, Batch, ModelId, ModelRecord, Store};

/// Agents in the table that point reads go to.
pub(crate) const AGENTS: u64 = 10_000;
/// Point reads in one turn by one reader: a turn shorter than the slice of time a busy machine gives.
pub(crate) const READS: usize = 500;
/// Agents in a batch that is written.
pub(crate) const BATCH: usize = 10_000;
/// Agents read by one call.
pub(crate) const BY_ID: usize = 1_000;
/// Tasks that share the connections of a pool.
pub(crate) const TASKS: usize = 50;
/// Connections of a pool.
pub(crate) const CONNECTIONS: usize = 10;
/// Point reads of one task.
pub(crate) const READS_PER_TASK: usize = 20;
/// Bytes of a belief: about what 100 states compress to.
const BELIEF: usize = 200;

pub(crate) fn model() -> ModelRecord {
    ModelRecord::new(vec![42; 4_096])
}

pub(crate) fn agent(id: u64, model: ModelId) -> AgentRecord {
    AgentRecord {
        id,
        model,
        step: 10,
        belief: (0..BELIEF).map(|at| (id as usize * 7 + at) as u8).collect(),
    }
}

/// The batch number `number`, of agents no earlier one had.
pub(crate) fn batch(number: u64) -> Vec<AgentRecord> {
    let model = model().id();
    let first = AGENTS + number * BATCH as u64;
    (first..first + BATCH as u64)
        .map(|id| agent(id, model))
        .collect()
}

/// Fills an empty store with the agents to be read.
pub(crate) async fn fill(store: &dyn Store) -> anyhow::Result<()> {
    store
        .save(Batch {
            models: vec![model()],
            agents: (0..AGENTS).map(|id| agent(id, model().id())).collect(),
            ..Batch::default()
        })
        .await?;
    Ok(())
}

/// Ids all over the table, the same for the same `start`.
pub(crate) fn ids(start: u64, count: usize) -> impl Iterator<Item = u64> {
    // A step that shares no factor with the number of agents visits all of them.
    (0..count as u64).map(move |at| (start + at * 7_919) % AGENTS)
}

/// Fails when a contender reads something else than was written.
pub(crate) fn verify(agent: Option<&AgentRecord>, id: u64) -> anyhow::Result<()> {
    let right = agent.is_some_and(|a| a.id == id && a.belief.first() == Some(&((id * 7) as u8)));
    anyhow::ensure!(right, "agent {id} was not read as written");
    Ok(())
}
