//! The thread that writes. Invariant: every job is one transaction, answered after its commit or roll-back;
//! a model that a committed agent names was committed with it or before.

use std::collections::HashSet;
use std::thread::JoinHandle;

use futures_util::StreamExt;
use rusqlite::{Connection, ErrorCode, TransactionBehavior};
use tokio::sync::{mpsc, oneshot};

use super::claim::Claim;
use super::errors::Place;
use super::rows;
use crate::store::{AgentRecord, Batch, BatchStream, ModelId, StoreError, Written};

/// How many jobs may wait before callers wait too.
const QUEUE: usize = 64;
/// How many chunks of a snapshot may wait: one being written, one ready.
const CHUNKS: usize = 2;

type Reply<T> = oneshot::Sender<Result<T, StoreError>>;

pub(super) enum Job {
    Save {
        batch: Batch,
        reply: Reply<Written>,
    },
    Replace {
        chunks: mpsc::Receiver<Chunk>,
        reply: Reply<Written>,
    },
    Ping {
        reply: Reply<()>,
    },
}

/// A part of a snapshot. The end is said in words: a channel that closes without it is an abandoned snapshot.
pub(super) enum Chunk {
    More(Batch),
    Commit,
}

/// The way to the writing thread.
pub(super) struct Writer {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(
        connection: Connection,
        claim: Claim,
        place: Place,
    ) -> Result<Self, StoreError> {
        let (jobs, mut queue) = mpsc::channel(QUEUE);
        let known = known_models(&connection).map_err(|error| place.error(error))?;
        let name = place.to_string();
        let mut state = State {
            connection,
            place,
            known,
        };
        let thread = std::thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                while let Some(job) = queue.blocking_recv() {
                    state.run(job);
                }
                // The file is closed before the claim on it ends.
                drop(state);
                drop(claim);
            })
            .map_err(|error| StoreError::CannotOpen {
                place: name,
                reason: error.to_string(),
                remedy: "the system refused a thread: raise its limit of threads",
            })?;
        Ok(Self {
            jobs: Some(jobs),
            thread: Some(thread),
        })
    }

    /// Hands over a job, waiting while the queue is full. An error means that the thread has ended.
    pub(super) async fn send(&self, job: Job) -> Result<(), ()> {
        match &self.jobs {
            Some(jobs) => jobs.send(job).await.map_err(|_| ()),
            None => Err(()),
        }
    }

    /// Hands a population to the thread, chunk by chunk.
    pub(super) async fn snapshot(
        &self,
        mut population: BatchStream,
        place: &Place,
    ) -> Result<Written, StoreError> {
        let closed = || StoreError::Closed {
            place: place.to_string(),
        };
        let (feed, chunks) = mpsc::channel(CHUNKS);
        let (reply, answer) = oneshot::channel();
        self.send(Job::Replace { chunks, reply })
            .await
            .map_err(|()| closed())?;
        let mut accepted = true;
        while accepted && let Some(batch) = population.next().await {
            // On a producer's error the channel closes without `Commit`, which rolls back.
            accepted = feed.send(Chunk::More(batch?)).await.is_ok();
        }
        // A thread that stopped listening has answered already: its answer says why.
        let _ = feed.send(Chunk::Commit).await;
        drop(feed);
        answer.await.map_err(|_| closed())?
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        drop(self.jobs.take());
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            tracing::error!("the store's writing thread panicked");
        }
    }
}

fn known_models(connection: &Connection) -> rusqlite::Result<HashSet<ModelId>> {
    connection
        .prepare("SELECT id FROM models")?
        .query_map([], |row| row.get(0).map(ModelId::from_bytes))?
        .collect()
}

struct State {
    connection: Connection,
    place: Place,
    /// Models that are committed. Models are never deleted, and no other process writes.
    known: HashSet<ModelId>,
}

impl State {
    fn run(&mut self, job: Job) {
        // A caller that no longer waits does not read its answer.
        match job {
            Job::Save { batch, reply } => {
                let _ = reply.send(self.save(&batch));
            }
            Job::Replace { chunks, reply } => {
                let _ = reply.send(self.replace(chunks));
            }
            Job::Ping { reply } => {
                let _ = reply.send(Ok(()));
            }
        }
    }

    fn save(&mut self, batch: &Batch) -> Result<Written, StoreError> {
        let mut models = Models::new(&self.known);
        models.add(batch);
        models.check(&batch.agents)?;
        let place = &self.place;
        let mut write = || -> rusqlite::Result<()> {
            let transaction = self
                .connection
                .transaction_with_behavior(TransactionBehavior::Immediate)?;
            if !batch.models.is_empty() {
                rows::put_models(&transaction, &batch.models)?;
            }
            rows::remove_agents(&transaction, &batch.removed)?;
            rows::put_agents(&transaction, &batch.agents)?;
            rows::add_messages(&transaction, &batch.messages)?;
            transaction.commit()
        };
        write().map_err(|error| place.error(error))?;
        let new = models.new;
        self.known.extend(new);
        Ok(batch.counts())
    }

    fn replace(&mut self, mut chunks: mpsc::Receiver<Chunk>) -> Result<Written, StoreError> {
        let place = &self.place;
        let mut models = Models::new(&self.known);
        let mut written = Written::default();
        let transaction = self
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(|error| place.error(error))?;
        transaction
            .execute("DELETE FROM agents", [])
            .map_err(|error| place.error(error))?;
        loop {
            let batch = match chunks.blocking_recv() {
                Some(Chunk::More(batch)) => batch,
                Some(Chunk::Commit) => break,
                // The transaction rolls back when it is dropped.
                None => {
                    return Err(StoreError::Abandoned {
                        reason: "its producer went away".to_owned(),
                    });
                }
            };
            models.add(&batch);
            models.check(&batch.agents)?;
            rows::put_models(&transaction, &batch.models)
                .and_then(|()| rows::add_messages(&transaction, &batch.messages))
                .map_err(|error| place.error(error))?;
            rows::add_agents(&transaction, &batch.agents)
                .map_err(|(rows, error)| refused(&transaction, place, rows, error))?;
            written += batch.counts();
        }
        transaction.commit().map_err(|error| place.error(error))?;
        let new = models.new;
        self.known.extend(new);
        Ok(written)
    }
}

/// Why the statement that inserts `rows` failed.
fn refused(
    connection: &Connection,
    place: &Place,
    rows: &[AgentRecord],
    error: rusqlite::Error,
) -> StoreError {
    let violated = error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation);
    match rows::named_twice(connection, rows) {
        Ok(Some(agent)) if violated => StoreError::DuplicateAgent { agent },
        _ => place.error(error),
    }
}

/// The models a transaction may refer to.
struct Models<'a> {
    known: &'a HashSet<ModelId>,
    new: HashSet<ModelId>,
}

impl<'a> Models<'a> {
    fn new(known: &'a HashSet<ModelId>) -> Self {
        Self {
            known,
            new: HashSet::new(),
        }
    }

    fn add(&mut self, batch: &Batch) {
        self.new
            .extend(batch.models.iter().map(super::ModelRecord::id));
    }

    fn check(&self, agents: &[AgentRecord]) -> Result<(), StoreError> {
        let mut last = None;
        for agent in agents {
            // Neighbours mostly share a model: comparing is cheaper than hashing.
            if last == Some(agent.model) {
                continue;
            }
            if !self.known.contains(&agent.model) && !self.new.contains(&agent.model) {
                return Err(StoreError::MissingModel {
                    agent: agent.id,
                    model: agent.model,
                });
            }
            last = Some(agent.model);
        }
        Ok(())
    }
}
