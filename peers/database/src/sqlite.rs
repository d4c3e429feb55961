//! SQLite: the store against rusqlite on the same schema, settings and statements.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use freeagentics::store::{AgentRecord, Batch, ModelId, SqliteStore, Store, StoreOptions};
use rusqlite::{Connection, OptionalExtension, Statement, params};

use crate::contest::{Contender, contest};
use crate::population;
use crate::work::{
    self, AGENTS, BATCH, BY_ID, READS, READS_PER_TASK, TASKS, agent, ids, model, verify,
};

const SELECT: &str = "SELECT model, step, belief FROM agents WHERE id = ?1";
const PUT: &str = "INSERT INTO agents (id, model, step, belief) VALUES (?1, ?2, ?3, ?4) \
     ON CONFLICT (id) DO UPDATE SET model = excluded.model, step = excluded.step, belief = excluded.belief";

pub(crate) async fn contests(rounds: usize) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("store.db");
    let options = StoreOptions::default();
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path, &options)?);
    work::fill(&*store).await?;
    let raw_path = folder.path().join("raw.db");
    drop(SqliteStore::open(&raw_path, &options)?);
    let mut raw = open(&raw_path)?;
    write(
        &mut raw,
        &(0..AGENTS)
            .map(|id| agent(id, model().id()))
            .collect::<Vec<_>>(),
    )?;

    select(rounds, &*store, &raw_path).await?;
    read_many(rounds, &*store, &raw_path).await?;
    insert(rounds, &*store, &mut raw).await?;
    pool(rounds, &store, &raw_path).await?;
    population::round_trip("SQLite", &*store, rounds.min(5)).await
}

/// As the store opens its own.
fn open(path: &Path) -> Result<Connection> {
    let connection = Connection::open(path)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    Ok(connection)
}

fn read(statement: &mut Statement<'_>, id: u64) -> rusqlite::Result<Option<AgentRecord>> {
    statement
        .query_row([id as i64], |row| {
            Ok(AgentRecord {
                id,
                model: ModelId::from_bytes(row.get(0)?),
                step: row.get::<_, i64>(1)? as u64,
                belief: row.get(2)?,
            })
        })
        .optional()
}

fn write(connection: &mut Connection, agents: &[AgentRecord]) -> Result<()> {
    let transaction = connection.transaction()?;
    {
        let mut statement = transaction.prepare_cached(PUT)?;
        for agent in agents {
            statement.execute(params![
                agent.id as i64,
                agent.model.as_bytes(),
                agent.step as i64,
                agent.belief
            ])?;
        }
    }
    transaction.commit()?;
    Ok(())
}

async fn select(rounds: usize, store: &dyn Store, raw_path: &Path) -> Result<()> {
    let raw = open(raw_path)?;
    let held = std::cell::RefCell::new(raw.prepare(SELECT)?);
    contest(
        "SQLite, one agent by id",
        rounds,
        READS,
        "selects",
        vec![
            Contender::new("rusqlite, one prepared statement kept", || async {
                let mut statement = held.borrow_mut();
                let started = Instant::now();
                for id in ids(0, READS) {
                    verify(read(&mut statement, id)?.as_ref(), id)?;
                }
                Ok(started.elapsed())
            }),
            Contender::new("rusqlite, prepare_cached each time", || async {
                let started = Instant::now();
                for id in ids(0, READS) {
                    verify(read(&mut *raw.prepare_cached(SELECT)?, id)?.as_ref(), id)?;
                }
                Ok(started.elapsed())
            }),
            Contender::new("Store::agent", || async {
                let started = Instant::now();
                for id in ids(0, READS) {
                    verify(store.agent(id).await?.as_ref(), id)?;
                }
                Ok(started.elapsed())
            }),
        ],
    )
    .await
}

