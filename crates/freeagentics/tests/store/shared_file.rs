//! One SQLite file, two who want it.

use std::time::Duration;

use freeagentics::store::{Batch, SqliteStore, Store, StoreError, StoreOptions};
use tempfile::TempDir;

use crate::processes::{Actor, say};
use crate::support::{agents, block_on, model};

/// The role of the other process: has the store open until it is killed.
pub(crate) fn hold(path: &str) {
    let store = SqliteStore::open(path, &StoreOptions::default()).expect("a free file");
    say("open");
    block_on(std::future::pending::<()>());
    drop(store);
}

#[test]
fn a_second_process_is_told_who_has_the_file() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    let mut other = Actor::start("hold a store", path.to_str().unwrap());
    other.hear("open").expect("the other process opened it");
    let holder = other.process.id().to_string();
    match SqliteStore::open(&path, &StoreOptions::default()) {
        Err(StoreError::InUse { owner, .. }) => assert_eq!(owner, holder),
        Err(error) => panic!("{error}"),
        Ok(_) => panic!("two processes have the file"),
    }
    other.kill("");
    // The claim ends with the process.
    SqliteStore::open(&path, &StoreOptions::default()).expect("the file is free again");
}

#[test]
fn a_foreign_lock_is_waited_for_no_longer_than_told() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    let options = StoreOptions {
        busy_timeout: Duration::from_millis(50),
        ..StoreOptions::default()
    };
    let store = SqliteStore::open(&path, &options).unwrap();
    let model = model("a");
    let batch = Batch {
        models: vec![model.clone()],
        agents: agents(0..10, model.id(), 1),
        ..Batch::default()
    };
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign.execute_batch("BEGIN IMMEDIATE").unwrap();
    block_on(async {
        let error = store.save(batch.clone()).await.unwrap_err();
        assert!(matches!(error, StoreError::Busy { .. }), "{error}");
        // Readers are not held up.
        assert_eq!(store.agent(1).await.unwrap(), None);
        foreign.execute_batch("ROLLBACK").unwrap();
        store.save(batch).await.unwrap();
        assert!(store.agent(1).await.unwrap().is_some());
    });
}
