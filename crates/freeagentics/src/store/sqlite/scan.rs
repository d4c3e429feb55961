//! Reading a whole population. Invariant: all chunks come from one read transaction, so they are one
//! committed state, whatever is written meanwhile; models come before agents.

use futures_util::stream;
use rusqlite::Connection;
use tokio::sync::mpsc;

use super::errors::Place;
use super::readers::OwnedReader;
use crate::store::{
    AgentRecord, Batch, BatchStream, CHUNK_AGENTS, ModelId, ModelRecord, StoreError,
};

/// How many chunks may wait for the consumer.
const CHUNKS: usize = 2;

/// Starts to read on a thread that may block; dropping the stream ends it.
pub(super) fn start(reader: OwnedReader, place: Place) -> BatchStream {
    let (feed, chunks) = mpsc::channel(CHUNKS);
    tokio::task::spawn_blocking(move || {
        if let Err(error) = scan(&reader, &place, &feed) {
            // Nobody reads the error of a stream that was dropped.
            let _ = feed.blocking_send(Err(error));
        }
    });
    Box::pin(stream::unfold(chunks, |mut chunks| async {
        chunks.recv().await.map(|chunk| (chunk, chunks))
    }))
}

type Feed = mpsc::Sender<Result<Batch, StoreError>>;

fn scan(connection: &Connection, place: &Place, feed: &Feed) -> Result<(), StoreError> {
    let transaction = connection
        .unchecked_transaction()
        .map_err(|error| place.error(error))?;
    let models = models(&transaction, place)?;
    if feed.blocking_send(Ok(Batch::of_models(models))).is_err() {
        return Ok(());
    }
    agents(&transaction, feed).map_err(|error| place.error(error))
}

fn models(connection: &Connection, place: &Place) -> Result<Vec<ModelRecord>, StoreError> {
    let read = || -> rusqlite::Result<Vec<(ModelId, Vec<u8>)>> {
        connection
            .prepare_cached("SELECT id, body FROM models")?
            .query_map([], |row| {
                Ok((ModelId::from_bytes(row.get(0)?), row.get(1)?))
            })?
            .collect()
    };
    read()
        .map_err(|error| place.error(error))?
        .into_iter()
        .map(|(id, body)| ModelRecord::checked(id, body, || place.to_string()))
        .collect()
}

fn agents(connection: &Connection, feed: &Feed) -> rusqlite::Result<()> {
    let mut statement =
        connection.prepare_cached("SELECT id, model, step, belief FROM agents ORDER BY id")?;
    let mut rows = statement.query([])?;
    let mut chunk = Vec::with_capacity(CHUNK_AGENTS);
    while let Some(row) = rows.next()? {
        chunk.push(AgentRecord {
            id: row.get::<_, i64>(0)? as u64,
            model: ModelId::from_bytes(row.get(1)?),
            step: row.get::<_, i64>(2)? as u64,
            belief: row.get(3)?,
        });
        if chunk.len() == CHUNK_AGENTS {
            let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK_AGENTS));
            if feed.blocking_send(Ok(Batch::of_agents(full))).is_err() {
                return Ok(());
            }
        }
    }
    if !chunk.is_empty() {
        // As above: a consumer that went away needs no more.
        let _ = feed.blocking_send(Ok(Batch::of_agents(chunk)));
    }
    Ok(())
}
