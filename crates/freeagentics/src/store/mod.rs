//! State that survives the process: agents, models, belief snapshots, and messages for audit.
//!
//! One trait, [`Store`], with two implementations that pass the same conformance tests:
//! [`SqliteStore`] keeps everything in one file of this machine; `PostgresStore` (cargo feature `postgres`)
//! lets many machines share it. [`open`] picks by the form of the address.
//!
//! Invariants, whatever the backend:
//! * a [`Batch`] is written whole or not at all;
//! * a snapshot replaces the whole population in one transaction, so that readers see the last committed
//!   one, never parts of two;
//! * an agent's model is in the store before the agent is;
//! * nothing here knows what an agent is: ids, hashes and bytes only.

mod error;
mod options;
#[cfg(feature = "postgres")]
mod postgres;
#[cfg(all(feature = "postgres", target_os = "linux"))]
pub mod private_cluster;
mod record;
mod snapshot;
mod sqlite;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use futures_util::Stream;

pub use error::{Cause, StoreError};
pub use options::{Durability, StoreOptions};
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use record::{
    AgentRecord, Backend, Batch, Health, MessageRecord, ModelId, ModelRecord, StoredMessage,
    Written,
};
pub use snapshot::{CHUNK_AGENTS, RestoreStats, SnapshotStats, restore, snapshot};
pub use sqlite::SqliteStore;

/// What the methods of [`Store`] return: boxed, so that the trait can be used as `dyn Store`.
pub type StoreFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// A population on its way into or out of a store, in chunks. An `Err` from the producer aborts the
/// snapshot: nothing of it is kept.
pub type BatchStream = Pin<Box<dyn Stream<Item = Result<Batch, StoreError>> + Send>>;

/// Where agents, models and messages are kept.
///
/// The methods need a tokio runtime with its timer enabled.
pub trait Store: Send + Sync + 'static {
    /// The agent `id`, or `None` when the store has none of that id. A point read by primary key.
    fn agent(&self, id: u64) -> StoreFuture<'_, Option<AgentRecord>>;

    /// The agents of `ids`, in that order; ids the store does not know are left out.
    fn agents(&self, ids: Vec<u64>) -> StoreFuture<'_, Vec<AgentRecord>>;

    /// The model with content hash `id`.
    fn model(&self, id: ModelId) -> StoreFuture<'_, Option<ModelRecord>>;

    /// Up to `limit` audited messages with a sequence number above `after`, oldest first.
    fn messages(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<StoredMessage>>;

    /// Writes `batch` in one transaction: models first (known ones are kept), then removals, then agents
    /// (new or replaced), then messages.
    ///
    /// A caller that stops waiting does not know the outcome: the batch may be written, in whole, or not.
    ///
    /// # Errors
    /// [`StoreError::MissingModel`] and [`StoreError::DuplicateAgent`] for a batch that contradicts itself or
    /// the store; otherwise what the database says. Nothing of the batch is kept, except after
    /// [`StoreError::OutcomeUnknown`].
    fn save(&self, batch: Batch) -> StoreFuture<'_, Written>;

    /// Replaces all agents by those of `population`, in one transaction that commits when the stream ends.
    /// Models and messages are added to what is there.
    ///
    /// Dropping the future, or an error from the stream, leaves the store as it was.
    fn write_snapshot(&self, population: BatchStream) -> StoreFuture<'_, Written>;

    /// The last committed population as of now: all models first, then all agents in chunks. Later writes do
    /// not show.
    fn read_snapshot(&self) -> StoreFuture<'_, BatchStream>;

    /// Asks the database for a sign of life.
    fn health(&self) -> StoreFuture<'_, Health>;
}

/// Opens the store at `address`: `postgres://…` or `postgresql://…` for a server, otherwise a SQLite file
/// (a path, with or without `sqlite:` before it), which is created when absent.
///
/// # Errors
/// Says what is wrong with the address or the database, and what to do next. A password is never repeated.
pub async fn open(address: &str, options: &StoreOptions) -> Result<Arc<dyn Store>, StoreError> {
    if address.starts_with("postgres://") || address.starts_with("postgresql://") {
        return open_server(address, options).await;
    }
    if let Some((scheme, _)) = address.split_once("://")
        && scheme != "sqlite"
    {
        return Err(StoreError::bad_address(format!(
            "`{scheme}://` names no database this program knows"
        )));
    }
    let path = address
        .strip_prefix("sqlite://")
        .or_else(|| address.strip_prefix("sqlite:"))
        .unwrap_or(address);
    Ok(Arc::new(SqliteStore::open(path, options)?))
}

#[cfg(feature = "postgres")]
async fn open_server(url: &str, options: &StoreOptions) -> Result<Arc<dyn Store>, StoreError> {
    Ok(Arc::new(PostgresStore::connect(url, options).await?))
}

#[cfg(not(feature = "postgres"))]
async fn open_server(_: &str, _: &StoreOptions) -> Result<Arc<dyn Store>, StoreError> {
    Err(StoreError::bad_address(
        "this program was built without PostgreSQL (cargo feature `postgres`)".to_owned(),
    ))
}
