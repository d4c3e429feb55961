//! The history on real files: recorded once, kept apart by machine, safe from foreign and newer files.

use fabench_history::{Appended, History, HistoryError};
use fabench_record::Run;
use tempfile::TempDir;

/// The golden run of the record crate, under another id and start.
fn run(id: &str, started_at: &str) -> Run {
    let golden = include_bytes!("../../record/tests/data/run_v1.json");
    let mut run = Run::from_json(golden).expect("the golden run is valid");
    run.id = id.into();
    run.started_at = started_at.into();
    run
}

fn history(folder: &TempDir) -> History {
    History::open(&folder.path().join("new/history.db")).expect("a new history")
}

#[test]
fn a_run_is_recorded_once_and_found_oldest_first() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history(&folder);
    let (second, first) = (
        run("b", "2026-11-02T00:00:00Z"),
        run("a", "2026-11-01T00:00:00Z"),
    );
    assert_eq!(history.append(&second).unwrap(), Appended::Recorded);
    assert_eq!(history.append(&first).unwrap(), Appended::Recorded);
    assert_eq!(history.append(&first).unwrap(), Appended::Known);
    drop(history);

    let history = self::history(&folder);
    let now = run("c", "2026-11-03T00:00:00Z");
    let past = history.comparable(&now, 10).unwrap();
    assert_eq!(
        past.iter().map(|past| past.id.as_str()).collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(!past[0].centres.is_empty());
    assert_eq!(past[0].centres, fabench_gate::past_run(&first).centres);
    assert_eq!(
        history.comparable(&now, 1).unwrap()[0].id,
        "b",
        "the newest are kept"
    );
    assert_eq!(
        history.comparable(&second, 10).unwrap().len(),
        1,
        "a run is not its own past"
    );
}

#[test]
fn other_machines_methods_and_quick_looks_are_kept_apart() {
    let folder = tempfile::tempdir().unwrap();
    let mut history = history(&folder);
    let mut elsewhere = run("elsewhere", "2026-11-01T00:00:00Z");
    elsewhere.environment.machine.cpu = "another".into();
    let mut otherwise = run("otherwise", "2026-11-01T00:00:00Z");
    otherwise.method.version += 1;
    let mut quick = run("quick", "2026-11-01T00:00:00Z");
    quick.settings.quick = true;
    for run in [&elsewhere, &otherwise, &quick] {
        history.append(run).unwrap();
    }
    assert_eq!(
        history
            .comparable(&run("now", "2026-11-02T00:00:00Z"), 10)
            .unwrap(),
        []
    );
}

#[test]
fn foreign_newer_and_broken_files_are_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.db");
    std::fs::write(
        &broken,
        "this is no database, but it is long enough to look at its first page",
    )
    .unwrap();
    let error = History::open(&broken).unwrap_err();
    assert!(matches!(error, HistoryError::Database { .. }), "{error:?}");
    assert!(
        error.to_string().contains("broken.db") && error.to_string().contains("move it away"),
        "{error}"
    );

    let foreign = folder.path().join("foreign.db");
    rusqlite::Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    assert!(matches!(
        History::open(&foreign).unwrap_err(),
        HistoryError::Foreign { .. }
    ));

    let newer = folder.path().join("newer.db");
    drop(History::open(&newer).unwrap());
    rusqlite::Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = History::open(&newer).unwrap_err();
    assert!(error.to_string().contains("update fabench"), "{error}");
}
