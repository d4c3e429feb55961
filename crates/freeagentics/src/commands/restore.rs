//! `freeagentics restore`: brings the explorers of a store back to life. Invariant: all of them,
//! each exactly where it was, or none and the reason.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use freeagentics::Runtime;
use freeagentics::store::{self, AgentRecord};

use super::population;
use super::secret::{self, Secret};

/// How long the agents may take to finish what they have begun.
const LIMIT: Duration = Duration::from_secs(60);

/// Arguments of `restore`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where they are kept: a SQLite file or postgres://…; with a password better in the variable
    #[arg(long, value_name = "STORE", env = secret::STORE, hide_env_values = true)]
    store: Secret,
    /// Steps they go on for
    #[arg(long, default_value_t = 0, value_name = "N")]
    steps: u32,
}

/// Runs to its end and prints what it took.
pub(crate) fn run(arguments: &Arguments) -> anyhow::Result<()> {
    super::logging::start();
    let started = Instant::now();
    let mut models = Vec::new();
    let mut agents: Vec<AgentRecord> = Vec::new();
    population::block_on(async {
        let store = population::open(arguments.store.reveal(), true).await?;
        store::restore(&*store, |batch| {
            models.extend(batch.models);
            agents.extend(batch.agents);
            anyhow::Ok(())
        })
        .await
    })?;
    let first = agents.first().context("the store holds no agents")?;
    let model = models.iter().find(|model| model.id() == first.model);
    let (world, seed) = population::world_of(model.context("the agents' model is missing")?)?;
    ensure!(
        agents.iter().all(|agent| agent.model == first.model),
        "the store's agents follow different models; this command knows populations of one"
    );
    let runtime = Runtime::builder().seed(seed).start()?;
    let revived = population::revive(&runtime, &world, &agents)?;
    runtime.settle(LIMIT)?;
    println!(
        "restored {revived} agents in {:.2} s",
        started.elapsed().as_secs_f64()
    );
    if arguments.steps > 0 {
        for _ in 0..arguments.steps {
            runtime.step_all().wait()?;
        }
        println!("they have gone on for {} steps", arguments.steps);
    }
    runtime.shutdown(LIMIT)?;
    Ok(())
}
