//! Explorers as records of a store and back. Invariant: what comes back goes on exactly where it
//! was; a store whose model this program cannot rebuild to the last bit is refused.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use freeagentics::store::{self, AgentRecord, ModelRecord, Store, StoreOptions};
use freeagentics::{Agent as _, AgentId, Explorer, GridWorld, Runtime, SavedAgent, Snapshot};
use serde::{Deserialize, Serialize};

/// What this program writes down of the explorers' world; the model follows from it.
#[derive(Debug, Serialize, Deserialize)]
struct WorldDocument {
    format: String,
    version: u32,
    width: usize,
    height: usize,
    /// Of the runtime's random draws.
    seed: u64,
    /// Key of the model, in hexadecimal, to notice another one.
    model_key: String,
}

const FORMAT: &str = "freeagentics informative grid";
const VERSION: u32 = 1;

/// The world's record, and the records of all explorers in ascending order of id.
pub(crate) fn to_records(
    world: &GridWorld,
    seed: u64,
    snapshot: &Snapshot,
) -> anyhow::Result<(ModelRecord, Vec<AgentRecord>)> {
    let document = WorldDocument {
        format: FORMAT.into(),
        version: VERSION,
        width: world.width(),
        height: world.height(),
        seed,
        model_key: format!("{:016x}", world.model().key()),
    };
    let model = ModelRecord::new(serde_json::to_vec(&document)?);
    let mut agents: Vec<AgentRecord> = snapshot
        .iter()
        .map(|saved| AgentRecord {
            id: saved.id.to_bits(),
            model: model.id(),
            step: u64::from(saved.events),
            belief: saved.state.to_vec(),
        })
        .collect();
    agents.sort_unstable_by_key(|agent| agent.id);
    Ok((model, agents))
}

/// The world a record describes, and its seed.
pub(crate) fn world_of(record: &ModelRecord) -> anyhow::Result<(Arc<GridWorld>, u64)> {
    let document: WorldDocument = serde_json::from_slice(record.body())
        .context("the store's model was not written by `freeagentics snapshot`")?;
    if document.format != FORMAT || document.version != VERSION {
        bail!(
            "the store holds {:?} of version {}; this program knows {FORMAT:?} of version {VERSION}",
            document.format,
            document.version
        );
    }
    let side = 1..=1000;
    ensure!(
        side.contains(&document.width) && side.contains(&document.height),
        "the store's grid of {} x {} is not one of this program's",
        document.width,
        document.height
    );
    let world = GridWorld::informative(document.width, document.height)?;
    ensure!(
        format!("{:016x}", world.model().key()) == document.model_key,
        "the store's explorers follow another model than this program's; \
         restore them with the version that wrote them"
    );
    Ok((world, document.seed))
}

/// Brings explorers back to life under their old ids.
pub(crate) fn revive(
    runtime: &Runtime,
    world: &Arc<GridWorld>,
    records: &[AgentRecord],
) -> anyhow::Result<usize> {
    let saved = records.iter().map(|record| SavedAgent {
        id: AgentId::from_bits(record.id),
        kind: "explorer",
        model_key: world.model().key(),
        events: u32::try_from(record.step).unwrap_or(u32::MAX),
        state: &record.belief,
    });
    let revived = runtime.restore(saved, |saved| {
        let mut explorer = Explorer::new(world, 0);
        explorer.load(saved.state)?;
        Ok(Box::new(explorer))
    })?;
    Ok(revived)
}

/// Opens the store; a file that should be there must be.
pub(crate) async fn open(address: &str, must_exist: bool) -> anyhow::Result<Arc<dyn Store>> {
    let path = address
        .trim_start_matches("sqlite:")
        .trim_start_matches("//");
    if must_exist && !address.contains("://") && !Path::new(path).exists() {
        bail!("there is no store at {path}; `freeagentics snapshot --store {path}` makes one");
    }
    Ok(store::open(address, &StoreOptions::default()).await?)
}

/// An async runtime for the store's calls.
pub(crate) fn block_on<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("starting the async runtime")?
        .block_on(work)
}
