//! The campaign `store`: processes that keep one snapshot after another are killed at random, in a file and on a server.
//!
//! Promised: what the store holds then is one whole snapshot, the last that was acknowledged or the one after it, which was
//! committed before its writer could speak.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};
use freeagentics::store::{self, StoreOptions, snapshot};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

use crate::Effort;
use crate::records::{agents, everything, model};

const AGENTS: u64 = 10_000;

/// Keeps snapshots of higher and higher steps at `place` and says each once it is kept, until it is killed.
pub(crate) async fn keep(place: &str) -> anyhow::Result<()> {
    let store = store::open(place, &StoreOptions::default()).await?;
    let (_, found) = everything(&*store).await;
    let first = found.first().map_or(1, |agent| agent.step + 1);
    for step in first.. {
        let model = model("a");
        let agents = agents(0..AGENTS, model.id(), step);
        snapshot(&*store, vec![model], agents).await?;
        let mut output = std::io::stdout().lock();
        writeln!(output, "{step}")?;
        output.flush()?;
    }
    Ok(())
}

/// What was tried.
#[derive(Debug, Default)]
struct Tally {
    kills: u64,
    acknowledged: u64,
    /// Kills after which a snapshot was there that nobody had heard of.
    unheard: u64,
}

/// Kills keepers for about `effort`, and the figures.
pub(crate) async fn run(effort: Effort) -> anyhow::Result<String> {
    let half = effort.time() / 2;
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("agents.db");
    let file = file
        .to_str()
        .context("a temporary folder without UTF-8 name")?;
    let in_file = killed(file, effort.seed, half).await.context("SQLite")?;

    let cluster = PrivateCluster::start(&ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    })?;
    let on_server = killed(&cluster.url(), effort.seed, half)
        .await
        .context("PostgreSQL")?;
    let told = |tally: &Tally| {
        format!(
            "{} kills, {} snapshots acknowledged, {} more found whole",
            tally.kills, tally.acknowledged, tally.unheard
        )
    };
    Ok(format!(
        "{AGENTS} agents; SQLite: {}; PostgreSQL: {}",
        told(&in_file),
        told(&on_server)
    ))
}

async fn killed(place: &str, seed: u64, time: Duration) -> anyhow::Result<Tally> {
    let mut rng = Pcg64::seed_from_u64(seed);
    let (begin, mut tally, mut promised) = (Instant::now(), Tally::default(), 0);
    while begin.elapsed() < time {
        let mut keeper = Command::new(std::env::current_exe()?)
            .args(["keep", place])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut lines = BufReader::new(keeper.stdout.take().context("it has no output")?).lines();
        let mut said = Vec::new();
        for _ in 0..rng.random_range(0..3) {
            said.push(lines.next().context("the keeper ended")??);
        }
        // The moment within the next snapshot is drawn, too.
        tokio::time::sleep(Duration::from_micros(rng.random_range(0..100_000))).await;
        keeper.kill()?;
        said.extend(lines.map_while(Result::ok));
        keeper.wait()?;
        tally.kills += 1;
        tally.acknowledged += said.len() as u64;
        if let Some(last) = said.last() {
            promised = last.parse()?;
        }
        let found = found(place).await?;
        ensure!(
            found == promised || found == promised + 1,
            "snapshot {promised} was acknowledged, {found} is there"
        );
        tally.unheard += found - promised;
        promised = found;
    }
    Ok(tally)
}

/// The step of the one snapshot at `place`; 0 if there is none.
async fn found(place: &str) -> anyhow::Result<u64> {
    let store = store::open(place, &StoreOptions::default()).await?;
    let (_, found) = everything(&*store).await;
    let Some(step) = found.first().map(|agent| agent.step) else {
        return Ok(0);
    };
    ensure!(
        found == agents(0..AGENTS, model("a").id(), step),
        "the agents are not those of one whole snapshot"
    );
    Ok(step)
}
