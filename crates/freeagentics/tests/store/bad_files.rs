//! Files that are no store, cannot be written, or lie.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use freeagentics::store::{
    Batch, SqliteStore, Store, StoreError, StoreOptions, open, restore, snapshot,
};
use rustix::process::{Uid, geteuid};
use tempfile::TempDir;

use crate::support::{agents, block_on, everything, model};

fn refusal(path: &Path) -> StoreError {
    match SqliteStore::open(path, &StoreOptions::default()) {
        Ok(_) => panic!("{} was opened", path.display()),
        Err(error) => {
            assert!(error.to_string().contains(&path.display().to_string()));
            error
        }
    }
}

/// A file with one model and 100 agents, closed.
fn filled(path: &Path) {
    let store = SqliteStore::open(path, &StoreOptions::default()).unwrap();
    let saved = agents(0..100, model("a").id(), 1);
    block_on(snapshot(&store, vec![model("a")], saved)).unwrap();
}

fn change(path: &Path, sql: &str) {
    rusqlite::Connection::open(path)
        .unwrap()
        .execute_batch(sql)
        .unwrap();
}

#[test]
fn what_is_not_a_database_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("notes.txt");
    for content in [
        &b"my notes, nothing else\n".repeat(100)[..],
        b"SQLite format 4\0 almost",
    ] {
        fs::write(&path, content).unwrap();
        let error = refusal(&path);
        assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
        assert_eq!(fs::read(&path).unwrap(), content);
    }
}

#[test]
fn the_database_of_another_program_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("other.db");
    change(&path, "CREATE TABLE agents (name TEXT)");
    let before = fs::read(&path).unwrap();
    let error = refusal(&path);
    assert!(matches!(error, StoreError::NotAStore { .. }), "{error}");
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_version_is_left_alone() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    filled(&path);
    change(&path, "PRAGMA user_version = 77");
    let before = fs::read(&path).unwrap();
    let error = refusal(&path);
    assert!(
        matches!(error, StoreError::NewerVersion { found: 77, .. }),
        "{error}"
    );
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    filled(&path);
    let read_only = fs::Permissions::from_mode(0o555);
    fs::set_permissions(folder.path(), read_only).unwrap();
    let names = [path.clone(), folder.path().join("new.db")];
    let errors = std::thread::spawn(move || {
        if geteuid().is_root() {
            // Root may write anywhere. This changes the user of this thread only.
            let nobody = Uid::from_raw(65_534);
            rustix::thread::set_thread_res_uid(nobody, nobody, nobody).unwrap();
        }
        names.map(|path| refusal(&path))
    })
    .join()
    .unwrap();
    for error in errors {
        assert!(matches!(error, StoreError::ReadOnly { .. }), "{error}");
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_folder_that_is_not_there_is_named() {
    let folder = TempDir::new().unwrap();
    for path in [folder.path().join("no/such/s.db"), folder.path().to_owned()] {
        let error = refusal(&path);
        assert!(matches!(error, StoreError::CannotOpen { .. }), "{error}");
    }
}

#[test]
fn addresses_that_name_nothing_are_refused() {
    block_on(async {
        for address in [
            "",
            ":memory:",
            "sqlite:",
            "mysql://u:s3cret@h/d",
            "http://h",
        ] {
            match open(address, &StoreOptions::default()).await {
                Err(error @ StoreError::BadAddress { .. }) => {
                    assert!(!error.to_string().contains("s3cret"));
                }
                Err(error) => panic!("{address}: {error}"),
                Ok(_) => panic!("{address} was opened"),
            }
        }
        let folder = TempDir::new().unwrap();
        let address = format!("sqlite://{}/s.db", folder.path().display());
        let store = open(&address, &StoreOptions::default()).await.unwrap();
        assert!(store.health().await.is_ok());
    });
}

#[test]
fn an_agent_whose_model_is_missing_stops_a_restoration() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    filled(&path);
    change(&path, "DELETE FROM models");
    let store = SqliteStore::open(&path, &StoreOptions::default()).unwrap();
    let mut taken = 0;
    let restored = block_on(restore::<StoreError>(&store, |batch| {
        taken += batch.agents.len();
        Ok(())
    }));
    let error = restored.unwrap_err();
    assert!(
        matches!(error, StoreError::MissingModel { agent: 0, model: m } if m == model("a").id()),
        "{error}"
    );
    assert_eq!(taken, 0);
}

#[test]
fn a_model_that_was_changed_is_noticed() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    filled(&path);
    change(&path, "UPDATE models SET body = x'00'");
    let store = SqliteStore::open(&path, &StoreOptions::default()).unwrap();
    block_on(async {
        let error = store.model(model("a").id()).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
        let error = restore::<StoreError>(&store, |_| Ok(())).await.unwrap_err();
        assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    });
}

#[test]
fn a_damaged_file_is_an_error_not_a_wrong_answer() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    filled(&path);
    let mut bytes = fs::read(&path).unwrap();
    let after_first_page = 4_096;
    bytes[after_first_page..].fill(0xa5);
    fs::write(&path, bytes).unwrap();
    let error = block_on(async {
        match SqliteStore::open(&path, &StoreOptions::default()) {
            Err(error) => error,
            Ok(store) => store.agents((0..100).collect()).await.unwrap_err(),
        }
    });
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
}

#[test]
fn a_full_disk_keeps_what_was_there() {
    let folder = TempDir::new().unwrap();
    let limited = StoreOptions {
        max_bytes: Some(400_000),
        ..StoreOptions::default()
    };
    fill_up(&folder.path().join("s.db"), &limited);
}

#[test]
fn a_full_file_system_keeps_what_was_there() {
    let folder = TempDir::new().unwrap();
    let Some(small) = crate::support::SmallDisk::mount(folder.path(), "2m") else {
        return;
    };
    fill_up(&small.path().join("s.db"), &StoreOptions::default());
}

/// Writes a little, then too much, then a little again.
fn fill_up(path: &Path, options: &StoreOptions) {
    let store = SqliteStore::open(path, options).unwrap();
    let model = model("a");
    block_on(async {
        let kept = agents(0..100, model.id(), 1);
        snapshot(&store, vec![model.clone()], kept.clone())
            .await
            .unwrap();
        let too_many = || agents(0..60_000, model.id(), 2);
        let error = store.save(Batch::of_agents(too_many())).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert_eq!(everything(&store).await.1, kept);
        let error = snapshot(&store, vec![], too_many()).await.unwrap_err();
        assert!(matches!(error, StoreError::Full { .. }), "{error}");
        assert_eq!(everything(&store).await.1, kept);
        // There is still room for a little.
        let little = agents(0..100, model.id(), 3);
        store.save(Batch::of_agents(little.clone())).await.unwrap();
        assert_eq!(everything(&store).await.1, little);
    });
    drop(store);
    SqliteStore::open(path, options).expect("it opens again");
}
