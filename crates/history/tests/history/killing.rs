//! Two writers and a pruner are killed at random while a reader looks on; then what was acknowledged is looked for. The server
//! may be harmed meanwhile: then calls may fail, in their time, and nothing else.
//!
//! Invariant: what the writers append is young and is never pruned; what the pruner appends is old and goes whole or stays
//! whole. Used by the tests and by the campaign alike.

use std::collections::HashSet;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fabench_history::{History, HistoryError, Location, RunFilter};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

/// What the processes do that are killed, told to `appender`.
const ROLES: [&str; 3] = ["append", "append", "prune"];

/// What is killed, and where the history is.
#[derive(Clone, Copy)]
pub(crate) struct Scene<'a> {
    pub(crate) appender: &'a Path,
    pub(crate) place: &'a str,
    pub(crate) seed: u64,
    /// How long a call may take on a server that is harmed; `None` where no call may fail.
    pub(crate) harmed: Option<Duration>,
}

/// What was tried and what is there.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kills: usize,
    pub(crate) acknowledged: Vec<String>,
    pub(crate) kept: usize,
    /// Looks of the reader at the whole list.
    pub(crate) looks: usize,
    /// Looks that failed since the server was harmed.
    pub(crate) refused: usize,
    /// The reader's longest look.
    pub(crate) longest: Duration,
}

/// Kills for as long as `more` says of the number of kills of each process, and checks.
///
/// # Panics
/// If something that was acknowledged is lost, doubled or half there, or a call fails or lasts without a reason.
pub(crate) fn torture(scene: Scene<'_>, more: &(dyn Fn(usize) -> bool + Sync)) -> Tally {
    // Made before, so that the reader finds tables.
    let mut history = opened(scene);
    let mut tally = Tally::default();
    std::thread::scope(|scope| {
        let killers: Vec<_> = (0..ROLES.len())
            .map(|number| scope.spawn(move || killed(scene, number, more)))
            .collect();
        let mut rng = Pcg64::seed_from_u64(scene.seed);
        while killers.iter().any(|killer| !killer.is_finished()) {
            let began = Instant::now();
            let looked = look(&mut history, &mut rng);
            tally.longest = tally.longest.max(began.elapsed());
            match (looked, scene.harmed) {
                (Ok(()), _) => tally.looks += 1,
                (Err(error), Some(limit)) if is_outage(&error) && began.elapsed() < limit => {
                    tally.refused += 1;
                    // A server that is gone refuses at once.
                    std::thread::sleep(Duration::from_millis(20));
                }
                (Err(error), _) => panic!("a look failed after {:?}: {error}", began.elapsed()),
            }
        }
        for killer in killers {
            let (kills, acknowledged) = killer.join().expect("the killer's checks hold");
            tally.kills += kills;
            tally.acknowledged.extend(acknowledged);
        }
    });
    let mut history = opened(scene);
    for id in &tally.acknowledged {
        let run = history.run(id).expect("a run is read");
        assert!(
            run.is_some_and(|run| run.id == *id),
            "{id} was acknowledged and is lost"
        );
    }
    tally.kept = ids(&mut history).expect("runs are listed").len();
    assert!(tally.kept >= tally.acknowledged.len());
    tally
}

fn opened(scene: Scene<'_>) -> History {
    let begin = Instant::now();
    loop {
        match History::at(&Location::of(scene.place)) {
            Ok(history) => return history,
            Err(error) => assert!(
                is_outage(&error) && scene.harmed.is_some_and(|limit| begin.elapsed() < limit),
                "{error}"
            ),
        }
    }
}

/// Whether a server that is harmed explains it.
pub(crate) fn is_outage(error: &HistoryError) -> bool {
    matches!(
        error,
        HistoryError::Database { .. }
            | HistoryError::Silent { .. }
            | HistoryError::OutcomeUnknown { .. }
    )
}

/// Starts processes one after the other and kills each; how many, and what they said was recorded for good.
fn killed(scene: Scene<'_>, number: usize, more: &dyn Fn(usize) -> bool) -> (usize, Vec<String>) {
    let mut rng = Pcg64::seed_from_u64(scene.seed.wrapping_mul(8).wrapping_add(number as u64));
    let (mut kills, mut acknowledged) = (0, Vec::new());
    while more(kills) {
        let mut child = Command::new(scene.appender)
            .args([
                ROLES[number],
                scene.place,
                &format!("writer{number}-{kills}"),
            ])
            .args(scene.harmed.map(|_| "stubborn"))
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

fn ids(history: &mut History) -> Result<Vec<String>, HistoryError> {
    let runs = history.runs(&RunFilter::default())?;
    let ids: Vec<String> = runs.into_iter().map(|run| run.id).collect();
    let distinct: HashSet<&String> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "a run stands there twice");
    Ok(ids)
}

/// The list, and one run of it: whole, or pruned meanwhile.
fn look(history: &mut History, rng: &mut Pcg64) -> Result<(), HistoryError> {
    let ids = ids(history)?;
    if ids.is_empty() {
        return Ok(());
    }
    let id = &ids[rng.random_range(0..ids.len())];
    match history.run(id)? {
        Some(run) => assert_eq!(run.id, *id),
        None => assert!(id.starts_with("old-"), "{id} was listed and is lost"),
    }
    Ok(())
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
