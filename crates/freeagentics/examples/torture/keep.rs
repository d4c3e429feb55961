//! The campaign `store`: processes that keep one snapshot after another are killed at random, in a file and on two servers.
//!
//! Promised: what the store holds then is one whole snapshot, the last that was acknowledged or the one after it, which was
//! committed before its writer could speak.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};
use freeagentics::store::{self, StoreOptions, snapshot};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

use crate::Effort;
use crate::records::{agents, everything, model};

const AGENTS: u64 = 10_000;

/// Between fork and exec a child holds what this process has open, locks of files among it: so no keeper is started while a lane
/// looks into its file.
static LOOKING: RwLock<()> = RwLock::new(());

/// Keeps snapshots of the steps from `first` on at `place` and says each once it is kept, until it is killed.
pub(crate) async fn keep(place: &str, first: u64) -> anyhow::Result<()> {
    let store = store::open(place, &StoreOptions::default()).await?;
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

/// Kills keepers for about `effort`, of a file and on two servers at once, and the figures: a kill on a server takes several
/// times as long as one in a file.
pub(crate) fn run(effort: Effort) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let options = ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    };
    let clusters = [
        PrivateCluster::start(&options)?,
        PrivateCluster::start(&options)?,
    ];
    let file = folder.path().join("store.db").display().to_string();
    let places = [file, clusters[0].url(), clusters[1].url()];
    let [in_file, one, two] = std::thread::scope(|scope| {
        let lanes = [0, 1, 2].map(|lane| {
            let (place, seed) = (&places[lane], effort.seed.wrapping_add(lane as u64));
            scope.spawn(move || killed(place, seed, effort.time()))
        });
        lanes.map(|lane| lane.join().expect("the campaign does not panic"))
    });
    let (one, two) = (one.context("PostgreSQL")?, two.context("PostgreSQL")?);
    let on_servers = Tally {
        kills: one.kills + two.kills,
        acknowledged: one.acknowledged + two.acknowledged,
        unheard: one.unheard + two.unheard,
    };
    let told = |tally: &Tally| {
        format!(
            "{} kills, {} snapshots acknowledged, {} more found whole",
            tally.kills, tally.acknowledged, tally.unheard
        )
    };
    Ok(format!(
        "{AGENTS} agents; SQLite: {}; PostgreSQL: {}",
        told(&in_file.context("SQLite")?),
        told(&on_servers)
    ))
}

fn killed(place: &str, seed: u64, time: Duration) -> anyhow::Result<Tally> {
    let runtime = crate::threads()?;
    let mut rng = Pcg64::seed_from_u64(seed);
    let (begin, mut tally, mut promised) = (Instant::now(), Tally::default(), 0);
    // How long a snapshot takes here, so that the moment is drawn from all of it.
    let mut usual = Duration::from_millis(50);
    while begin.elapsed() < time {
        let mut keeper = {
            let _nobody_looks = LOOKING.write().unwrap_or_else(PoisonError::into_inner);
            Command::new(std::env::current_exe()?)
                .args(["keep", place, &(promised + 1).to_string()])
                .stdout(Stdio::piped())
                .spawn()?
        };
        let mut lines = BufReader::new(keeper.stdout.take().context("it has no output")?).lines();
        let mut said = Vec::new();
        for number in 0..rng.random_range(0..3) {
            let began = Instant::now();
            said.push(lines.next().context("the keeper ended")??);
            if number > 0 {
                usual = began.elapsed();
            }
        }
        std::thread::sleep(usual.mul_f64(rng.random_range(0.0..1.5)));
        keeper.kill()?;
        said.extend(lines.map_while(Result::ok));
        keeper.wait()?;
        tally.kills += 1;
        tally.acknowledged += said.len() as u64;
        if let Some(last) = said.last() {
            promised = last.parse()?;
        }
        let found = {
            let is_file = !place.starts_with("postgres");
            let _no_keeper_starts =
                is_file.then(|| LOOKING.read().unwrap_or_else(PoisonError::into_inner));
            runtime.block_on(found(place))?
        };
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
