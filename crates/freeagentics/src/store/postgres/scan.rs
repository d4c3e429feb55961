//! Reading a whole population. Invariant: all chunks come from one read-only transaction with a fixed view,
//! so they are one committed state; models come before agents.

use std::pin::pin;

use deadpool_postgres::Object;
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tokio_postgres::IsolationLevel;

use super::errors::{self, Place};
use super::read;
use super::sql::Sql;
use crate::store::{Batch, BatchStream, CHUNK_AGENTS, ModelRecord, StoreError};

/// How many chunks may wait for the consumer.
const CHUNKS: usize = 2;

type Feed = mpsc::Sender<Result<Batch, StoreError>>;

/// Starts to read in a task; dropping the stream ends it.
pub(super) fn start(mut client: Object, place: Place, sql: &Sql) -> BatchStream {
    let (feed, chunks) = mpsc::channel(CHUNKS);
    let (models, agents) = (sql.all_models.clone(), sql.all_agents.clone());
    tokio::spawn(async move {
        let read = scan(&mut client, &place, &models, &agents, &feed).await;
        if let Err(error) = read {
            if errors::spoils_connection(&error) {
                drop(Object::take(client));
            }
            // Nobody reads the error of a stream that was dropped.
            let _ = feed.send(Err(error)).await;
        }
    });
    Box::pin(stream::unfold(chunks, |mut chunks| async {
        chunks.recv().await.map(|chunk| (chunk, chunks))
    }))
}

async fn scan(
    client: &mut Object,
    place: &Place,
    models: &str,
    agents: &str,
    feed: &Feed,
) -> Result<(), StoreError> {
    let transaction = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start();
    let transaction = place.wait(transaction).await?;
    // The statement lasts as long as the consumer takes; each wait for the server has its limit here.
    place
        .wait(transaction.batch_execute("SET LOCAL statement_timeout = 0"))
        .await?;
    let rows = place.wait(transaction.query(models, &[])).await?;
    let models = rows
        .iter()
        .map(|row| {
            let id = read::hash(row, 0).map_err(|error| place.error(error))?;
            let body = row.try_get(1).map_err(|error| place.error(error))?;
            ModelRecord::checked(id, body, || place.to_string())
        })
        .collect::<Result<_, _>>()?;
    if feed.send(Ok(Batch::of_models(models))).await.is_err() {
        return Ok(());
    }
    let statement = place.wait(transaction.prepare_cached(agents)).await?;
    let no_parameters: [i64; 0] = [];
    let rows = place
        .wait(transaction.query_raw(&statement, no_parameters))
        .await?;
    let mut rows = pin!(rows);
    loop {
        let chunk = place.wait(next_chunk(rows.as_mut())).await?;
        let more = chunk.len() == CHUNK_AGENTS;
        if !chunk.is_empty() && feed.send(Ok(Batch::of_agents(chunk))).await.is_err() {
            return Ok(());
        }
        if !more {
            return Ok(());
        }
    }
}

async fn next_chunk(
    mut rows: std::pin::Pin<&mut tokio_postgres::RowStream>,
) -> Result<Vec<crate::store::AgentRecord>, tokio_postgres::Error> {
    let mut chunk = Vec::with_capacity(CHUNK_AGENTS);
    while chunk.len() < CHUNK_AGENTS
        && let Some(row) = rows.next().await
    {
        chunk.push(read::agent_with_id(&row?)?);
    }
    Ok(chunk)
}
