//! kameo: `tell`, an unbounded mailbox.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kameo::actor::{Actor, ActorRef, Spawn};
use kameo::mailbox;
use kameo::message::{Context, Message};

use crate::tokio_peer::executor;
use crate::work::{AGENTS, Bytes64, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

struct Counter(Tally);
struct Bytes(Bytes64);

impl Actor for Counter {
    type Args = Self;
    type Error = Infallible;

    async fn on_start(counter: Self, _: ActorRef<Self>) -> Result<Self, Infallible> {
        Ok(counter)
    }
}

impl Message<Bytes> for Counter {
    type Reply = ();

    async fn handle(&mut self, message: Bytes, _: &mut Context<Self, ()>) {
        self.0.take(&message.0);
    }
}

pub(crate) fn round() -> anyhow::Result<Duration> {
    let executor = executor()?;
    let finish = Arc::new(Finish::default());
    let agents: Vec<ActorRef<Counter>> = executor.block_on(async {
        (0..AGENTS)
            .map(|_| {
                Counter::spawn_with_mailbox(Counter(Tally::new(&finish)), mailbox::unbounded())
            })
            .collect()
    });
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                for _ in 0..PER_PRODUCER {
                    for agent in &agents {
                        if agent.tell(Bytes(MESSAGE)).try_send().is_err() {
                            panic!("an unbounded mailbox takes everything");
                        }
                    }
                }
            });
        }
    });
    finish.wait();
    Ok(started.elapsed())
}
