//! `agent_spawn/*`: from nothing to an agent that infers, in a running runtime.

use std::sync::Arc;
use std::time::Duration;

use fabench_harness::{Bencher, Benchmark, Failure, Stopwatch, Suite, ensure};
use freeagentics::{AgentId, Explorer, GridWorld, Message, Runtime, RuntimeBuilder};

use crate::Work;

/// Agents of `batch` and `concurrent`.
const MANY: usize = 1_000;
/// Tasks of `concurrent`.
const TASKS: usize = 4;
/// Longest wait for something that should take microseconds.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) fn add(suite: Suite, work: Work) -> Suite {
    suite
        .add(
            Benchmark::new(
                "agent_spawn/single",
                "create one explorer agent, ready to infer",
            )
            .single_threaded()
            .primary_cpu_time(),
            move |b| single(b, work),
        )
        .add(
            Benchmark::new("agent_spawn/batch", "create 1 000 explorer agents at once")
                .throughput(MANY as f64),
            batch,
        )
        .add(
            Benchmark::new(
                "agent_spawn/concurrent",
                "create 1 000 explorer agents from 4 tasks into one runtime",
            )
            .throughput(MANY as f64),
            concurrent,
        )
}

/// One shard, and the process pinned to one core: spawner and shard take turns, so that the CPU time of a spawn is
/// that of its work on both sides, whatever else the machine does.
fn single(b: &mut Bencher, work: Work) -> Result<(), Failure> {
    let world = World::new(Runtime::builder().shards(1))?;
    let spawns = match work {
        Work::Once => 1,
        Work::SpawnTwice => 2,
    };
    let mut ids = Vec::new();
    b.iter_custom(|iterations| {
        let watch = Stopwatch::start();
        for _ in 0..iterations * spawns {
            ids.push(world.runtime.spawn(world.explorer(ids.len()))?);
        }
        world.await_inference(&ids)?;
        let timed = watch.stop();
        world.verify_and_despawn(&mut ids, iterations * spawns)?;
        Ok::<_, Failure>(timed)
    })
}

fn batch(b: &mut Bencher) -> Result<(), Failure> {
    let world = World::new(Runtime::builder())?;
    let mut ids = Vec::new();
    b.iter_custom(|iterations| {
        let mut total = Duration::ZERO;
        for _ in 0..iterations {
            let grid = Arc::clone(&world.grid);
            let start = std::time::Instant::now();
            let spawned = world
                .runtime
                .spawn_many(MANY, move |id| Explorer::new(&grid, id.number()))?
                .wait()?;
            total += start.elapsed();
            ids.extend(spawned.iter());
        }
        world.verify_and_despawn(&mut ids, iterations * MANY as u64)?;
        Ok::<_, Failure>(total)
    })
}

fn concurrent(b: &mut Bencher) -> Result<(), Failure> {
    let world = World::new(Runtime::builder())?;
    let tasks = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .build()?;
    let mut ids = Vec::new();
    b.iter_custom(|iterations| {
        let mut total = Duration::ZERO;
        for _ in 0..iterations {
            let start = std::time::Instant::now();
            let spawning: Vec<_> = (0..TASKS)
                .map(|_| tasks.spawn(world.clone().spawn_share()))
                .collect();
            for share in spawning {
                ids.extend(tasks.block_on(share)??);
            }
            world.await_inference(&ids)?;
            total += start.elapsed();
        }
        world.verify_and_despawn(&mut ids, iterations * MANY as u64)?;
        Ok::<_, Failure>(total)
    })
}

/// A runtime, and the 10 x 10 grid that its explorers share.
#[derive(Clone)]
struct World {
    runtime: Runtime,
    grid: Arc<GridWorld>,
}

impl World {
    fn new(builder: RuntimeBuilder) -> Result<Self, Failure> {
        Ok(Self {
            runtime: builder.start()?,
            grid: GridWorld::informative(10, 10)?,
        })
    }

    fn explorer(&self, seed: usize) -> Explorer {
        Explorer::new(&self.grid, seed as u64)
    }

    async fn spawn_share(self) -> Result<Vec<AgentId>, Failure> {
        let spawn = |number| Ok(self.runtime.spawn(self.explorer(number))?);
        (0..MANY / TASKS).map(spawn).collect()
    }

    /// Asks the youngest agent of each shard for an inference. A shard takes in agents and messages in order, so
    /// their answers mean that all agents are there.
    fn await_inference(&self, ids: &[AgentId]) -> Result<(), Failure> {
        let mut waiting = vec![true; self.runtime.shards()];
        for &id in ids.iter().rev() {
            let shard = self
                .runtime
                .shard_of(id)
                .ok_or("an agent that was just created is gone")?;
            if std::mem::take(&mut waiting[shard]) {
                let reply = self
                    .runtime
                    .request(id, Message::observation(&[2]))?
                    .wait(PATIENCE)?;
                ensure(matches!(reply, Message::Acted(_)), || {
                    format!("an observation was answered by {reply:?}, not by an action")
                })?;
            }
            if !waiting.contains(&true) {
                break;
            }
        }
        Ok(())
    }

    /// Counts the agents and removes them: the next batch starts from an empty runtime.
    fn verify_and_despawn(&self, ids: &mut Vec<AgentId>, expected: u64) -> Result<(), Failure> {
        self.runtime.settle(PATIENCE)?;
        let (alive, named) = (self.runtime.stats().agents, ids.len() as u64);
        ensure(alive == expected && named == expected, || {
            format!("{expected} agents were asked for, {named} were named, {alive} are alive")
        })?;
        for id in ids.drain(..) {
            self.runtime.despawn(id)?;
        }
        self.runtime.settle(PATIENCE)?;
        Ok(())
    }
}
