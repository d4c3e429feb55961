//! Agents come and go; ids never come back.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use freeagentics::{Command, Message, Placement, RuntimeError, SendError, SpawnOptions};

use crate::support::{Counter, LONG, numbered, runtime};

#[test]
fn despawned_agents_handle_what_they_have_and_take_no_more() {
    let runtime = runtime(2);
    let handled = Arc::new(AtomicU64::new(0));
    let id = runtime
        .spawn(Counter {
            handled: handled.clone(),
        })
        .expect("room");
    for i in 0..10 {
        runtime.send(id, numbered(i)).expect("alive");
    }
    runtime.despawn(id).expect("alive");
    assert_eq!(
        runtime.send(id, numbered(0)),
        Err(SendError::Gone { to: id })
    );
    assert_eq!(runtime.despawn(id), Err(RuntimeError::Gone { id }));
    runtime.settle(LONG).expect("quiet");
    assert_eq!(handled.load(Ordering::Relaxed), 10);
    assert_eq!(runtime.stats().agents, 0);
}

#[test]
fn a_stop_command_ends_the_agent() {
    let runtime = runtime(1);
    let id = runtime
        .spawn(Counter {
            handled: Arc::default(),
        })
        .expect("room");
    runtime
        .send(id, Message::Command(Command::Stop))
        .expect("alive");
    runtime.send(id, numbered(1)).ok();
    runtime.settle(LONG).expect("quiet");
    assert!(!runtime.is_alive(id));
    let stats = runtime.stats();
    assert_eq!(stats.handled, 1);
    assert_eq!(stats.dead_lettered + stats.rejected, 1);
}

#[test]
fn places_are_used_again_ids_are_not() {
    let runtime = runtime(2);
    let mut ids = HashSet::new();
    for _ in 0..50 {
        let range = runtime
            .spawn_many(300, |_| Counter {
                handled: Arc::default(),
            })
            .expect("runs")
            .wait()
            .expect("spawned");
        for id in range.iter() {
            assert!(ids.insert(id), "{id} came back");
            runtime.despawn(id).expect("alive");
        }
        for _ in 0..70 {
            let id = runtime
                .spawn(Counter {
                    handled: Arc::default(),
                })
                .expect("room");
            assert!(ids.insert(id), "{id} came back");
            assert_eq!(
                runtime.request(id, numbered(0)).expect("alive").wait(LONG),
                Ok(numbered(1))
            );
            runtime.despawn(id).expect("alive");
        }
    }
    runtime.settle(LONG).expect("quiet");
    assert_eq!(runtime.stats().agents, 0);
}

#[test]
fn neighbours_live_on_one_shard() {
    let runtime = runtime(3);
    let first = runtime
        .spawn(Counter {
            handled: Arc::default(),
        })
        .expect("room");
    let near = SpawnOptions {
        placement: Placement::Near(first),
        ..SpawnOptions::default()
    };
    let others = runtime
        .spawn_with(500, near, |_| Counter {
            handled: Arc::default(),
        })
        .expect("runs")
        .wait()
        .expect("spawned");
    let home = runtime.shard_of(first);
    assert!(home.is_some());
    assert!(others.iter().all(|id| runtime.shard_of(id) == home));
    let spread = runtime
        .spawn_many(500, |_| Counter {
            handled: Arc::default(),
        })
        .expect("runs")
        .wait()
        .expect("spawned");
    let shards: HashSet<_> = spread
        .iter()
        .filter_map(|id| runtime.shard_of(id))
        .collect();
    assert_eq!(shards.len(), 3);
}

#[test]
fn concurrent_spawns_get_ids_of_their_own() {
    let runtime = runtime(2);
    let ids: Vec<_> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| {
                scope.spawn(|| {
                    (0..250)
                        .map(|_| {
                            runtime
                                .spawn(Counter {
                                    handled: Arc::default(),
                                })
                                .expect("room")
                        })
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        threads
            .into_iter()
            .flat_map(|thread| thread.join().expect("spawns"))
            .collect()
    });
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 1000);
    runtime.settle(LONG).expect("quiet");
    assert_eq!(runtime.stats().agents, 1000);
    assert!(ids.iter().all(|&id| runtime.is_alive(id)));
}
