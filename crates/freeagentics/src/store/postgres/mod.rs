//! The shared store: a PostgreSQL server behind a pool of connections.
//!
//! Invariants: every wait has a time-out; a connection that stalled or broke leaves the pool, and nothing of
//! it happens later; only what surely changed nothing is tried again. Many processes may use one schema at once: the last writer of an
//! agent wins, and a snapshot excludes other writers until it commits.

mod address;
mod connect;
mod copy;
mod errors;
mod fence;
mod migrate;
mod read;
mod retry;
mod scan;
mod sql;
mod tls;
mod write;

use std::collections::HashSet;
use std::time::Instant;

use deadpool_postgres::{Object, Pool};
use parking_lot::RwLock;

use self::address::Address;
use self::errors::Place;
use self::fence::Fence;
use self::sql::Sql;
use super::{
    AgentRecord, Backend, Batch, BatchStream, Health, ModelId, ModelRecord, Store, StoreError,
    StoreFuture, StoreOptions, StoredMessage, Written,
};

/// A store on a server.
pub struct PostgresStore {
    place: Place,
    pool: Pool,
    fence: Fence,
    sql: Sql,
    /// Models seen committed. They are never deleted, so what was seen once need not be asked again.
    known: RwLock<HashSet<ModelId>>,
}

impl PostgresStore {
    /// Connects to the server at `url` and brings the tables in `options.schema` up to date.
    ///
    /// `sslmode=require`, `verify-ca` or `verify-full` in the URL asks for TLS. The server's certificate is
    /// then always checked, against `sslrootcert=FILE` or else the system's authorities.
    ///
    /// # Errors
    /// Says what is wrong with the URL, the server, the login or the tables, and what to do next.
    pub async fn connect(url: &str, options: &StoreOptions) -> Result<Self, StoreError> {
        let address = Address::parse(url)?;
        let sql = Sql::new(&options.schema)?;
        let place = Place::new(&address, options);
        let store = Self {
            pool: connect::pool(&address, options, &place)?,
            fence: Fence::new(),
            place,
            sql,
            known: RwLock::default(),
        };
        let mut client = store.client().await?;
        migrate::migrate(&mut client, &store.sql, &store.place).await?;
        tracing::debug!(store = %store.place, schema = options.schema, "store opened");
        Ok(store)
    }

    /// Deletes the schema with all its tables. For measurements and tests, which make one of their own.
    ///
    /// # Errors
    /// What the server says; nothing is deleted then.
    pub async fn drop_schema(&self) -> Result<(), StoreError> {
        let client = self.client().await?;
        let dropped = self
            .place
            .wait(client.batch_execute(&self.sql.drop_schema))
            .await;
        self.known.write().clear();
        self.done(client, dropped)
    }

    async fn client(&self) -> Result<Object, StoreError> {
        let client = connect::client(&self.pool, &self.place).await?;
        match self.fence.pass(&client, &self.place).await {
            Ok(()) => Ok(client),
            Err(error) => self.done(client, Err(error)),
        }
    }

    /// Gives `client` back to the pool, unless `result` says that it can no longer be trusted.
    fn done<T>(&self, client: Object, result: Result<T, StoreError>) -> Result<T, StoreError> {
        if let Err(error) = &result
            && errors::spoils_connection(error)
        {
            tracing::warn!(store = %self.place, %error, "a connection is given up");
            self.fence.give_up(&client, error);
            drop(Object::take(client));
            // Its neighbours probably broke with it. Where it stalled they may look open: each would cost a caller a time-out.
            let stalled = errors::stalled(error);
            self.pool.retain(|other, _| !stalled && !other.is_closed());
        }
        result
    }

    async fn again<T, F>(&self, attempt: impl FnMut() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        retry::again(self.place.patience(), attempt).await
    }

    async fn try_agent(&self, id: u64) -> Result<Option<AgentRecord>, StoreError> {
        let client = self.client().await?;
        let found = self.place.wait(read::agent(&client, &self.sql, id)).await;
        self.done(client, found)
    }

    async fn try_agents(&self, ids: &[u64]) -> Result<Vec<AgentRecord>, StoreError> {
        let client = self.client().await?;
        let found = self.place.wait(read::agents(&client, &self.sql, ids)).await;
        self.done(client, found)
    }

    async fn try_model(&self, id: ModelId) -> Result<Option<ModelRecord>, StoreError> {
        let client = self.client().await?;
        let found = self.place.wait(read::model(&client, &self.sql, id)).await;
        self.done(client, found)?
            .map(|body| ModelRecord::checked(id, body, || self.place.to_string()))
            .transpose()
    }

    async fn try_messages(
        &self,
        after: u64,
        limit: usize,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let client = self.client().await?;
        let found = self
            .place
            .wait(read::messages(&client, &self.sql, after, limit))
            .await;
        self.done(client, found)
    }

    async fn try_save(&self, batch: &Batch) -> Result<Written, StoreError> {
        let mut client = self.client().await?;
        let written = write::save(&mut client, self, batch).await;
        self.done(client, written)
    }

    async fn try_health(&self) -> Result<Health, StoreError> {
        let asked = Instant::now();
        let client = self.client().await?;
        let answer = self.place.wait(read::versions(&client, &self.sql)).await;
        let (version, schema_version) = self.done(client, answer)?;
        Ok(Health {
            backend: Backend::Postgres,
            version,
            schema_version,
            round_trip: asked.elapsed(),
        })
    }
}

impl Store for PostgresStore {
    fn agent(&self, id: u64) -> StoreFuture<'_, Option<AgentRecord>> {
        Box::pin(self.again(move || self.try_agent(id)))
    }

    fn agents(&self, ids: Vec<u64>) -> StoreFuture<'_, Vec<AgentRecord>> {
        Box::pin(async move { self.again(|| self.try_agents(&ids)).await })
    }

    fn model(&self, id: ModelId) -> StoreFuture<'_, Option<ModelRecord>> {
        Box::pin(self.again(move || self.try_model(id)))
    }

    fn messages(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<StoredMessage>> {
        Box::pin(self.again(move || self.try_messages(after, limit)))
    }

    fn save(&self, batch: Batch) -> StoreFuture<'_, Written> {
        Box::pin(async move {
            batch.check()?;
            self.again(|| self.try_save(&batch)).await
        })
    }

    fn write_snapshot(&self, population: BatchStream) -> StoreFuture<'_, Written> {
        Box::pin(async move {
            let mut client = self.client().await?;
            let written = write::replace(&mut client, self, population).await;
            self.done(client, written)
        })
    }

    fn read_snapshot(&self) -> StoreFuture<'_, BatchStream> {
        Box::pin(async move {
            let client = self.client().await?;
            Ok(scan::start(client, self.place.clone(), &self.sql))
        })
    }

    fn health(&self) -> StoreFuture<'_, Health> {
        Box::pin(self.again(move || self.try_health()))
    }
}
