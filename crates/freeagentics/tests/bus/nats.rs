//! The bus over a real NATS server.

use std::io::BufRead;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use freeagentics::bus::{BusError, Delivery, NatsBus, NatsOptions};
use freeagentics::{AgentId, RequestError, Runtime, SendError};

use crate::log_lines::Log;
use crate::server::{PEER, Peer, Server};
use crate::support::{Checker, Forwarder, LONG, eventually, numbered, runtime};

fn options(url: &str, kept: bool) -> NatsOptions {
    NatsOptions {
        delivery: if kept {
            Delivery::Kept
        } else {
            Delivery::WhileBothLive
        },
        connect_timeout: LONG,
        peer_timeout: LONG,
        ..NatsOptions::new(url)
    }
}

fn joined(node: u16, url: &str, kept: bool) -> (Runtime, NatsBus) {
    let runtime = runtime(node);
    let bus = NatsBus::join(&runtime, options(url, kept)).expect("joins");
    (runtime, bus)
}

/// Not a test by itself: the second process of the others.
#[test]
#[ignore = "started by other tests"]
fn peer_process() {
    let Ok(said) = std::env::var(PEER) else {
        return;
    };
    let [url, node, kept] = said
        .split(' ')
        .collect::<Vec<_>>()
        .try_into()
        .expect("three words");
    let runtime = runtime(node.parse().expect("a number"));
    let checker = Checker::default();
    // Spawned before joining: messages that wait on the server find it.
    let id = runtime.spawn(checker.clone()).expect("room");
    assert_eq!(id.number(), 0);
    let _bus = NatsBus::join(&runtime, options(url, kept == "true")).expect("joins");
    println!("\npeer: ready");
    for line in std::io::stdin().lock().lines() {
        if line.expect("the other process lives") == "count" {
            let [seen, wrong] =
                [&checker.seen, &checker.wrong].map(|count| count.load(Ordering::Acquire));
            println!("\npeer: {seen} {wrong}");
        }
    }
}

/// Sends through three phases: server up, server dead, server back. Every message arrives once, in order.
fn survives_a_restart(kept: bool) {
    let Some(mut server) = Server::start() else {
        return;
    };
    let log = Log::of_this_process();
    let mut peer = Peer::start(&server.url(), 2, kept);
    let (runtime, bus) = joined(1, &server.url(), kept);
    let to = AgentId::new(2, 0);
    let mut sent = 0;
    let mut send = |count: u64| {
        for _ in 0..count {
            while runtime.send(to, numbered(sent)).is_err() {
                std::thread::yield_now();
            }
            sent += 1;
        }
    };
    send(20_000);
    eventually("messages flow", || bus.stats().acknowledged > 0);
    // Some of these are on their way when the server dies.
    send(20_000);
    server.kill();
    send(10_000);
    server.resume();
    send(10_000);
    bus.flush(LONG).expect("the server is back");
    let peer = std::cell::RefCell::new(&mut peer);
    eventually("all messages arrive", || {
        peer.borrow_mut().count().0 >= 60_000
    });
    assert_eq!(peer.borrow_mut().count(), (60_000, 0));
    let stats = bus.stats();
    assert_eq!(
        (stats.accepted, stats.acknowledged, stats.returned),
        (60_000, 60_000, 0)
    );
    assert!(stats.reconnects > 0);
    log.says("the connection to the bus is lost", "reconnecting");
    assert_eq!(runtime.stats().forwarded, 60_000);
}

#[test]
fn nothing_is_lost_or_doubled_when_the_server_restarts() {
    survives_a_restart(false);
}

#[test]
fn nothing_kept_is_lost_or_doubled_when_the_server_restarts() {
    survives_a_restart(true);
}

#[test]
fn kept_messages_wait_for_a_receiver_and_outlive_the_server() {
    let Some(mut server) = Server::start() else {
        return;
    };
    let (runtime, bus) = joined(1, &server.url(), true);
    let batch = (0..5000).map(|i| (AgentId::new(2, 0), numbered(i)));
    assert_eq!(runtime.send_many(batch), Ok(5000));
    bus.flush(LONG).expect("the server keeps them");
    server.kill();
    server.resume();
    let mut peer = Peer::start(&server.url(), 2, true);
    let peer = std::cell::RefCell::new(&mut peer);
    eventually("all messages arrive", || {
        peer.borrow_mut().count().0 >= 5000
    });
    assert_eq!(peer.borrow_mut().count(), (5000, 0));
}

