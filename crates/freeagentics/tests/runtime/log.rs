//! Whatever goes wrong leaves a line in the log that names the agent.

use std::sync::Arc;
use std::time::Duration;

use freeagentics::{AgentId, Message, Runtime, SendError, WhenFull};

use crate::log_lines::Log;
use crate::support::{Counter, Gate, Gated, LONG, PANIC, numbered};

/// An agent whose handler waits at the gate.
fn held(runtime: &Runtime, gate: &Gate) -> AgentId {
    let agent = Gated {
        gate: gate.clone(),
        handled: Arc::default(),
    };
    let id = runtime.spawn(agent).expect("room");
    runtime.send(id, numbered(0)).expect("room");
    gate.wait_until_reached();
    id
}

#[test]
fn each_failure_leaves_a_line() {
    let log = Log::of_this_process();
    let runtime = Runtime::builder()
        .shards(2)
        .node(3)
        .mailbox_capacity(1)
        .payload_limit(100)
        .when_full(WhenFull::Refuse)
        .stuck_after(LONG)
        .give_up_after(2 * LONG)
        .start()
        .expect("a runtime starts");
    let counter = || Counter {
        handled: Arc::default(),
    };

    let gone = AgentId::new(3, 77_777);
    assert!(runtime.send(gone, numbered(0)).is_err());
    log.says("is gone", gone);

    let agent = runtime.spawn(counter()).expect("room");
    assert!(runtime.send(agent, Message::payload(&[0; 101])).is_err());
    log.says("over the limit", agent);

    runtime.send(agent, numbered(PANIC)).expect("room");
    log.says("panicked", agent);

    let far = AgentId::new(4, 0);
    assert!(runtime.send_many([(far, numbered(0))]).is_err());
    log.says("has no bus", far);

    let gate = Gate::default();
    let busy = held(&runtime, &gate);
    while runtime.send(busy, numbered(0)).is_ok() {}
    log.says("is full", busy);
    gate.open();

    let other = Runtime::builder()
        .shards(1)
        .node(5)
        .stuck_after(Duration::from_millis(50))
        .start()
        .expect("a runtime starts");
    let gate = Gate::default();
    let looping = held(&other, &gate);
    log.says("does not return", looping);
    gate.open();

    runtime.shutdown(LONG).expect("all return");
    let late = runtime.send(busy, numbered(0));
    assert!(late.is_err(), "{late:?}");
    log.says("shut down", busy);
    assert!(matches!(late, Err(SendError::Closed { .. })), "{late:?}");
}
