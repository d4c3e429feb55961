//! Requests resolve once: with the reply, or with the reason why there is none.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use freeagentics::{Agent, AgentId, Context, Message, RequestError, Runtime, SendError};

use crate::support::{Counter, Gate, Gated, LONG, PANIC, numbered, runtime};

struct Silent;

impl Agent for Silent {
    fn handle(&mut self, _: Message, _: &mut Context<'_>) {}
}

fn counter(runtime: &Runtime) -> AgentId {
    let handled = Arc::new(AtomicU64::new(0));
    runtime.spawn(Counter { handled }).expect("room")
}

#[test]
fn a_reply_arrives() {
    let runtime = runtime(2);
    let id = counter(&runtime);
    for i in 1..=100 {
        let reply = runtime
            .request(id, numbered(i))
            .expect("accepted")
            .wait(LONG);
        assert_eq!(reply, Ok(numbered(i)));
    }
}

#[tokio::test]
async fn a_reply_arrives_in_async_code() {
    let runtime = runtime(2);
    let id = counter(&runtime);
    for i in 1..=100 {
        let reply = runtime.request(id, numbered(i)).expect("accepted").await;
        assert_eq!(reply, Ok(numbered(i)));
    }
}

#[test]
fn silence_panic_and_absence_are_told_apart() {
    let runtime = runtime(1);
    let silent = runtime.spawn(Silent).expect("room");
    let none = runtime
        .request(silent, numbered(0))
        .expect("accepted")
        .wait(LONG);
    assert_eq!(none, Err(RequestError::NoReply { to: silent }));

    let id = counter(&runtime);
    let panicked = runtime
        .request(id, numbered(PANIC))
        .expect("accepted")
        .wait(LONG);
    assert!(
        matches!(panicked, Err(RequestError::Send(SendError::Panicked { to, .. })) if to == id),
        "{panicked:?}"
    );
    runtime.settle(LONG).expect("quiet");
    let gone = runtime.request(id, numbered(0)).err();
    assert_eq!(gone, Some(RequestError::Send(SendError::Gone { to: id })));
    let never = AgentId::new(0, 1 << 40);
    assert!(matches!(
        runtime.send(never, numbered(0)),
        Err(SendError::Gone { .. })
    ));
    let elsewhere = AgentId::new(9, 1);
    assert!(matches!(
        runtime.send(elsewhere, numbered(0)),
        Err(SendError::NoBus { .. })
    ));
}

#[test]
fn waiting_for_a_reply_ends_in_time() {
    let runtime = runtime(1);
    let gate = Gate::default();
    let id = runtime
        .spawn(Gated {
            gate: gate.clone(),
            handled: Arc::default(),
        })
        .expect("room");
    let late = runtime
        .request(id, numbered(0))
        .expect("accepted")
        .wait(Duration::from_millis(20));
    assert!(
        matches!(late, Err(RequestError::TimedOut { to, .. }) if to == id),
        "{late:?}"
    );
    gate.open();
}

#[test]
fn too_large_is_refused_at_the_door() {
    let runtime = Runtime::builder()
        .payload_limit(100)
        .shards(1)
        .start()
        .expect("starts");
    let id = counter(&runtime);
    let refused = runtime.send(id, Message::payload(&[0; 101]));
    assert_eq!(
        refused,
        Err(SendError::TooLarge {
            to: id,
            bytes: 101,
            limit: 100
        })
    );
    runtime
        .send(id, Message::payload(&[1; 100]))
        .expect("at the limit is fine");
    assert_eq!(runtime.stats().rejected, 1);
}
