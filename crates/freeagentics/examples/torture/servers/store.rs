//! The store's side: writers and readers of agents on a PostgreSQL server that is harmed.
//!
//! Judged: how long calls take, that what is there is what was acknowledged (or of unknown outcome), whole, and that every
//! writer is acknowledged again soon after a fault. Without `unsafe_but_quick`: the server itself dies here.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};
use freeagentics::store::{
    Batch, MessageRecord, PostgresStore, Store, StoreError, StoreOptions, snapshot,
};
use parking_lot::Mutex;
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::SLACK;
use super::faults::Faults;
use super::ledger::{Ledger, expected, one_step};
use super::proxy::Proxy;
use crate::Effort;
use crate::records::{agents, model};

/// Agents of each writer. The first writes them in one statement, the second with a message, so in a transaction; the third has
/// enough for COPY.
const WRITERS: [u64; 3] = [16, 16, 100];
const WITH_MESSAGES: usize = 1;
/// Reads at once, now and then, so that many connections are open when a fault comes.
const READS: usize = 8;
/// Between two calls of one caller, so that calls that fail at once do not take the machine.
const PACE: Duration = Duration::from_millis(3);

const WAIT: Duration = Duration::from_secs(2);
const CONNECT: Duration = Duration::from_secs(3);
const STATEMENT: Duration = Duration::from_secs(3);

/// What all callers share.
struct Scene {
    store: PostgresStore,
    /// How long a call may take at most.
    limit: Duration,
    ledgers: Vec<Mutex<Ledger>>,
    longest: Mutex<Duration>,
    reads: Mutex<u64>,
}

/// Harms a server for about `effort`; the figures.
pub(super) async fn run(effort: Effort) -> anyhow::Result<String> {
    let begin = Instant::now();
    let mut cluster =
        tokio::task::block_in_place(|| PrivateCluster::start(&ClusterOptions::default()))?;
    let ways = [Proxy::start(cluster.port()).await?];
    let direct = format!("localhost:{}", cluster.port());
    let behind = format!("127.0.0.1:{}", ways[0].port());
    let options = StoreOptions {
        wait_timeout: WAIT,
        connect_timeout: CONNECT,
        statement_timeout: STATEMENT,
        busy_timeout: STATEMENT,
        ..StoreOptions::default()
    };
    let store = opened(&cluster.tcp_url().replace(&direct, &behind), &options).await?;
    let scene = Arc::new(Scene {
        store,
        limit: options.longest_call(),
        ledgers: WRITERS.map(|_| Mutex::new(Ledger::new(0))).into(),
        longest: Mutex::default(),
        reads: Mutex::default(),
    });
    let (over, ended) = watch::channel(false);
    let mut callers = JoinSet::new();
    for writer in 0..WRITERS.len() {
        callers.spawn(write(scene.clone(), writer, ended.clone()));
    }
    callers.spawn(read(scene.clone(), effort.seed, ended));
    let mut faults = Faults::new(Pcg64::seed_from_u64(effort.seed));
    let harmed = async {
        let mut slowest = Duration::ZERO;
        while begin.elapsed() < effort.time() {
            let blow = faults.draw(ways.len());
            let resumed = async {
                blow.strike(&mut cluster, &ways).await?;
                resumed(&scene).await
            };
            let took = resumed
                .await
                .with_context(|| format!("PostgreSQL, {blow:?}"))?;
            eprintln!("PostgreSQL: {blow:?}, writing {took:.1?} after it");
            slowest = slowest.max(took);
        }
        anyhow::Ok(slowest)
    };
    let slowest = tokio::select! {
        slowest = harmed => slowest?,
        Some(early) = callers.join_next() => {
            early??;
            bail!("a caller ended before its time")
        }
    };
    over.send_replace(true);
    while let Some(ended) = callers.join_next().await {
        ended??;
    }
    judge(&scene).await?;
    Ok(told(&scene, &faults, slowest))
}

/// Short time-outs may not do at the first attempt, on a busy machine.
async fn opened(url: &str, options: &StoreOptions) -> anyhow::Result<PostgresStore> {
    let begin = Instant::now();
    loop {
        let all = (0..WRITERS.len()).flat_map(ids);
        let opened = async {
            let store = PostgresStore::connect(url, options).await?;
            let filled = agents(all, model("a").id(), 0);
            snapshot(&store, vec![model("a")], filled).await?;
            Ok::<_, StoreError>(store)
        };
        match opened.await {
            Ok(store) => return Ok(store),
            Err(error) if begin.elapsed() > 4 * SLACK => return Err(error.into()),
            Err(_) => {}
        }
    }
}

fn told(scene: &Scene, faults: &Faults, slowest: Duration) -> String {
    let ledgers: Vec<_> = scene.ledgers.iter().map(Mutex::lock).collect();
    let sum = |count: &dyn Fn(&Ledger) -> u64| ledgers.iter().map(|l| count(l)).sum::<u64>();
    format!(
        "{}; {} writes acknowledged and there, {} failed without a change, {} of unknown outcome, {} reads; \
         the longest call took {:.1} s of at most {:.0} s, writers went on at most {:.1} s after a fault",
        faults.told(),
        sum(&|ledger| ledger.there.len() as u64),
        sum(&|ledger| ledger.failed),
        sum(&|ledger| ledger.unknown.len() as u64),
        scene.reads.lock(),
        scene.longest.lock().as_secs_f64(),
        scene.limit.as_secs_f64(),
        slowest.as_secs_f64(),
    )
}

