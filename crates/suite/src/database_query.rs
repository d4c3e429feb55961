//! `database_query/*`: the runtime's own store with agents that an explorer population would leave there.
//!
//! The database is SQLite in a file of a temporary folder unless `FREEAGENTICS_DATABASE_URL` names another.

use std::sync::Arc;
use std::time::{Duration, Instant};

use fabench_harness::{
    Bencher, Benchmark, Direction, Failure, Metric, OpenLoop, Stopwatch, Suite, Unit, ensure,
};
use freeagentics::store::{self, AgentRecord, Batch, ModelId, ModelRecord, Store, StoreOptions};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64Mcg;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::task::JoinSet;

/// Agents in the database: more than any cache line, less than memory.
const AGENTS: u64 = 10_000;
/// Agents that one batch reads.
const READ: usize = 1_000;
/// Tasks that share the pool, and the queries that each makes in an iteration.
const TASKS: u64 = 50;
const QUERIES_PER_TASK: u64 = 20;
/// The open loop that follows the rounds of `single`.
const RATE_PER_SECOND: f64 = 1_000.0;
const REQUESTS: u64 = 200;
/// Connections of the pool.
const CONNECTIONS: usize = 10;
/// A compressed belief of a 10 x 10 explorer has about this many bytes.
const BELIEF_BYTES: usize = 100;

pub(crate) fn add(suite: Suite) -> Suite {
    let backend = Address::from_environment().backend();
    let named = |name: &str, what: &str| {
        Benchmark::new(format!("database_query/{name}"), what).parameter("backend", backend)
    };
    let rate = |name: &str| Metric::value(name, Unit::PerSecond, Direction::HigherIsBetter);
    suite
        .add(
            named("single", "select one agent of 10 000 by id").latency(),
            single,
        )
        .add(
            named(
                "batch",
                "insert 10 000 agent snapshots in one transaction, then read 1 000 by id",
            )
            .metric(rate("insert_rows"))
            .metric(rate("read_rows")),
            batch,
        )
        .add(
            named(
                "connection_pool",
                "50 tasks over 10 connections, 20 selects each",
            )
            .throughput((TASKS * QUERIES_PER_TASK) as f64),
            connection_pool,
        )
}

fn single(b: &mut Bencher) -> Result<(), Failure> {
    let database = Database::filled()?;
    let mut draws = Pcg64Mcg::seed_from_u64(1);
    b.iter_custom(|queries| {
        let ids: Vec<u64> = (0..queries)
            .map(|_| draws.random_range(0..AGENTS))
            .collect();
        database.runtime.block_on(async {
            let watch = Stopwatch::start();
            for &id in &ids {
                check(
                    id,
                    database.store.agent(id).await?.as_ref(),
                    &database.agents,
                )?;
            }
            Ok::<_, Failure>(watch.stop())
        })
    })?;
    b.probe(OpenLoop::new(RATE_PER_SECOND, REQUESTS), |number| {
        let id = number * 37 % AGENTS;
        let found = database.runtime.block_on(database.store.agent(id))?;
        check(id, found.as_ref(), &database.agents)
    })
}

fn batch(b: &mut Bencher) -> Result<(), Failure> {
    let database = Database::filled()?;
    let reporter = b.reporter();
    let mut draws = Pcg64Mcg::seed_from_u64(2);
    let mut agents = database.agents.clone();
    b.iter_custom(|iterations| {
        database.runtime.block_on(async {
            let mut total = Duration::ZERO;
            for _ in 0..iterations {
                agents.iter_mut().for_each(|agent| agent.step += 1);
                let written = Batch::of_agents(agents.clone());
                let first = draws.random_range(0..AGENTS);
                let ids: Vec<u64> = (0..READ as u64)
                    .map(|index| (first + index * 7) % AGENTS)
                    .collect();
                let start = Instant::now();
                let saved = database.store.save(written).await?;
                let inserted = start.elapsed();
                let found = database.store.agents(ids.clone()).await?;
                let whole = start.elapsed();
                ensure(saved.agents == agents.len(), || {
                    format!("{} of {AGENTS} agents were written", saved.agents)
                })?;
                ensure(found.len() == READ, || {
                    format!("{} of {READ} agents were found", found.len())
                })?;
                for (id, agent) in ids.into_iter().zip(&found) {
                    check(id, Some(agent), &agents)?;
                }
                reporter.report("insert_rows", AGENTS as f64 / inserted.as_secs_f64());
                reporter.report("read_rows", READ as f64 / (whole - inserted).as_secs_f64());
                total += whole;
            }
            Ok::<_, Failure>(total)
        })
    })
}

