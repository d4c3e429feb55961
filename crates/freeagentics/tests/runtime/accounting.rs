//! Sent = handled + rejected + dead-lettered, whatever happens.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use freeagentics::{
    Agent, AgentId, AgentRange, Context, Message, Placement, Restart, Runtime, SpawnOptions, Stats,
    Undelivered, WhenFull,
};

use crate::support::{Counter, Gate, LONG, PANIC, numbered, runtime};

fn balanced(stats: Stats) {
    assert_eq!(
        stats.sent,
        stats.handled + stats.forwarded + stats.rejected + stats.dead_lettered,
        "{stats:?}"
    );
}

/// Passes each message on to a random agent, until its hops are used up; panics now and then.
struct Hopper {
    others: u64,
    bounced: Arc<AtomicU64>,
}

impl Agent for Hopper {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let hops = crate::support::number(&message);
        assert_ne!(hops, PANIC, "told to panic");
        if hops > 0 {
            let draw = rand::RngExt::random::<u64>(&mut context.random());
            assert!(!draw.is_multiple_of(997), "an unlucky draw");
            let to = AgentId::new(0, draw % self.others);
            // A refusal is counted by the runtime: the test adds up its counters.
            let _ = context.send(to, numbered(hops - 1));
        }
    }

    fn undelivered(&mut self, _: Undelivered, _: &mut Context<'_>) {
        self.bounced.fetch_add(1, Ordering::Relaxed);
    }
}

fn hoppers(runtime: &Runtime, count: usize, bounced: &Arc<AtomicU64>) -> AgentRange {
    let bounced = bounced.clone();
    let options = SpawnOptions {
        restart: Restart::AtMost(1),
        ..SpawnOptions::default()
    };
    runtime
        .spawn_with(count, options, move |_| Hopper {
            others: count as u64 + 20,
            bounced: bounced.clone(),
        })
        .expect("a runtime that runs")
        .wait()
        .expect("agents spawn")
}

#[test]
fn every_message_is_accounted_for_under_load_with_panics() {
    let bounced = Arc::new(AtomicU64::new(0));
    let runtime = runtime(3);
    let agents = hoppers(&runtime, 500, &bounced);
    std::thread::scope(|scope| {
        for producer in 0..3_u64 {
            let (runtime, agents) = (&runtime, &agents);
            scope.spawn(move || {
                for i in 0..4000_u64 {
                    let to = agents
                        .get((i * 7 + producer) as usize % agents.len())
                        .expect("in range");
                    let hops = if i.is_multiple_of(101) { PANIC } else { 5 };
                    let _ = runtime.send(to, numbered(hops));
                    if i.is_multiple_of(50) {
                        let many = (0..64)
                            .filter_map(|k| agents.get(k * 3))
                            .map(|id| (id, numbered(2)));
                        let _ = runtime.send_many(many);
                    }
                }
            });
        }
    });
    runtime.settle(LONG).expect("the load ends");
    let stats = runtime.stats();
    balanced(stats);
    assert!(stats.dead_lettered > 0, "panics cost messages: {stats:?}");
    assert!(stats.rejected > 0, "stopped agents refuse: {stats:?}");
    assert!(stats.handled > 12_000, "{stats:?}");
    assert!(stats.agents < 500, "some agents panicked twice: {stats:?}");
    let report = runtime.shutdown(LONG).expect("the first shutdown");
    assert!(report.drained);
    balanced(report.stats);
}

/// Agents of one shard, of which the last ones write to one of another as they step; the 65th waits at the gate.
struct Writer {
    gate: Gate,
    reader: AgentId,
}

impl Agent for Writer {
    fn handle(&mut self, _: Message, _: &mut Context<'_>) {}

    fn step(&mut self, context: &mut Context<'_>) {
        // The reader has the first block of 64 numbers.
        match context.id().number() - 64 {
            64 => self.gate.pass(),
            320.. => {
                let sent = context.send(self.reader, numbered(0));
                sent.expect("the reader is there");
            }
            _ => {}
        }
    }
}

/// What a step sent after it had paused was not counted before the shard's next message.
#[test]
fn every_message_is_accounted_for_when_a_step_pauses_for_others() {
    let runtime = runtime(2);
    let gate = Gate::default();
    let handled = Arc::default();
    let reader = runtime.spawn(Counter { handled }).expect("room");
    let make = {
        let gate = gate.clone();
        move |_| Writer {
            gate: gate.clone(),
            reader,
        }
    };
    let options = SpawnOptions {
        placement: Placement::Together,
        ..SpawnOptions::default()
    };
    let writers = runtime.spawn_with(512, options, make).expect("room");
    let writers = writers.wait().expect("agents spawn");
    let step = runtime.step_all();
    gate.wait_until_reached();
    let first = writers.get(0).expect("in range");
    runtime.send(first, numbered(0)).expect("room");
    gate.open();
    step.wait().expect("all step");
    runtime.settle(LONG).expect("quiet");
    let stats = runtime.stats();
    balanced(stats);
    assert_eq!((stats.sent, stats.handled), (193, 193), "{stats:?}");
}

#[test]
fn every_message_is_accounted_for_with_tiny_mailboxes() {
    let runtime = Runtime::builder()
        .shards(2)
        .mailbox_capacity(2)
        .shard_capacity(16)
        .when_full(WhenFull::Refuse)
        .start()
        .expect("a runtime starts");
    let bounced = Arc::new(AtomicU64::new(0));
    let agents = hoppers(&runtime, 200, &bounced);
    for round in 0..2000 {
        let many = (0..32)
            .filter_map(|k| agents.get((k * 5 + round) % 200))
            .map(|id| (id, numbered(8)));
        let _ = runtime.send_many(many);
    }
    runtime.settle(LONG).expect("the load ends");
    let stats = runtime.stats();
    balanced(stats);
    assert!(stats.rejected > 0, "{stats:?}");
}

#[test]
fn every_message_is_accounted_for_when_shut_down_in_the_middle() {
    for limit in [Duration::ZERO, LONG] {
        let runtime = Runtime::builder()
            .shards(2)
            .mailbox_capacity(64)
            .start()
            .expect("a runtime starts");
        let bounced = Arc::new(AtomicU64::new(0));
        let agents = hoppers(&runtime, 300, &bounced);
        let report = std::thread::scope(|scope| {
            for _ in 0..2 {
                let (runtime, agents) = (&runtime, &agents);
                scope.spawn(move || {
                    for id in agents.iter().cycle() {
                        match runtime.send(id, numbered(8)) {
                            Err(freeagentics::SendError::Closed { .. }) => break,
                            _ => continue,
                        }
                    }
                });
            }
            crate::support::eventually("the burst is under way", || runtime.stats().handled > 1000);
            runtime.shutdown(limit).expect("the first shutdown")
        });
        balanced(runtime.stats());
        assert_eq!(report.stuck_shards, 0);
        assert_eq!(report.stats.agents, 0);
        if report.drained {
            assert!(limit > Duration::ZERO);
        }
        let late = runtime.send(agents.get(0).expect("in range"), numbered(0));
        assert!(
            matches!(late, Err(freeagentics::SendError::Closed { .. })),
            "{late:?}"
        );
        balanced(runtime.stats());
    }
}
