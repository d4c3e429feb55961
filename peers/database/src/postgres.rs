//! PostgreSQL: the store against tokio-postgres and deadpool-postgres on the same tables, by Unix socket.

use std::cell::Cell;
use std::pin::pin;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod};
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};
use freeagentics::store::{AgentRecord, Batch, ModelId, PostgresStore, Store, StoreOptions};
use sqlx_postgres::PgPool;
use tokio_postgres::binary_copy::BinaryCopyInWriter;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, NoTls, Row, Statement};

use crate::contest::{Contender, contest};
use crate::work::{self, BATCH, BY_ID, CONNECTIONS, READS, READS_PER_TASK, TASKS, ids, verify};
use crate::{pgbench, population, sqlx};

const SELECT: &str = "SELECT model, step, belief FROM freeagentics.agents WHERE id = $1";
const SELECT_MANY: &str =
    "SELECT id, model, step, belief FROM freeagentics.agents WHERE id = ANY($1)";
const COPY: &str = "COPY freeagentics.agents (id, model, step, belief) FROM STDIN BINARY";

pub(crate) async fn contests(rounds: usize) -> Result<()> {
    let cluster = PrivateCluster::start(&ClusterOptions::default())?;
    let url = cluster.url();
    let store: Arc<dyn Store> =
        Arc::new(PostgresStore::connect(&url, &StoreOptions::default()).await?);
    work::fill(&*store).await?;
    let (client, connection) = tokio_postgres::connect(&url, NoTls).await?;
    let connection = tokio::spawn(connection);
    client.batch_execute("VACUUM ANALYZE").await?;
    let sqlx = sqlx::pool(cluster.folder(), cluster.port()).await?;

    select(rounds, &cluster, &*store, &client, &sqlx).await?;
    read_many(rounds, &*store, &client, &sqlx).await?;
    insert(rounds, &*store, &client, &sqlx).await?;
    pool(rounds, &cluster, &store, &sqlx).await?;
    population::round_trip("PostgreSQL", &*store, rounds.min(5)).await?;

    sqlx.close().await;
    drop(client);
    connection.await??;
    Ok(())
}

fn record(row: &Row, id: u64, first: usize) -> Result<AgentRecord> {
    let model: &[u8] = row.try_get(first)?;
    Ok(AgentRecord {
        id,
        model: ModelId::from_bytes(model.try_into().context("a hash of 32 bytes")?),
        step: row.try_get::<_, i64>(first + 1)? as u64,
        belief: row.try_get(first + 2)?,
    })
}

