//! xtra: `send` without waiting for the handler, an unbounded mailbox.

use std::sync::Arc;
use std::time::{Duration, Instant};

use xtra::prelude::*;

use crate::tokio_peer::executor;
use crate::work::{AGENTS, Bytes64, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

struct Counter(Tally);
struct Bytes(Bytes64);

impl Actor for Counter {
    type Stop = ();

    async fn stopped(self) {}
}

impl Handler<Bytes> for Counter {
    type Return = ();

    async fn handle(&mut self, message: Bytes, _: &mut Context<Self>) {
        self.0.take(&message.0);
    }
}

pub(crate) fn round() -> anyhow::Result<Duration> {
    let executor = executor()?;
    let finish = Arc::new(Finish::default());
    let agents: Arc<Vec<Address<Counter>>> = executor.block_on(async {
        let spawn = |_| xtra::spawn_tokio(Counter(Tally::new(&finish)), Mailbox::unbounded());
        Arc::new((0..AGENTS).map(spawn).collect())
    });
    let started = Instant::now();
    executor.block_on(async {
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|_| {
                let agents = agents.clone();
                tokio::spawn(async move {
                    for _ in 0..PER_PRODUCER {
                        for agent in agents.iter() {
                            let _ = agent.send(Bytes(MESSAGE)).detach().await;
                        }
                    }
                })
            })
            .collect();
        for producer in producers {
            producer.await?;
        }
        anyhow::Ok(())
    })?;
    finish.wait();
    Ok(started.elapsed())
}
