//! Two writers and a pruner are killed at random while a reader looks on; then what was acknowledged is looked for.
//!
//! Invariant: what the writers append is young and is never pruned; what the pruner appends is old and goes whole or stays
//! whole. Used by the tests and by the campaign alike.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fabench_history::{History, Location, RunFilter};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

/// What the processes do that are killed, told to `appender`.
const ROLES: [&str; 3] = ["append", "append", "prune"];

/// What was tried and what is there.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kills: usize,
    pub(crate) acknowledged: Vec<String>,
    pub(crate) kept: usize,
    /// Looks of the reader at the whole list.
    pub(crate) looks: usize,
}

/// Kills for as long as `more` says of the number of kills of each process, and checks.
///
/// # Panics
/// If something that was acknowledged is lost, doubled or half there.
pub(crate) fn torture(
    appender: &Path,
    place: &str,
    seed: u64,
    more: &(dyn Fn(usize) -> bool + Sync),
) -> Tally {
    // Made before, so that the reader finds tables.
    drop(History::at(&Location::of(place)).expect("a new history"));
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let killers: Vec<_> = (0..ROLES.len())
            .map(|number| scope.spawn(move || killed(appender, place, number, seed, more)))
            .collect();
        let mut history = History::at(&Location::of(place)).expect("the reader's");
        let mut rng = Pcg64::seed_from_u64(seed);
        while killers.iter().any(|killer| !killer.is_finished()) {
            look(&mut history, &mut rng);
            tally.looks += 1;
        }
        for killer in killers {
            let (kills, acknowledged) = killer.join().expect("the killer's checks hold");
            tally.kills += kills;
            tally.acknowledged.extend(acknowledged);
        }
    });
    let mut history = History::at(&Location::of(place)).expect("the history opens again");
    for id in &tally.acknowledged {
        let run = history.run(id).expect("a run is read");
        assert!(
            run.is_some_and(|run| run.id == *id),
            "{id} was acknowledged and is lost"
        );
    }
    tally.kept = ids(&mut history).len();
    assert!(tally.kept >= tally.acknowledged.len());
    tally
}

/// Starts processes one after the other and kills each; how many, and what they said was recorded for good.
fn killed(
    appender: &Path,
    place: &str,
    number: usize,
    seed: u64,
    more: &dyn Fn(usize) -> bool,
) -> (usize, Vec<String>) {
    let mut rng = Pcg64::seed_from_u64(seed.wrapping_mul(8).wrapping_add(number as u64));
    let (mut kills, mut acknowledged) = (0, Vec::new());
    while more(kills) {
        let mut child = Command::new(appender)
            .args([ROLES[number], place, &format!("writer{number}-{kills}")])
            .stdout(Stdio::piped())
            .spawn()
            .expect("the appender starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        for _ in 0..rng.random_range(0..5) {
            acknowledged.push(lines.next().expect("it goes on").expect("a line"));
        }
        // The moment within what it does next is drawn, too.
        std::thread::sleep(Duration::from_micros(rng.random_range(0..8000)));
        child.kill().expect("it is killed");
        acknowledged.extend(lines.map_while(Result::ok));
        child.wait().expect("it ended");
        kills += 1;
    }
    if ROLES[number] == "prune" {
        acknowledged.clear();
    }
    (kills, acknowledged)
}

fn ids(history: &mut History) -> Vec<String> {
    let runs = history
        .runs(&RunFilter::default())
        .expect("runs are listed");
    let ids: Vec<String> = runs.into_iter().map(|run| run.id).collect();
    let distinct: HashSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "a run stands there twice");
    ids
}

/// The list, and one run of it: whole, or pruned meanwhile.
fn look(history: &mut History, rng: &mut Pcg64) {
    let ids = ids(history);
    if ids.is_empty() {
        return;
    }
    let id = &ids[rng.random_range(0..ids.len())];
    match history.run(id).expect("a run is read") {
        Some(run) => assert_eq!(run.id, *id),
        None => assert!(id.starts_with("old-"), "{id} was listed and is lost"),
    }
}

/// Counts of points that runs have, each with its record: one, if none is half there.
const SHAPES: &str = "SELECT count(DISTINCT n) FROM (SELECT count(point.run) AS n FROM run JOIN record ON record.run = run.key \
                      LEFT JOIN point ON point.run = run.key GROUP BY run.key) AS shape";

/// # Panics
/// If the file is damaged, or a run in it is half there.
pub(crate) fn sound_file(connection: &rusqlite::Connection) {
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .expect("the file is checked");
    assert_eq!(sound, "ok");
    let shapes: i64 = connection
        .query_row(SHAPES, [], |row| row.get(0))
        .expect("runs are counted");
    assert_eq!(shapes, 1, "a run is half there");
}

/// # Panics
/// If a run is half there.
pub(crate) fn sound_server(url: &str) {
    let mut client = postgres::Client::connect(url, postgres::NoTls).expect("the server answers");
    client
        .batch_execute("SET search_path TO fabench")
        .expect("the schema is there");
    let shapes: i64 = client
        .query_one(SHAPES, &[])
        .expect("runs are counted")
        .get(0);
    assert_eq!(shapes, 1, "a run is half there");
}
