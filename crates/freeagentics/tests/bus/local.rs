//! The bus within one process.

use std::sync::atomic::Ordering;

use freeagentics::bus::{BusError, LocalBus};
use freeagentics::{AgentId, SendError};

use crate::support::{Checker, Forwarder, LONG, eventually, numbered, runtime};

#[test]
fn agents_are_addressed_the_same_way_on_another_runtime() {
    let bus = LocalBus::new();
    let [one, two] = [1, 2].map(runtime);
    bus.connect(&one).expect("free");
    bus.connect(&two).expect("free");
    let checker = Checker::default();
    let there = two.spawn(checker.clone()).expect("room");
    assert_eq!(there.node(), 2);
    let here = one
        .spawn(Forwarder {
            to: there,
            returned: std::sync::Arc::default(),
        })
        .expect("room");
    for i in 0..500 {
        one.send(here, numbered(i)).expect("alive");
    }
    one.settle(LONG).expect("quiet");
    two.settle(LONG).expect("quiet");
    assert_eq!(checker.seen.load(Ordering::Acquire), 500);
    assert_eq!(checker.wrong.load(Ordering::Acquire), 0);
    let reply = one.request(there, numbered(0)).expect("joined").wait(LONG);
    assert_eq!(reply, Ok(numbered(500)));
    let stats = one.stats();
    assert_eq!(
        (stats.sent, stats.handled, stats.forwarded),
        (1000, 500, 500)
    );
}

#[test]
fn one_node_number_one_runtime() {
    let bus = LocalBus::new();
    let [one, same] = [4, 4].map(runtime);
    bus.connect(&one).expect("free");
    let taken = bus.connect(&same);
    assert_eq!(
        taken,
        Err(BusError::IdTaken {
            bus: "local".to_owned(),
            node: 4,
            example: AgentId::new(4, 0)
        })
    );
    assert_eq!(bus.connect(&one), taken);
    drop(one);
    eventually("the number is free again", || bus.connect(&same).is_ok());
}

#[test]
fn who_is_not_there_is_told() {
    let bus = LocalBus::new();
    let [one, two] = [1, 2].map(runtime);
    bus.connect(&one).expect("free");
    bus.connect(&two).expect("free");
    let gone = AgentId::new(2, 77);
    assert_eq!(
        one.send(gone, numbered(0)),
        Err(SendError::Gone { to: gone })
    );
    let nowhere = AgentId::new(3, 0);
    assert!(
        matches!(one.send(nowhere, numbered(0)), Err(SendError::Bus { to, .. }) if to == nowhere)
    );
    let unanswered = one
        .request(gone, numbered(0))
        .expect("on its way")
        .wait(LONG);
    assert_eq!(unanswered, Err(SendError::Gone { to: gone }.into()));
}
