//! sqlx on the same statements.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use freeagentics::store::{AgentRecord, ModelId};
use sqlx_core::query::query;
use sqlx_core::row::Row;
use sqlx_postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::work::{CONNECTIONS, READS_PER_TASK, TASKS, ids, verify};

const SELECT: &str = "SELECT model, step, belief FROM freeagentics.agents WHERE id = $1";
const SELECT_MANY: &str =
    "SELECT id, model, step, belief FROM freeagentics.agents WHERE id = ANY($1)";
const PUT: &str = "INSERT INTO freeagentics.agents (id, model, step, belief) \
     SELECT * FROM unnest($1::bigint[], $2::bytea[], $3::bigint[], $4::bytea[]) \
     ON CONFLICT (id) DO UPDATE SET model = excluded.model, step = excluded.step, belief = excluded.belief";

pub(crate) async fn pool(folder: &std::path::Path, port: u16) -> Result<PgPool> {
    let options = PgConnectOptions::new()
        .socket(folder)
        .port(port)
        .username("postgres")
        .database("postgres");
    Ok(PgPoolOptions::new()
        .max_connections(CONNECTIONS as u32)
        // The other pools do not ask the server first either.
        .test_before_acquire(false)
        .connect_with(options)
        .await?)
}

async fn agent(pool: &PgPool, id: u64) -> Result<Option<AgentRecord>> {
    let row = query(SELECT).bind(id as i64).fetch_optional(pool).await?;
    row.map(|row| {
        let model: Vec<u8> = row.try_get(0)?;
        Ok(AgentRecord {
            id,
            model: ModelId::from_bytes(model.try_into().ok().context("a hash of 32 bytes")?),
            step: row.try_get::<i64, _>(1)? as u64,
            belief: row.try_get(2)?,
        })
    })
    .transpose()
}

pub(crate) async fn select(pool: &PgPool, count: usize) -> Result<Duration> {
    let started = Instant::now();
    for id in ids(0, count) {
        verify(agent(pool, id).await?.as_ref(), id)?;
    }
    Ok(started.elapsed())
}

pub(crate) async fn read_many(pool: &PgPool, wanted: &[u64]) -> Result<Duration> {
    let wanted: Vec<i64> = wanted.iter().map(|&id| id as i64).collect();
    let started = Instant::now();
    let rows = query(SELECT_MANY).bind(&wanted).fetch_all(pool).await?;
    let mut found = Vec::with_capacity(rows.len());
    for row in &rows {
        let model: Vec<u8> = row.try_get(1)?;
        found.push(AgentRecord {
            id: row.try_get::<i64, _>(0)? as u64,
            model: ModelId::from_bytes(model.try_into().ok().context("a hash of 32 bytes")?),
            step: row.try_get::<i64, _>(2)? as u64,
            belief: row.try_get(3)?,
        });
    }
    let took = started.elapsed();
    anyhow::ensure!(found.len() == wanted.len());
    Ok(took)
}

pub(crate) async fn put(pool: &PgPool, agents: &[AgentRecord]) -> Result<Duration> {
    let started = Instant::now();
    let ids: Vec<i64> = agents.iter().map(|agent| agent.id as i64).collect();
    let models: Vec<&[u8]> = agents
        .iter()
        .map(|agent| agent.model.as_bytes().as_slice())
        .collect();
    let steps: Vec<i64> = agents.iter().map(|agent| agent.step as i64).collect();
    let beliefs: Vec<&[u8]> = agents.iter().map(|agent| agent.belief.as_slice()).collect();
    query(PUT)
        .bind(ids)
        .bind(models)
        .bind(steps)
        .bind(beliefs)
        .execute(pool)
        .await?;
    Ok(started.elapsed())
}

pub(crate) async fn tasks(pool: &PgPool) -> Result<Duration> {
    let started = Instant::now();
    let tasks: Vec<_> = (0..TASKS as u64)
        .map(|task| {
            let pool = pool.clone();
            tokio::spawn(async move {
                for id in ids(task, READS_PER_TASK) {
                    verify(agent(&pool, id).await?.as_ref(), id)?;
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
