//! Two processes append while they are killed at random: nothing that was acknowledged is lost, the file stays sound.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fabench_history::{History, RunFilter};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;

use crate::support::example;

/// Starts appenders one after the other and kills each; returns what they said was recorded.
fn appended_until(path: &Path, writer: u64, more: &dyn Fn(u32) -> bool) -> Vec<String> {
    let mut rng = Pcg64::seed_from_u64(writer);
    let mut acknowledged = Vec::new();
    let mut generation = 0;
    while more(generation) {
        let mut child = Command::new(example("appender"))
            .arg(path)
            .arg(format!("writer{writer}-{generation}"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the appender starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let wanted = rng.random_range(1..12);
        let heard =
            |line: Option<std::io::Result<String>>| line.expect("it goes on").expect("a line");
        acknowledged.extend((0..wanted).map(|_| heard(lines.next())));
        // The moment within the next append is drawn, too.
        std::thread::sleep(Duration::from_micros(rng.random_range(0..6000)));
        child.kill().expect("it is killed");
        acknowledged.extend(lines.map_while(Result::ok));
        child.wait().expect("it ended");
        generation += 1;
    }
    acknowledged
}

fn torture(more: &(dyn Fn(u32) -> bool + Sync)) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let acknowledged: Vec<String> = std::thread::scope(|scope| {
        let writers: Vec<_> = (0..2)
            .map(|writer| {
                let path = &path;
                scope.spawn(move || appended_until(path, writer, more))
            })
            .collect();
        let joined = writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap());
        joined.collect()
    });
    let mut history = History::open(&path).unwrap();
    for id in &acknowledged {
        let run = history.run(id).unwrap();
        assert!(
            run.is_some_and(|run| run.id == *id),
            "{id} was acknowledged and is lost"
        );
    }
    let kept = history.runs(&RunFilter::default()).unwrap().len();
    assert!(kept >= acknowledged.len());
    let connection = rusqlite::Connection::open(&path).unwrap();
    let sound: String = connection
        .query_row("PRAGMA integrity_check", [], |row| row.get(0))
        .unwrap();
    assert_eq!(sound, "ok");
    // Every run has all of its points and its record: none is half there.
    let sql = "SELECT count(DISTINCT n) FROM (SELECT count(point.run) AS n FROM run JOIN record ON record.run = run.key \
               LEFT JOIN point ON point.run = run.key GROUP BY run.key)";
    let shapes: i64 = connection.query_row(sql, [], |row| row.get(0)).unwrap();
    assert_eq!(shapes, 1);
    println!("{} acknowledged, {kept} kept", acknowledged.len());
}

#[test]
fn nothing_acknowledged_is_lost_when_writers_are_killed() {
    torture(&|generation| generation < 5);
}

/// As above for a minute, or `FABENCH_TORTURE_SECONDS`: `cargo test -p fabench-history -- --ignored --nocapture killed_for`.
#[test]
#[ignore = "takes a minute"]
fn nothing_acknowledged_is_lost_when_writers_are_killed_for_a_minute() {
    let seconds = std::env::var("FABENCH_TORTURE_SECONDS").ok();
    let seconds = seconds.and_then(|text| text.parse().ok()).unwrap_or(60);
    let end = Instant::now() + Duration::from_secs(seconds);
    torture(&|_| Instant::now() < end);
}
