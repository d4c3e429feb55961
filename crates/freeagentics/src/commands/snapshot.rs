//! `freeagentics snapshot`: lets explorers live for a while and keeps them in a store.
//! Invariant: the store holds the whole population of one moment, or the one it held before.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use freeagentics::{Explorer, GridWorld, Runtime, store};

use super::population;
use super::secret::{self, Secret};

/// How long the agents may take to finish what they have begun.
const LIMIT: Duration = Duration::from_secs(60);

/// Arguments of `snapshot`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where to keep them: a SQLite file or postgres://…; with a password better in the variable
    #[arg(long, value_name = "STORE", env = secret::STORE, hide_env_values = true)]
    store: Secret,
    /// Explorers
    #[arg(long, default_value_t = 100_000, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    agents: u32,
    /// Steps each takes before the snapshot
    #[arg(long, default_value_t = 3, value_name = "N")]
    steps: u32,
    /// Seed of everything random
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
}

/// Runs to its end and prints what it took.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    super::logging::start();
    let world = GridWorld::informative(10, 10)?;
    let runtime = Runtime::builder().seed(arguments.seed).start()?;
    let (ground, seed) = (world.clone(), arguments.seed);
    let spawning = runtime.spawn_many(arguments.agents as usize, move |id| {
        Explorer::new(&ground, seed ^ id.number())
    })?;
    spawning.wait()?;
    for _ in 0..arguments.steps {
        runtime.step_all().wait()?;
    }
    runtime.settle(LIMIT)?;
    let started = Instant::now();
    let (model, agents) =
        population::to_records(&world, arguments.seed, &runtime.snapshot().wait()?)?;
    let stats = population::block_on(async {
        let store = population::open(arguments.store.reveal(), false).await?;
        Ok(store::snapshot(&*store, vec![model], agents).await?)
    })
    .with_context(|| "the snapshot was not kept; the store is as it was")?;
    println!(
        "kept {} agents ({:.1} MB) in {:.2} s",
        stats.agents,
        stats.belief_bytes as f64 / 1e6,
        started.elapsed().as_secs_f64()
    );
    runtime.shutdown(LIMIT)?;
    Ok(())
}
