//! `kill -9` at any moment: the store opens, and holds the last committed snapshot.

use freeagentics::store::{SqliteStore, StoreOptions, snapshot};
use tempfile::TempDir;

use crate::processes::{Actor, say};
use crate::support::{agents, block_on, everything, model};

const AGENTS: u64 = 20_000;

/// The role of the process to be killed: one snapshot after another, each with a higher step, until killed.
pub(crate) fn write_snapshots(path: &str) {
    let store = SqliteStore::open(path, &StoreOptions::default()).expect("a store");
    block_on(async {
        let (_, found) = everything(&store).await;
        let first = found.first().map_or(1, |agent| agent.step + 1);
        for step in first.. {
            snapshot(
                &store,
                vec![model("a")],
                agents(0..AGENTS, model("a").id(), step),
            )
            .await
            .expect("a snapshot");
            say(&format!("committed {step}"));
        }
    });
}

#[test]
fn the_last_committed_snapshot_survives() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("s.db");
    // Killed after more and more of a snapshot: within the first, and at growing distances from a commit.
    for (round, wait_for) in [0, 1, 1, 2, 1, 1, 2, 1].into_iter().enumerate() {
        let mut writer = Actor::start("write snapshots", path.to_str().unwrap());
        let mut promised = 0;
        for _ in 0..wait_for {
            let said = writer.hear("committed").expect("the writer lives");
            promised = said.parse().unwrap();
        }
        let until = std::time::Instant::now() + std::time::Duration::from_millis(13 * round as u64);
        while std::time::Instant::now() < until {
            std::hint::spin_loop();
        }
        if let Some(said) = writer.kill("committed") {
            promised = said.parse().unwrap();
        }
        let store = SqliteStore::open(&path, &StoreOptions::default()).expect("it opens");
        let (_, found) = block_on(everything(&store));
        let step = found.first().map_or(0, |agent| agent.step);
        // A commit may be there that the writer had no time to speak of.
        assert!(
            step == promised || step == promised + 1 || (promised == 0 && step > 0),
            "step {step}, promised {promised}"
        );
        if step > 0 {
            assert!(
                found == agents(0..AGENTS, model("a").id(), step),
                "not one whole snapshot"
            );
        }
    }
}
