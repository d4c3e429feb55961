//! The real binary: `freeagentics snapshot` and `restore` give back what was kept, exactly.

use std::path::Path;
use std::process::{Command, Output};

use freeagentics::store::{SqliteStore, Store as _, StoreOptions};

fn run(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_freeagentics"))
        .args(arguments)
        .env_remove("RUST_LOG")
        .output()
        .expect("runs")
}

fn succeeds(arguments: &[&str]) -> String {
    let output = run(arguments);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {stderr}");
    String::from_utf8(output.stdout).expect("UTF-8")
}

fn path_of(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).to_string_lossy().into_owned()
}

/// Id and private state of one agent in a store.
async fn state(path: &str, id: u64) -> (u64, Vec<u8>) {
    let store = SqliteStore::open(Path::new(path), &StoreOptions::default()).expect("opens");
    let agent = store.agent(id).await.expect("reads").expect("is there");
    (agent.step, agent.belief)
}

#[tokio::test]
async fn the_same_seed_keeps_the_same_population_and_all_of_it_comes_back() {
    let folder = tempfile::tempdir().expect("folder");
    let (one, two) = (path_of(&folder, "one.db"), path_of(&folder, "two.db"));
    let arguments = ["--agents", "500", "--steps", "2", "--seed", "9", "--store"];
    for path in [&one, &two] {
        let said = succeeds(&[&["snapshot"], &arguments[..], &[path]].concat());
        assert!(said.starts_with("kept 500 agents"), "{said}");
    }
    for id in [0, 1, 63, 64, 499] {
        let kept = state(&one, id).await;
        assert_eq!(kept.0, 2, "each has had two steps");
        assert_eq!(kept, state(&two, id).await);
    }
    let said = succeeds(&["restore", "--store", &one, "--steps", "2"]);
    assert!(said.starts_with("restored 500 agents"), "{said}");
    assert!(said.contains("gone on for 2 steps"), "{said}");
}

#[test]
fn what_cannot_be_restored_is_refused_with_a_remedy() {
    let folder = tempfile::tempdir().expect("folder");
    let absent = path_of(&folder, "absent.db");
    let garbage = path_of(&folder, "garbage.db");
    std::fs::write(
        &garbage,
        b"this is no database, however long one looks at it",
    )
    .expect("write");
    for (path, says) in [(&absent, "makes one"), (&garbage, "garbage.db")] {
        let output = run(&["restore", "--store", path]);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{stderr}");
        assert!(stderr.contains(says), "{stderr}");
    }
    assert!(!Path::new(&absent).exists(), "a restore makes no store");
}
