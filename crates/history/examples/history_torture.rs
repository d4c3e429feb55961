//! The campaign `history`: two writers and a pruner killed at random, a reader beside them, in a file and on a server.
//!
//! `cargo run -p fabench-history --example history_torture -- --seconds 60 --seed 1`, after `cargo build -p fabench-history
//! --examples`. Invariant: the last line of standard output says how much was tried; a broken promise is a panic.

#[path = "../tests/history/killing.rs"]
mod killing;

use std::time::{Duration, Instant};

use freeagentics::store::private_cluster::{ClusterOptions, PrivateCluster};

use killing::{Tally, sound_file, sound_server, torture};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut seconds, mut seed) = (30.0, 1);
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().ok_or("a flag lacks its value")?;
        match name.as_str() {
            "--seconds" => seconds = value.parse()?,
            "--seed" => seed = value.parse()?,
            _ => return Err(format!("{name} is unknown: --seconds N --seed N").into()),
        }
    }
    let appender = std::env::current_exe()?.with_file_name("appender");
    if !appender.exists() {
        return Err("cargo build -p fabench-history --examples makes its appender".into());
    }
    let half = Duration::from_secs_f64(seconds / 2.0);

    let folder = tempfile::tempdir()?;
    let path = folder.path().join("history.db");
    let place = path
        .to_str()
        .ok_or("the temporary folder has no UTF-8 name")?;
    let end = Instant::now() + half;
    let in_file = torture(&appender, place, seed, &|_| Instant::now() < end);
    sound_file(&rusqlite::Connection::open(&path)?);

    let cluster = PrivateCluster::start(&ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    })?;
    let url = cluster.url();
    let end = Instant::now() + half;
    let on_server = torture(&appender, &url, seed, &|_| Instant::now() < end);
    sound_server(&url);

    let told = |tally: &Tally| {
        let acknowledged = tally.acknowledged.len();
        format!(
            "{} kills, {acknowledged} runs acknowledged and there, {} kept, {} looks of a reader",
            tally.kills, tally.kept, tally.looks
        )
    };
    println!(
        "SQLite: {}; PostgreSQL: {}",
        told(&in_file),
        told(&on_server)
    );
    Ok(())
}
