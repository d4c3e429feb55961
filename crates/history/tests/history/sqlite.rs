//! The conformance tests on files, and what only a file can do: come from an older fabench.

use std::path::Path;

use fabench_history::{Appended, History, SeriesFilter};
use rusqlite::Connection;

use crate::conformance;
use crate::support::{hour, renamed, run};

#[test]
fn conforms() {
    let folder = tempfile::tempdir().unwrap();
    let mut number = 0;
    conformance::everything(&mut || {
        number += 1;
        History::open(&folder.path().join(format!("new/{number}.db"))).unwrap()
    });
}

/// A file as the first schema had it, with one run.
fn version_1(path: &Path) {
    let connection = Connection::open(path).unwrap();
    let golden = run("old", &hour(0));
    connection
        .execute_batch(include_str!("../data/history_v1.sql"))
        .unwrap();
    connection
        .execute(
            "INSERT INTO run VALUES (7, 'old', ?1, ?2, ?3, ?4, 'abc', 0, 0)",
            (
                golden.started_at.as_str(),
                golden.suite.name.as_str(),
                json(&golden.environment.machine),
                json(&golden.method),
            ),
        )
        .unwrap();
    for (id, centre) in &fabench_gate::past_run(&golden).centres {
        connection
            .execute(
                "INSERT INTO centre VALUES (7, ?1, ?2, ?3)",
                (id.as_str(), centre.metric.as_str(), centre.value),
            )
            .unwrap();
    }
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn what_the_first_schema_kept_is_taken_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    version_1(&path);
    let mut history = History::open(&path).unwrap();
    let now = run("now", &hour(5));
    let past = history.comparable(&now, 10).unwrap();
    assert_eq!(past.len(), 1);
    assert_eq!(past[0].centres, fabench_gate::past_run(&now).centres);
    assert_eq!(history.run("old").unwrap(), None, "it was not kept whole");
    history.append(&now).unwrap();
    let series = history.series(&SeriesFilter::default()).unwrap();
    let first = &series[0];
    assert_eq!(
        first.points.len(),
        2,
        "the new run continues the old series"
    );
    assert_eq!(first.points[0].lower, None);
    assert_eq!(first.unit.to_string(), "ns");
    // The same run, now whole, takes its place.
    assert_eq!(
        history.append(&run("old", &hour(0))).unwrap(),
        Appended::Recorded
    );
    assert!(history.run("old").unwrap().is_some());
    let series = history.series(&SeriesFilter::default()).unwrap();
    assert_eq!(series[0].points.len(), 2);
    drop(history);
    History::open(&path).expect("opened again");
}

#[test]
fn ten_thousand_benchmarks_are_recorded_and_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = History::open(&folder.path().join("history.db")).unwrap();
    let mut large = run("large", &hour(0));
    let golden = large.clone();
    let ids = (0..10_000).map(|number| format!("many/benchmark {number}"));
    large.benchmarks = ids.map(|id| renamed(&golden, &id)).collect();
    assert_eq!(history.append(&large).unwrap(), Appended::Recorded);
    let series = history.series(&SeriesFilter::default()).unwrap();
    assert_eq!(series.len(), 10_000);
    assert_eq!(history.run("large").unwrap(), Some(large));
}