#[test]
fn requests_and_refusals_cross_the_bus() {
    let Some(server) = Server::start() else {
        return;
    };
    let (one, _bus_one) = joined(1, &server.url(), false);
    let (two, _bus_two) = joined(2, &server.url(), false);
    let there = two.spawn(Checker::default()).expect("room");
    let reply = one
        .request(there, numbered(0))
        .expect("on its way")
        .wait(LONG);
    assert_eq!(reply, Ok(numbered(0)));

    let gone = AgentId::new(2, 999);
    let refused = one
        .request(gone, numbered(0))
        .expect("on its way")
        .wait(LONG);
    assert!(
        matches!(&refused, Err(RequestError::Send(SendError::Bus { to, reason }))
            if *to == gone && reason.contains("gone")),
        "{refused:?}"
    );
    let returned = Arc::new(AtomicU64::new(0));
    let forwarder = one
        .spawn(Forwarder {
            to: gone,
            returned: returned.clone(),
        })
        .expect("room");
    one.send(forwarder, numbered(0)).expect("alive");
    eventually("the message comes back", || {
        returned.load(Ordering::Acquire) == 1
    });
}

#[test]
fn a_silent_node_costs_its_messages_only_and_they_come_back() {
    let Some(server) = Server::start() else {
        return;
    };
    let runtime = runtime(1);
    let options = NatsOptions {
        peer_timeout: Duration::from_millis(700),
        ..options(&server.url(), false)
    };
    let bus = NatsBus::join(&runtime, options).expect("joins");
    let returned = Arc::new(AtomicU64::new(0));
    let nowhere = AgentId::new(9, 0);
    let forwarder = runtime
        .spawn(Forwarder {
            to: nowhere,
            returned: returned.clone(),
        })
        .expect("room");
    for i in 0..10 {
        runtime.send(forwarder, numbered(i)).expect("alive");
    }
    let unanswered = runtime
        .request(nowhere, numbered(0))
        .expect("on its way")
        .wait(LONG);
    assert!(
        matches!(unanswered, Err(RequestError::Send(SendError::Bus { .. }))),
        "{unanswered:?}"
    );
    eventually("the messages come back", || {
        returned.load(Ordering::Acquire) == 10
    });
    assert_eq!(bus.stats().returned, 11);

    let (two, _bus_two) = joined(2, &server.url(), false);
    let there = two.spawn(Checker::default()).expect("room");
    let served = runtime
        .request(there, numbered(0))
        .expect("on its way")
        .wait(LONG);
    assert_eq!(served, Ok(numbered(0)));
}

#[test]
fn two_runtimes_cannot_claim_the_same_ids() {
    let Some(server) = Server::start() else {
        return;
    };
    let log = Log::of_this_process();
    let (_runtime, bus) = joined(5, &server.url(), false);
    let other = runtime(5);
    let taken = NatsBus::join(&other, options(&server.url(), false)).err();
    assert_eq!(
        taken,
        Some(BusError::IdTaken {
            bus: "freeagentics".to_owned(),
            node: 5,
            example: AgentId::new(5, 0)
        })
    );
    log.says("could not join the bus", AgentId::new(5, 0));
    drop(bus);
    eventually("the number is free again", || {
        NatsBus::join(&other, options(&server.url(), false)).is_ok()
    });
}

#[test]
fn a_server_that_is_absent_or_silent_is_an_error_in_time() {
    let log = Log::of_this_process();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let silent_port = silent.local_addr().expect("bound").port();
    let absent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let absent_port = absent.local_addr().expect("bound").port();
    drop(absent);
    for port in [silent_port, absent_port] {
        let runtime = runtime(1);
        let options = NatsOptions {
            connect_timeout: Duration::from_millis(300),
            ..NatsOptions::new(format!("nats://someone:secret@127.0.0.1:{port}"))
        };
        let started = Instant::now();
        let error = NatsBus::join(&runtime, options)
            .err()
            .expect("nobody answers");
        assert!(started.elapsed() < LONG);
        assert!(matches!(error, BusError::Unreachable { .. }), "{error}");
        assert!(!error.to_string().contains("secret"), "{error}");
        log.says("could not join the bus", format!("127.0.0.1:{port}"));
        let local = runtime
            .spawn(Checker::default())
            .expect("the runtime itself goes on");
        runtime.send(local, numbered(0)).expect("alive");
    }
}