async fn read_many(rounds: usize, store: &dyn Store, raw_path: &Path) -> Result<()> {
    let mut raw = open(raw_path)?;
    let raw = std::cell::RefCell::new(&mut raw);
    let wanted: Vec<u64> = ids(5, BY_ID).collect();
    contest(
        "SQLite, 1 000 agents by id in one call",
        rounds,
        BY_ID,
        "agents",
        vec![
            Contender::new("rusqlite, one transaction", || async {
                let mut raw = raw.borrow_mut();
                let started = Instant::now();
                let transaction = raw.transaction()?;
                let mut found = Vec::with_capacity(BY_ID);
                {
                    let mut statement = transaction.prepare_cached(SELECT)?;
                    for &id in &wanted {
                        found.extend(read(&mut statement, id)?);
                    }
                }
                transaction.commit()?;
                let took = started.elapsed();
                anyhow::ensure!(found.len() == BY_ID);
                Ok(took)
            }),
            Contender::new("Store::agents", || async {
                let started = Instant::now();
                let found = store.agents(wanted.clone()).await?;
                let took = started.elapsed();
                anyhow::ensure!(found.len() == BY_ID);
                Ok(took)
            }),
        ],
    )
    .await
}

async fn insert(rounds: usize, store: &dyn Store, raw: &mut Connection) -> Result<()> {
    let raw = std::cell::RefCell::new(raw);
    let (own, other) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let next = |counter: &std::cell::Cell<u64>| work::batch(counter.replace(counter.get() + 1));
    contest(
        "SQLite, 10 000 new agents in one batch",
        rounds,
        BATCH,
        "agents",
        vec![
            Contender::new("rusqlite, one transaction", || {
                let agents = next(&other);
                let raw = &raw;
                async move {
                    let started = Instant::now();
                    write(&mut raw.borrow_mut(), &agents)?;
                    Ok(started.elapsed())
                }
            }),
            Contender::new("Store::save", || {
                let batch = Batch::of_agents(next(&own));
                async move {
                    let started = Instant::now();
                    store.save(batch).await?;
                    Ok(started.elapsed())
                }
            }),
        ],
    )
    .await
}

async fn pool(rounds: usize, store: &Arc<dyn Store>, raw_path: &Path) -> Result<()> {
    let threads = std::thread::available_parallelism()?.get();
    contest(
        "SQLite, 50 tasks over 10 connections",
        rounds,
        TASKS * READS_PER_TASK,
        "selects",
        vec![
            Contender::new("rusqlite, a thread a core, own connections", || async {
                let path = raw_path.to_owned();
                tokio::task::spawn_blocking(move || raw_threads(&path, threads)).await?
            }),
            Contender::new("Store::agent", || {
                let store = Arc::clone(store);
                async move {
                    let started = Instant::now();
                    let tasks: Vec<_> = (0..TASKS as u64)
                        .map(|task| {
                            let store = Arc::clone(&store);
                            tokio::spawn(async move {
                                for id in ids(task, READS_PER_TASK) {
                                    verify(store.agent(id).await?.as_ref(), id)?;
                                }
                                anyhow::Ok(())
                            })
                        })
                        .collect();
                    for task in tasks {
                        task.await??;
                    }
                    Ok(started.elapsed())
                }
            }),
        ],
    )
    .await
}

/// The most that can be had: no tasks, no pool, connections opened before the clock starts.
fn raw_threads(path: &Path, threads: usize) -> Result<Duration> {
    let connections = (0..threads)
        .map(|_| open(path))
        .collect::<Result<Vec<_>>>()?;
    for connection in &connections {
        connection
            .prepare_cached(SELECT)?
            .query_row([0], |_| Ok(()))?;
    }
    let started = Instant::now();
    std::thread::scope(|scope| {
        let workers: Vec<_> = connections
            .into_iter()
            .enumerate()
            .map(|(number, connection)| {
                scope.spawn(move || -> Result<()> {
                    let mut statement = connection.prepare(SELECT)?;
                    for task in (number..TASKS).step_by(threads) {
                        for id in ids(task as u64, READS_PER_TASK) {
                            verify(read(&mut statement, id)?.as_ref(), id)?;
                        }
                    }
                    Ok(())
                })
            })
            .collect();
        workers
            .into_iter()
            .try_for_each(|worker| worker.join().ok().context("a thread panicked")?)
    })?;
    Ok(started.elapsed())
}
