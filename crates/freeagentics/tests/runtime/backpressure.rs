//! A full mailbox makes its senders wait or tells them; others are served.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use freeagentics::{
    Agent, AgentId, Context, Message, Runtime, SendError, SpawnOptions, Undelivered, WhenFull,
};

use crate::support::{Counter, Gate, Gated, LONG, PANIC, eventually, number, numbered};

fn small(when_full: WhenFull) -> Runtime {
    Runtime::builder()
        .shards(1)
        .mailbox_capacity(4)
        .when_full(when_full)
        .start()
        .expect("a runtime starts")
}

#[test]
fn refuse_tells_the_sender_and_serves_the_others() {
    let runtime = small(WhenFull::Refuse);
    let gate = Gate::default();
    let [slow, quick] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let busy = runtime
        .spawn(Gated {
            gate: gate.clone(),
            handled: slow.clone(),
        })
        .expect("room");
    let other = runtime
        .spawn(Counter {
            handled: quick.clone(),
        })
        .expect("room");
    runtime.send(busy, numbered(0)).expect("room");
    gate.wait_until_reached();
    for i in 0..4 {
        runtime.send(busy, numbered(i)).expect("room for four");
    }
    let refused = runtime.send(busy, numbered(9));
    assert!(
        matches!(refused, Err(SendError::Full { to, capacity: 4, .. }) if to == busy),
        "{refused:?}"
    );
    runtime
        .send(other, numbered(1))
        .expect("another's mailbox is not full");
    let many = runtime.send_many([
        (busy, numbered(1)),
        (other, numbered(2)),
        (busy, numbered(3)),
    ]);
    let error = many.expect_err("two are refused");
    assert_eq!(error.accepted, 1);
    assert_eq!(
        error
            .refused
            .iter()
            .map(|(position, _)| *position)
            .collect::<Vec<_>>(),
        [0, 2]
    );
    gate.open();
    runtime.settle(LONG).expect("quiet");
    assert_eq!(slow.load(Ordering::Relaxed), 5);
    assert_eq!(quick.load(Ordering::Relaxed), 2);
}

/// Does what its messages say: waits at the gate, panics, sends to its friend and perhaps ends; notes what came back.
#[derive(Clone)]
struct Actor {
    gate: Gate,
    friend: AgentId,
    returned: Arc<AtomicU64>,
}

const WAIT: u64 = 1;
const SEND: u64 = 2;
const SEND_AND_END: u64 = 3;

impl Agent for Actor {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let told = number(&message);
        assert_ne!(told, PANIC, "told to panic");
        if told == WAIT {
            self.gate.pass();
        }
        if [SEND, SEND_AND_END].contains(&told) {
            let sent = context.send(self.friend, numbered(0));
            sent.expect("it is accepted, and waits for room");
        }
        if told == SEND_AND_END {
            context.stop();
        }
    }

    fn undelivered(&mut self, _: Undelivered, _: &mut Context<'_>) {
        self.returned.fetch_add(1, Ordering::Relaxed);
    }
}

/// It was in flight for ever where its sender had ended, too.
#[test]
fn what_waits_for_room_with_one_who_ends_is_counted_and_returned() {
    for told in [SEND, SEND_AND_END] {
        let runtime = Runtime::builder()
            .shards(2)
            .mailbox_capacity(1)
            .when_full(WhenFull::Refuse)
            .start()
            .expect("a runtime starts");
        let actor = Actor {
            gate: Gate::default(),
            friend: AgentId::new(0, 65),
            returned: Arc::default(),
        };
        // Each spawn begins a block, on the next shard.
        let spawned = |count| {
            let actor = actor.clone();
            let make = move |_| actor.clone();
            let spawned = runtime.spawn_with(count, SpawnOptions::default(), make);
            spawned.expect("room").wait().expect("agents spawn")
        };
        let (alone, pair) = (spawned(1), spawned(2));
        let (sender, keeper, friend) = (alone.get(0), pair.get(0), pair.get(1));
        let [sender, keeper, friend] = [sender, keeper, friend].map(|id| id.expect("in range"));
        assert_eq!(friend, actor.friend);
        // In one batch: the second shard waits, and then its agent ends.
        let both = [(keeper, numbered(WAIT)), (friend, numbered(PANIC))];
        assert_eq!(runtime.send_many(both), Ok(2));
        actor.gate.wait_until_reached();
        runtime.send(friend, numbered(0)).expect("room for one");
        runtime.send(sender, numbered(told)).expect("room");
        // Counts are published once what was sent was offered, and found no room.
        eventually("the sender has sent", || runtime.stats().handled == 1);
        actor.gate.open();
        runtime.settle(LONG).expect("nothing is in flight for ever");
        let stats = runtime.stats();
        assert_eq!((stats.sent, stats.handled, stats.dead_lettered), (5, 2, 3));
        let returned = u64::from(told == SEND);
        eventually("the sender is told, if it is there", || {
            actor.returned.load(Ordering::Relaxed) == returned
        });
    }
}

#[test]
fn waiting_senders_lose_nothing() {
    let runtime = small(WhenFull::Wait(LONG));
    let handled = Arc::new(AtomicU64::new(0));
    let id = runtime
        .spawn(Counter {
            handled: handled.clone(),
        })
        .expect("room");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for i in 0..500 {
                    runtime.send(id, numbered(i)).expect("waits for room");
                }
                let batch = (0..500).map(|i| (id, numbered(i)));
                assert_eq!(runtime.send_many(batch), Ok(500));
            });
        }
    });
    runtime.settle(LONG).expect("quiet");
    assert_eq!(handled.load(Ordering::Relaxed), 4000);
    assert_eq!(runtime.stats().rejected, 0);
}

#[test]
fn waiting_ends_with_an_error() {
    let runtime = small(WhenFull::Wait(Duration::from_millis(30)));
    let gate = Gate::default();
    let id = runtime
        .spawn(Gated {
            gate: gate.clone(),
            handled: Arc::default(),
        })
        .expect("room");
    runtime.send(id, numbered(0)).expect("room");
    gate.wait_until_reached();
    for i in 0..4 {
        runtime.send(id, numbered(i)).expect("room");
    }
    match runtime.send(id, numbered(5)) {
        Err(SendError::Full { waited, .. }) => assert!(waited >= Duration::from_millis(30)),
        other => panic!("{other:?}"),
    }
    gate.open();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn async_senders_wait_without_blocking() {
    let runtime = small(WhenFull::Wait(LONG));
    let handled = Arc::new(AtomicU64::new(0));
    let id = runtime
        .spawn(Counter {
            handled: handled.clone(),
        })
        .expect("room");
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let runtime = runtime.clone();
            tokio::spawn(async move {
                for i in 0..200 {
                    runtime
                        .send_async(id, numbered(i))
                        .await
                        .expect("waits for room");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.expect("the task ends");
    }
    runtime.settle(LONG).expect("quiet");
    assert_eq!(handled.load(Ordering::Relaxed), 1600);
    assert_eq!(runtime.stats().rejected, 0);
}