/// The agents of a writer.
fn ids(writer: usize) -> std::ops::Range<u64> {
    let first = writer as u64 * 1_000;
    first..first + WRITERS[writer]
}

impl Scene {
    /// A call that must end in time.
    async fn timed<T>(
        &self,
        what: &str,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> anyhow::Result<Result<T, StoreError>> {
        let asked = Instant::now();
        let Ok(outcome) = tokio::time::timeout(self.limit + SLACK, call).await else {
            bail!(
                "{what} did not return within {:?} and {SLACK:?} more",
                self.limit
            );
        };
        let mut longest = self.longest.lock();
        *longest = (*longest).max(asked.elapsed());
        Ok(outcome)
    }
}

/// Saves higher and higher steps of a writer's agents, and reads them.
async fn write(
    scene: Arc<Scene>,
    writer: usize,
    over: watch::Receiver<bool>,
) -> anyhow::Result<()> {
    let ledger = &scene.ledgers[writer];
    while !*over.borrow() {
        let step = {
            let mut ledger = ledger.lock();
            ledger.tried += 1;
            ledger.tried
        };
        let saved = scene.store.save(batch(writer, step));
        let outcome = scene.timed("a save", saved).await?;
        ledger.lock().note(outcome)?;
        tokio::time::sleep(PACE).await;
        let found = scene.store.agents(ids(writer).collect());
        match scene.timed("a read", found).await? {
            Ok(found) => {
                ensure!(
                    found.len() as u64 == WRITERS[writer],
                    "{} agents are there",
                    found.len()
                );
                let judged = ledger.lock().found(&found);
                judged.with_context(|| format!("writer {writer} read"))?;
            }
            Err(error) => expected(error)?,
        }
        tokio::time::sleep(PACE).await;
    }
    Ok(())
}

fn batch(writer: usize, step: u64) -> Batch {
    let mut batch = Batch::of_agents(agents(ids(writer), model("a").id(), step));
    if writer == WITH_MESSAGES {
        batch.messages.push(MessageRecord {
            sender: None,
            receiver: ids(writer).start,
            step,
            kind: 0,
            payload: Vec::new(),
        });
    }
    batch
}

/// Many readers at once of writers drawn at random: what they see is whole, and not older than what was acknowledged.
async fn read(scene: Arc<Scene>, seed: u64, over: watch::Receiver<bool>) -> anyhow::Result<()> {
    let mut rng = Pcg64::seed_from_u64(seed);
    while !*over.borrow() {
        let mut reading = JoinSet::new();
        for _ in 0..READS {
            let (scene, writer) = (scene.clone(), rng.random_range(0..WRITERS.len()));
            reading.spawn(async move {
                let least = scene.ledgers[writer].lock().least();
                let found = scene.store.agents(ids(writer).collect());
                let found = match scene.timed("a read", found).await? {
                    Ok(found) => found,
                    Err(error) => return expected(error),
                };
                let step = one_step(&found)?;
                ensure!(
                    step >= least,
                    "step {step} was read after {least} was acknowledged"
                );
                *scene.reads.lock() += 1;
                Ok(())
            });
        }
        while let Some(read) = reading.join_next().await {
            read??;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// Waits until every writer was acknowledged again; how long that took.
async fn resumed(scene: &Scene) -> anyhow::Result<Duration> {
    let ended = Instant::now();
    // A call that began within the fault may last its whole time; the next one must do.
    let limit = scene.limit + SLACK;
    while scene
        .ledgers
        .iter()
        .any(|ledger| ledger.lock().last_acknowledged <= ended)
    {
        ensure!(
            ended.elapsed() < limit,
            "no write succeeded within {limit:?} of its end"
        );
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    Ok(ended.elapsed())
}

/// At the end: each writer's agents, and one message for each step of the one that writes them.
async fn judge(scene: &Scene) -> anyhow::Result<()> {
    for (writer, ledger) in scene.ledgers.iter().enumerate() {
        let found = scene.store.agents(ids(writer).collect()).await?;
        let judged = ledger.lock().found(&found);
        judged.with_context(|| format!("writer {writer} at the end"))?;
    }
    let mut told = std::collections::HashMap::new();
    let mut after = 0;
    loop {
        let messages = scene.store.messages(after, 10_000).await?;
        let Some(last) = messages.last() else { break };
        after = last.sequence;
        for message in messages {
            *told.entry(message.message.step).or_insert(0) += 1;
        }
    }
    let ledger = scene.ledgers[WITH_MESSAGES].lock();
    for step in 1..=ledger.tried {
        let count = told.get(&step).copied().unwrap_or(0);
        let right = if ledger.there.contains(&step) {
            count == 1
        } else {
            count == 0 || (count == 1 && ledger.unknown.contains(&step))
        };
        ensure!(
            right,
            "the message of step {step} is there {count} times: {ledger:?}"
        );
    }
    Ok(())
}
