//! Messages from one sender to one receiver arrive in the order sent.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use freeagentics::{Agent, AgentId, Context, Message, Placement, Runtime, SpawnOptions};

use crate::support::{LONG, number, numbered};

/// Checks that each sender's numbers rise by one.
struct Checker {
    next: std::collections::HashMap<Option<AgentId>, u64>,
    seen: Arc<AtomicU64>,
    wrong: Arc<AtomicU64>,
}

impl Agent for Checker {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        let next = self.next.entry(context.sender()).or_default();
        if number(&message) != *next {
            self.wrong.fetch_add(1, Ordering::Relaxed);
        }
        *next += 1;
        self.seen.fetch_add(1, Ordering::Relaxed);
    }
}

/// Sends the next ten numbers to the checker at each message.
struct Burster {
    to: AgentId,
    next: u64,
}

impl Agent for Burster {
    fn handle(&mut self, _: Message, context: &mut Context<'_>) {
        for _ in 0..10 {
            if context.send(self.to, numbered(self.next)).is_ok() {
                self.next += 1;
            }
        }
    }
}

#[test]
fn order_holds_from_outside_and_between_agents_even_through_full_mailboxes() {
    let runtime = Runtime::builder()
        .shards(3)
        .mailbox_capacity(64)
        .shard_capacity(256)
        .start()
        .expect("a runtime starts");
    let [seen, wrong] = [(); 2].map(|()| Arc::new(AtomicU64::new(0)));
    let checker = runtime
        .spawn(Checker {
            next: std::collections::HashMap::new(),
            seen: seen.clone(),
            wrong: wrong.clone(),
        })
        .expect("room");
    let bursters: Vec<AgentId> = [Placement::Near(checker), Placement::Spread]
        .into_iter()
        .flat_map(|placement| {
            let options = SpawnOptions {
                placement,
                ..SpawnOptions::default()
            };
            runtime
                .spawn_with(150, options, move |_| Burster {
                    to: checker,
                    next: 0,
                })
                .expect("room")
                .wait()
                .expect("agents spawn")
                .iter()
        })
        .collect();
    for _ in 0..10 {
        for &burster in &bursters {
            runtime
                .send(burster, numbered(0))
                .expect("the sender waits for room");
        }
    }
    let outside = 5000;
    for i in 0..outside {
        if i % 100 == 0 {
            let batch = (i..i + 100).map(|k| (checker, numbered(k)));
            assert_eq!(runtime.send_many(batch), Ok(100));
        }
    }
    runtime.settle(LONG).expect("the load ends");
    assert_eq!(wrong.load(Ordering::Relaxed), 0);
    let seen = seen.load(Ordering::Relaxed);
    assert!(seen >= outside, "{seen}");
    assert_eq!(runtime.stats().dead_lettered, 0);
}
