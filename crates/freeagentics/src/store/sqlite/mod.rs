//! The embedded store: one SQLite file in WAL mode.
//!
//! Writes go to one thread that owns the only writing connection. Reads by id run on the caller's own thread:
//! one takes about 4 µs, less than handing it to another thread and back would; many are done in slices, with
//! a chance for other tasks in between. Reads of unknown length leave the caller's thread. Invariant: readers never wait for the writer, nor the writer for readers.

mod claim;
mod errors;
mod migrate;
mod prepared;
mod readers;
mod rows;
mod scan;
mod writer;

use std::future::poll_fn;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::task::Poll;
use std::time::Instant;

use rusqlite::OptionalExtension;
use tokio::sync::oneshot;

use self::errors::Place;
use self::readers::{Reader, Readers};
use self::writer::{Job, Writer};
use super::{
    AgentRecord, Backend, Batch, BatchStream, Health, ModelId, ModelRecord, Store, StoreError,
    StoreFuture, StoreOptions, StoredMessage, Written,
};

/// How many rows are read on the caller's thread in one go: some 200 µs for which its other tasks wait.
const SLICE: usize = 64;

/// A store in one file. Dropping it finishes the writes handed over, then closes the file.
pub struct SqliteStore {
    place: Place,
    readers: Arc<Readers>,
    writer: Writer,
}

impl SqliteStore {
    /// Opens the file at `path`, creating it when absent, and brings its tables up to date.
    ///
    /// # Errors
    /// When the file or its folder cannot be used, holds something else, comes from a newer release, or
    /// another process has it open.
    pub fn open(path: impl AsRef<Path>, options: &StoreOptions) -> Result<Self, StoreError> {
        let path: PathBuf = path.as_ref().to_owned();
        if path.as_os_str().is_empty() || path.as_os_str() == ":memory:" {
            return Err(StoreError::bad_address(
                "a SQLite store needs a file, and this names none".to_owned(),
            ));
        }
        let place = Place::new(&path, options.busy_timeout);
        let claim = claim::Claim::take(&path, &place)?;
        let connection = migrate::open(&path, &place, options)?;
        let writer = Writer::start(connection, claim, place.clone())?;
        let readers = Arc::new(Readers::new(path, place.clone(), options));
        tracing::debug!(store = %place, "store opened");
        Ok(Self {
            place,
            readers,
            writer,
        })
    }

    /// Hands `job` to the writing thread and waits for its answer.
    async fn write<T>(
        &self,
        job: impl FnOnce(oneshot::Sender<Result<T, StoreError>>) -> Job,
    ) -> Result<T, StoreError> {
        let (reply, answer) = oneshot::channel();
        let closed = || StoreError::Closed {
            place: self.place.to_string(),
        };
        self.writer.send(job(reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    /// Runs `read` on a thread that may block.
    async fn read_aside<T: Send + 'static>(
        &self,
        read: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let reader = Readers::acquire(Arc::clone(&self.readers)).await?;
        let place = self.place.clone();
        tokio::task::spawn_blocking(move || read(&reader).map_err(|e| place.error(e)))
            .await
            .map_err(|_| StoreError::Closed {
                place: self.place.to_string(),
            })?
    }
}

impl Store for SqliteStore {
    fn agent(&self, id: u64) -> StoreFuture<'_, Option<AgentRecord>> {
        // Written out as a small future, because a read this short notices the size of a large one: waiting for
        // a connection, which is rare, is a future of its own.
        let read = move |mut reader: Reader<_>| reader.agent(id).map_err(|e| self.place.error(e));
        let mut waiting: Option<StoreFuture<'_, _>> = None;
        Box::pin(poll_fn(move |context| {
            if waiting.is_none()
                && let Some(reader) = self.readers.ready()
            {
                return Poll::Ready(reader.and_then(read));
            }
            waiting
                .get_or_insert_with(|| {
                    Box::pin(async move { read(Readers::acquire(&*self.readers).await?) })
                })
                .as_mut()
                .poll(context)
        }))
    }

    fn agents(&self, ids: Vec<u64>) -> StoreFuture<'_, Vec<AgentRecord>> {
        Box::pin(async move {
            let mut reader = Readers::acquire(&*self.readers).await?;
            let error = |error| self.place.error(error);
            // One transaction: the rows belong together, and SQLite's lock is taken once.
            rows::begin(&reader).map_err(error)?;
            let mut found = Vec::with_capacity(ids.len());
            for (number, slice) in ids.chunks(SLICE).enumerate() {
                if number > 0 {
                    tokio::task::yield_now().await;
                }
                for &id in slice {
                    found.extend(reader.agent(id).map_err(error)?);
                }
            }
            rows::end(&reader).map_err(error)?;
            Ok(found)
        })
    }

    fn model(&self, id: ModelId) -> StoreFuture<'_, Option<ModelRecord>> {
        Box::pin(async move {
            let reader = Readers::acquire(&*self.readers).await?;
            let body = rows::model(&reader, id)
                .optional()
                .map_err(|e| self.place.error(e))?;
            body.map(|body| ModelRecord::checked(id, body, || self.place.to_string()))
                .transpose()
        })
    }

    fn messages(&self, after: u64, limit: usize) -> StoreFuture<'_, Vec<StoredMessage>> {
        Box::pin(async move {
            self.read_aside(move |reader| rows::messages(reader, after, limit))
                .await
        })
    }

    fn save(&self, batch: Batch) -> StoreFuture<'_, Written> {
        Box::pin(async move {
            batch.check()?;
            self.write(|reply| Job::Save { batch, reply }).await
        })
    }

    fn write_snapshot(&self, population: BatchStream) -> StoreFuture<'_, Written> {
        Box::pin(async move { self.writer.snapshot(population, &self.place).await })
    }

    fn read_snapshot(&self) -> StoreFuture<'_, BatchStream> {
        Box::pin(async move {
            let reader = Readers::acquire(Arc::clone(&self.readers)).await?;
            Ok(scan::start(reader, self.place.clone()))
        })
    }

    fn health(&self) -> StoreFuture<'_, Health> {
        Box::pin(async move {
            let asked = Instant::now();
            self.write(|reply| Job::Ping { reply }).await?;
            let reader = Readers::acquire(&*self.readers).await?;
            let schema_version =
                migrate::version(&reader).map_err(|error| self.place.error(error))?;
            Ok(Health {
                backend: Backend::Sqlite,
                version: rusqlite::version().to_owned(),
                schema_version,
                round_trip: asked.elapsed(),
            })
        })
    }
}