async fn select(
    rounds: usize,
    cluster: &PrivateCluster,
    store: &dyn Store,
    client: &Client,
    sqlx: &PgPool,
) -> Result<()> {
    let statement = client.prepare(SELECT).await?;
    contest(
        "PostgreSQL, one agent by id",
        rounds,
        READS,
        "selects",
        vec![
            Contender::new("tokio-postgres, one prepared statement kept", || async {
                let started = Instant::now();
                for id in ids(0, READS) {
                    let row = client.query_opt(&statement, &[&(id as i64)]).await?;
                    let agent = row.map(|row| record(&row, id, 0)).transpose()?;
                    verify(agent.as_ref(), id)?;
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
            Contender::new("sqlx", || sqlx::select(sqlx, READS)),
            Contender::new("pgbench", || async { pgbench::select(cluster, 1, READS) }),
        ],
    )
    .await
}

async fn read_many(rounds: usize, store: &dyn Store, client: &Client, sqlx: &PgPool) -> Result<()> {
    let wanted: Vec<u64> = ids(5, BY_ID).collect();
    let statement = client.prepare(SELECT_MANY).await?;
    contest(
        "PostgreSQL, 1 000 agents by id in one call",
        rounds,
        BY_ID,
        "agents",
        vec![
            Contender::new("tokio-postgres, ANY of an array", || async {
                let started = Instant::now();
                let array: Vec<i64> = wanted.iter().map(|&id| id as i64).collect();
                let rows = client.query(&statement, &[&array]).await?;
                let found = rows
                    .iter()
                    .map(|row| record(row, row.try_get::<_, i64>(0)? as u64, 1))
                    .collect::<Result<Vec<_>>>()?;
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
            Contender::new("sqlx, ANY of an array", || sqlx::read_many(sqlx, &wanted)),
        ],
    )
    .await
}

async fn insert(rounds: usize, store: &dyn Store, client: &Client, sqlx: &PgPool) -> Result<()> {
    let copy = client.prepare(COPY).await?;
    let number = Cell::new(0);
    let next = || work::batch(number.replace(number.get() + 1));
    contest(
        "PostgreSQL, 10 000 new agents in one batch",
        rounds,
        BATCH,
        "agents",
        vec![
            Contender::new("tokio-postgres, COPY", || copy_in(client, &copy, next())),
            Contender::new("Store::save", || {
                let batch = Batch::of_agents(next());
                async {
                    let started = Instant::now();
                    store.save(batch).await?;
                    Ok(started.elapsed())
                }
            }),
            Contender::new("sqlx, INSERT from unnest", || {
                let agents = next();
                async move { sqlx::put(sqlx, &agents).await }
            }),
        ],
    )
    .await?;
    contest(
        "PostgreSQL, the same 10 000 agents replaced",
        rounds,
        BATCH,
        "agents",
        vec![
            Contender::new("sqlx, INSERT from unnest", || async {
                sqlx::put(sqlx, &work::batch(0)).await
            }),
            Contender::new("Store::save", || {
                let batch = Batch::of_agents(work::batch(0));
                async {
                    let started = Instant::now();
                    store.save(batch).await?;
                    Ok(started.elapsed())
                }
            }),
        ],
    )
    .await
}

async fn copy_in(client: &Client, copy: &Statement, agents: Vec<AgentRecord>) -> Result<Duration> {
    let started = Instant::now();
    let sink = client.copy_in(copy).await?;
    let types = [Type::INT8, Type::BYTEA, Type::INT8, Type::BYTEA];
    let mut writer = pin!(BinaryCopyInWriter::new(sink, &types));
    for agent in &agents {
        writer
            .as_mut()
            .write(&[
                &(agent.id as i64),
                &agent.model.as_bytes().as_slice(),
                &(agent.step as i64),
                &agent.belief,
            ])
            .await?;
    }
    let written = writer.finish().await?;
    let took = started.elapsed();
    anyhow::ensure!(written == BATCH as u64);
    Ok(took)
}

async fn pool(
    rounds: usize,
    cluster: &PrivateCluster,
    store: &Arc<dyn Store>,
    sqlx: &PgPool,
) -> Result<()> {
    let config = tokio_postgres::Config::from_str(&cluster.url())?;
    let fast = ManagerConfig {
        recycling_method: RecyclingMethod::Fast,
    };
    let raw = Pool::builder(Manager::from_config(config, NoTls, fast))
        .max_size(CONNECTIONS)
        .build()?;
    contest(
        "PostgreSQL, 50 tasks over 10 connections",
        rounds,
        TASKS * READS_PER_TASK,
        "selects",
        vec![
            Contender::new("deadpool-postgres", || raw_tasks(&raw)),
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
            Contender::new("sqlx", || sqlx::tasks(sqlx)),
            Contender::new("pgbench, 10 clients", || async {
                pgbench::select(cluster, CONNECTIONS, TASKS * READS_PER_TASK)
            }),
        ],
    )
    .await
}

async fn raw_tasks(pool: &Pool) -> Result<Duration> {
    let started = Instant::now();
    let tasks: Vec<_> = (0..TASKS as u64)
        .map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for id in ids(task, READS_PER_TASK) {
                    let client = pool.get().await?;
                    let statement = client.prepare_cached(SELECT).await?;
                    let row = client.query_opt(&statement, &[&(id as i64)]).await?;
                    let agent = row.map(|row| record(&row, id, 0)).transpose()?;
                    verify(agent.as_ref(), id)?;
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
