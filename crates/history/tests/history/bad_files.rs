//! Foreign, newer and damaged files are refused by name, and left as they are.

use std::path::Path;

use fabench_history::{History, HistoryError, RunFilter, SeriesFilter};
use rusqlite::Connection;

use crate::support::{hour, run};

fn refusal(path: &Path) -> HistoryError {
    let before = std::fs::read(path).unwrap();
    let error = History::open(path).unwrap_err();
    assert_eq!(std::fs::read(path).unwrap(), before, "the file was changed");
    error
}

#[test]
fn what_is_no_database_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("broken.db");
    std::fs::write(
        &broken,
        "no database, but long enough to look at its first page; ".repeat(20),
    )
    .unwrap();
    let error = refusal(&broken);
    assert!(matches!(error, HistoryError::Database { .. }), "{error:?}");
    let said = error.to_string();
    assert!(
        said.contains("broken.db") && said.contains("move it away"),
        "{said}"
    );
}

#[test]
fn foreign_and_newer_files_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let foreign = folder.path().join("foreign.db");
    Connection::open(&foreign)
        .unwrap()
        .execute_batch("CREATE TABLE mine (x)")
        .unwrap();
    assert!(matches!(refusal(&foreign), HistoryError::Foreign { .. }));

    let newer = folder.path().join("newer.db");
    drop(History::open(&newer).unwrap());
    Connection::open(&newer)
        .unwrap()
        .pragma_update(None, "user_version", 99)
        .unwrap();
    let error = refusal(&newer);
    assert!(error.to_string().contains("update fabench"), "{error}");
}

#[test]
fn a_damaged_record_names_its_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let mut history = History::open(&path).unwrap();
    history.append(&run("good", &hour(0))).unwrap();
    history.append(&run("bad", &hour(1))).unwrap();
    let damage =
        "UPDATE record SET body = x'00ff' WHERE run = (SELECT key FROM run WHERE id = 'bad')";
    Connection::open(&path)
        .unwrap()
        .execute_batch(damage)
        .unwrap();
    let said = history.run("bad").unwrap_err().to_string();
    assert!(said.contains("`bad`") && said.contains("damaged"), "{said}");
    assert!(
        history.run("good").unwrap().is_some(),
        "the others can be read"
    );
    assert_eq!(history.runs(&RunFilter::default()).unwrap().len(), 2);
}

#[test]
fn overwritten_pages_are_an_error_and_no_panic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("history.db");
    let mut history = History::open(&path).unwrap();
    for number in 0..20 {
        history
            .append(&run(&format!("run{number}"), &hour(number)))
            .unwrap();
    }
    drop(history);
    let whole = std::fs::read(&path).unwrap();
    let mut refused = 0;
    for page in 1..whole.len() / 4096 {
        let mut damaged = whole.clone();
        damaged[page * 4096..(page + 1) * 4096].fill(0xa5);
        std::fs::write(&path, &damaged).unwrap();
        let look = || -> Result<(), HistoryError> {
            let mut history = History::open(&path)?;
            history.runs(&RunFilter::default())?;
            history.series(&SeriesFilter::default())?;
            for number in 0..20 {
                history.run(&format!("run{number}"))?;
            }
            history.append(&run("new", &hour(99))).map(drop)
        };
        if let Err(error) = look() {
            refused += 1;
            assert!(error.to_string().contains("history.db"), "{error}");
        }
    }
    assert!(refused > 0);
}
