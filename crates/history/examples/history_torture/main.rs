//! The campaign `history`: two writers and a pruner killed at random, a reader beside them, in a file, on a server, and on a
//! server that is itself harmed.
//!
//! `cargo run -p fabench-history --example history_torture -- --seconds 60 --seed 1`, after `cargo build -p fabench-history
//! --examples`. Invariant: the last line of standard output says how much was tried; a broken promise is a panic or an error.

#[path = "../../../freeagentics/examples/torture/servers/cluster.rs"]
mod cluster;
#[path = "../../../freeagentics/examples/torture/servers/faults.rs"]
mod faults;
mod harm;
#[path = "../../tests/history/killing.rs"]
mod killing;
#[path = "../../../freeagentics/tests/server_support/proxy.rs"]
mod proxy;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};

use harm::{Harmed, LONGEST_LOOK};
use killing::{Scene, Tally, sound_file, sound_server, torture};

fn main() -> anyhow::Result<()> {
    let (mut seconds, mut seed) = (30.0, 1);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().context("a flag lacks its value")?;
        match name.as_str() {
            "--seconds" => seconds = value.parse()?,
            "--seed" => seed = value.parse()?,
            _ => bail!("{name} is unknown: --seconds N --seed N"),
        }
    }
    let appender = std::env::current_exe()?.with_file_name("appender");
    ensure!(
        appender.exists(),
        "cargo build -p fabench-history --examples makes its appender"
    );
    let third = Duration::from_secs_f64(seconds / 3.0);
    println!(
        "SQLite: {}; PostgreSQL: {}; PostgreSQL harmed: {}",
        in_file(&appender, seed, third)?,
        on_server(&appender, seed, third)?,
        on_harmed_server(&appender, seed, third)?,
    );
    Ok(())
}

fn in_file(appender: &Path, seed: u64, time: Duration) -> anyhow::Result<String> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let place = path.to_str().context("a folder without a UTF-8 name")?;
    let scene = Scene {
        appender,
        place,
        seed,
        harmed: None,
    };
    let end = Instant::now() + time;
    let tally = torture(scene, &|_| Instant::now() < end);
    sound_file(&rusqlite::Connection::open(&path)?);
    Ok(told(&tally))
}

fn on_server(appender: &Path, seed: u64, time: Duration) -> anyhow::Result<String> {
    let cluster = PrivateCluster::start(&ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    })?;
    let scene = Scene {
        appender,
        place: &cluster.url(),
        seed,
        harmed: None,
    };
    let end = Instant::now() + time;
    let tally = torture(scene, &|_| Instant::now() < end);
    sound_server(&cluster.url());
    Ok(told(&tally))
}

/// Its server waits for the disk: it is killed itself.
fn on_harmed_server(appender: &Path, seed: u64, time: Duration) -> anyhow::Result<String> {
    let mut harmed = Harmed::new(PrivateCluster::start(&ClusterOptions::default())?)?;
    let url = harmed.url().to_owned();
    let scene = Scene {
        appender,
        place: &url,
        seed,
        harmed: Some(LONGEST_LOOK),
    };
    let over = AtomicBool::new(false);
    let end = Instant::now() + time;
    let (tally, faults) = std::thread::scope(|scope| {
        let harming = scope.spawn(|| {
            let faults = harmed.harm(seed, end);
            over.store(true, Ordering::Relaxed);
            faults
        });
        let tally = torture(scene, &|_| !over.load(Ordering::Relaxed));
        (tally, harming.join())
    });
    let faults = faults.map_err(|_| anyhow::anyhow!("harming it failed"))??;
    sound_server(&harmed.into_cluster().url());
    Ok(format!(
        "{faults}; {}, {} looks failed, the longest took {:.1} s",
        told(&tally),
        tally.refused,
        tally.longest.as_secs_f64()
    ))
}

fn told(tally: &Tally) -> String {
    format!(
        "{} kills, {} runs acknowledged and there, {} kept, {} looks of a reader",
        tally.kills,
        tally.acknowledged.len(),
        tally.kept,
        tally.looks
    )
}