fn connection_pool(b: &mut Bencher) -> Result<(), Failure> {
    let database = Database::filled()?;
    let agents = Arc::new(database.agents.clone());
    let mut seed = 0;
    b.iter_custom(|iterations| {
        seed += TASKS;
        let watch = Stopwatch::start();
        database.runtime.block_on(async {
            let mut tasks = JoinSet::new();
            for task in 0..TASKS {
                let (store, agents) = (Arc::clone(&database.store), Arc::clone(&agents));
                let mut draws = Pcg64Mcg::seed_from_u64(seed + task);
                tasks.spawn(async move {
                    for _ in 0..iterations * QUERIES_PER_TASK {
                        let id = draws.random_range(0..AGENTS);
                        check(id, store.agent(id).await?.as_ref(), &agents)?;
                    }
                    Ok::<_, Failure>(())
                });
            }
            while let Some(done) = tasks.join_next().await {
                done??;
            }
            Ok::<_, Failure>(watch.stop())
        })
    })
}

/// The right agent with the right content, or a failure.
fn check(id: u64, found: Option<&AgentRecord>, expected: &[AgentRecord]) -> Result<(), Failure> {
    let same = usize::try_from(id)
        .ok()
        .and_then(|index| expected.get(index))
        == found
        && found.is_some();
    ensure(same, || {
        format!("agent {id} did not come back as it was written")
    })
}

/// Where the database is.
enum Address {
    TemporaryFile,
    Given(String),
}

impl Address {
    fn from_environment() -> Self {
        match std::env::var("FREEAGENTICS_DATABASE_URL") {
            Ok(url) if !url.is_empty() => Self::Given(url),
            _ => Self::TemporaryFile,
        }
    }

    fn backend(&self) -> &'static str {
        match self {
            Self::Given(url) if url.starts_with("postgres") => "postgres",
            Self::TemporaryFile | Self::Given(_) => "sqlite",
        }
    }
}

/// An open store with [`AGENTS`] agents; its file goes with it.
struct Database {
    store: Arc<dyn Store>,
    agents: Vec<AgentRecord>,
    runtime: Runtime,
    _folder: TempDir,
}

impl Database {
    fn filled() -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()?;
        let folder = tempfile::tempdir()?;
        let address = match Address::from_environment() {
            Address::TemporaryFile => folder
                .path()
                .join("agents.db")
                .to_string_lossy()
                .into_owned(),
            Address::Given(url) => url,
        };
        let options = StoreOptions {
            connections: CONNECTIONS,
            ..StoreOptions::default()
        };
        let model = ModelRecord::new(b"explorer of a 10 x 10 grid".to_vec());
        let agents = population(model.id());
        let contents = Batch {
            models: vec![model],
            agents: agents.clone(),
            ..Batch::default()
        };
        let store = runtime.block_on(async {
            let store = store::open(&address, &options).await?;
            store.save(contents).await?;
            Ok::<_, Failure>(store)
        })?;
        Ok(Self {
            store,
            agents,
            runtime,
            _folder: folder,
        })
    }
}

/// Agents with ids from 0 and beliefs of the size that compressed ones have; incompressible, all different.
fn population(model: ModelId) -> Vec<AgentRecord> {
    let mut draws = Pcg64Mcg::seed_from_u64(3);
    let mut belief = || (0..BELIEF_BYTES).map(|_| draws.random()).collect();
    (0..AGENTS)
        .map(|id| AgentRecord {
            id,
            model,
            step: 50,
            belief: belief(),
        })
        .collect()
}
