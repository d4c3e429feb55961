//! A handler that does not return is named; whoever depends on it gets an error, all others are served.

use std::sync::Arc;
use std::time::Duration;

use freeagentics::{EventKind, Filter, Placement, RequestError, Runtime, SendError, SpawnOptions};

use crate::support::{Counter, Gate, Gated, LONG, eventually, numbered};

#[test]
fn a_looping_handler_is_reported_and_others_are_served() {
    let runtime = Runtime::builder()
        .shards(2)
        .mailbox_capacity(3)
        .stuck_after(Duration::from_millis(50))
        .start()
        .expect("a runtime starts");
    let mut watcher = runtime.watch(Filter::All, 100);
    let gate = Gate::default();
    let looping = runtime
        .spawn(Gated {
            gate: gate.clone(),
            handled: Arc::default(),
        })
        .expect("room");
    let neighbour = runtime
        .spawn_near(
            looping,
            Counter {
                handled: Arc::default(),
            },
        )
        .expect("room");
    let elsewhere = (0..3)
        .flat_map(|_| {
            let options = SpawnOptions {
                placement: Placement::Together,
                ..SpawnOptions::default()
            };
            runtime
                .spawn_with(1, options, |_| Counter {
                    handled: Arc::default(),
                })
                .expect("runs")
                .wait()
                .expect("spawned")
                .iter()
        })
        .find(|&id| runtime.shard_of(id) != runtime.shard_of(looping))
        .expect("two shards take turns");

    runtime.send(looping, numbered(0)).expect("room");
    gate.wait_until_reached();
    let waiting = runtime
        .request(neighbour, numbered(1))
        .expect("room")
        .wait(LONG);
    assert!(
        matches!(&waiting, Err(RequestError::Send(SendError::Stuck { to, culprit, .. }))
            if *to == neighbour && *culprit == looping),
        "{waiting:?}"
    );
    let seen = std::cell::RefCell::new(&mut watcher);
    eventually("the watchdog's event", || {
        matches!(seen.borrow_mut().try_next(), Some(event)
            if event.agent == looping && matches!(event.kind, EventKind::Stuck { .. }))
    });
    let refused = loop {
        if let Err(error) = runtime.send(neighbour, numbered(2)) {
            break error;
        }
    };
    assert!(
        matches!(refused, SendError::Stuck { culprit, .. } if culprit == looping),
        "{refused:?}"
    );
    let served = runtime
        .request(elsewhere, numbered(1))
        .expect("room")
        .wait(LONG);
    assert_eq!(served, Ok(numbered(1)));

    gate.open();
    eventually("the shard goes on", || {
        runtime
            .request(neighbour, numbered(3))
            .is_ok_and(|reply| reply.wait(LONG).is_ok())
    });
}

#[test]
fn shutdown_does_not_wait_for_a_stuck_handler_for_ever() {
    let runtime = Runtime::builder()
        .shards(2)
        .stuck_after(Duration::from_millis(20))
        .start()
        .expect("a runtime starts");
    let gate = Gate::default();
    let looping = runtime
        .spawn(Gated {
            gate: gate.clone(),
            handled: Arc::default(),
        })
        .expect("room");
    runtime.send(looping, numbered(0)).expect("room");
    gate.wait_until_reached();
    let report = runtime
        .shutdown(Duration::from_millis(50))
        .expect("the first shutdown");
    assert_eq!(report.stuck_shards, 1);
    assert!(!report.drained);
    gate.open();
}
