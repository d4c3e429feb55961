//! A panic costs its agent only.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use freeagentics::{Agent, Context, EventKind, Filter, Message, Restart, SpawnOptions};

use crate::support::{Counter, LONG, PANIC, numbered, runtime};

#[test]
fn the_agent_is_stopped_and_reported_the_neighbours_go_on() {
    let runtime = runtime(1);
    let mut watcher = runtime.watch(Filter::All, 100);
    let handled = Arc::new(AtomicU64::new(0));
    let ids: Vec<_> = (0..3)
        .map(|_| {
            let handled = handled.clone();
            runtime.spawn(Counter { handled }).expect("room")
        })
        .collect();
    for round in 0..3 {
        for (i, &id) in ids.iter().enumerate() {
            let message = if round == 1 && i == 1 { PANIC } else { 0 };
            let _ = runtime.send(id, numbered(message));
        }
    }
    runtime.settle(LONG).expect("quiet");
    assert!(!runtime.is_alive(ids[1]));
    assert!(runtime.is_alive(ids[0]) && runtime.is_alive(ids[2]));
    assert_eq!(runtime.stats().agents, 2);
    assert_eq!(handled.load(Ordering::Relaxed), 7);
    let mut stopped = Vec::new();
    while let Some(event) = watcher.try_next() {
        if let EventKind::Stopped { reason } = event.kind {
            assert!(reason.contains("told to panic"), "{reason}");
            stopped.push(event.agent);
        }
    }
    assert_eq!(stopped, [ids[1]]);
}

#[test]
fn a_policy_restarts_it_as_often_as_it_says() {
    let runtime = runtime(2);
    let made = Arc::new(AtomicU64::new(0));
    let counted = made.clone();
    let options = SpawnOptions {
        restart: Restart::AtMost(2),
        ..SpawnOptions::default()
    };
    let id = runtime
        .spawn_with(1, options, move |_| {
            counted.fetch_add(1, Ordering::Relaxed);
            Counter {
                handled: Arc::default(),
            }
        })
        .expect("runs")
        .wait()
        .expect("spawned")
        .get(0)
        .expect("one");
    for restart in 1..=2 {
        runtime.send(id, numbered(1)).expect("alive");
        runtime.send(id, numbered(PANIC)).expect("alive");
        let fresh = runtime.request(id, numbered(2)).expect("alive").wait(LONG);
        assert_eq!(fresh, Ok(numbered(1)), "made anew after panic {restart}");
    }
    runtime.send(id, numbered(PANIC)).expect("alive");
    runtime.settle(LONG).expect("quiet");
    assert!(!runtime.is_alive(id));
    assert_eq!(made.load(Ordering::Relaxed), 3);
}

/// Panics in every place where the runtime runs an agent's code.
struct Bomb;

impl Agent for Bomb {
    fn handle(&mut self, _: Message, _: &mut Context<'_>) {}

    fn step(&mut self, _: &mut Context<'_>) {
        panic!("in step");
    }
}

impl Drop for Bomb {
    fn drop(&mut self) {
        panic!("in drop");
    }
}

#[test]
fn panics_in_step_drop_and_factory_are_contained() {
    let runtime = runtime(2);
    let bomb = runtime.spawn(Bomb).expect("room");
    let dropped = runtime.spawn(Bomb).expect("room");
    let made = runtime
        .spawn_many(100, |id| {
            assert!(id.number() % 10 != 3, "no such agent");
            Counter {
                handled: Arc::default(),
            }
        })
        .expect("runs")
        .wait()
        .expect("spawned");
    runtime.despawn(dropped).expect("alive");
    let report = runtime.step_all().wait().expect("steps");
    assert_eq!(report.agents, 91);
    assert!(!runtime.is_alive(bomb));
    let alive = made.iter().filter(|&id| runtime.is_alive(id)).count();
    assert_eq!(alive, 90);
    runtime.shutdown(LONG).expect("ends");
}
