//! ractor: `cast`, its unbounded mailbox.

use std::sync::Arc;
use std::time::{Duration, Instant};

use ractor::{Actor, ActorProcessingErr, ActorRef};

use crate::tokio_peer::executor;
use crate::work::{AGENTS, Bytes64, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

struct Counter;
struct Bytes(Bytes64);

impl Actor for Counter {
    type Msg = Bytes;
    type State = Tally;
    type Arguments = Arc<Finish>;

    async fn pre_start(
        &self,
        _: ActorRef<Bytes>,
        finish: Arc<Finish>,
    ) -> Result<Tally, ActorProcessingErr> {
        Ok(Tally::new(&finish))
    }

    async fn handle(
        &self,
        _: ActorRef<Bytes>,
        message: Bytes,
        tally: &mut Tally,
    ) -> Result<(), ActorProcessingErr> {
        tally.take(&message.0);
        Ok(())
    }
}

pub(crate) fn round() -> anyhow::Result<Duration> {
    let executor = executor()?;
    let finish = Arc::new(Finish::default());
    let agents = executor.block_on(async {
        let mut agents = Vec::with_capacity(AGENTS);
        for _ in 0..AGENTS {
            agents.push(Actor::spawn(None, Counter, finish.clone()).await?.0);
        }
        anyhow::Ok(agents)
    })?;
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                for _ in 0..PER_PRODUCER {
                    for agent in &agents {
                        agent.cast(Bytes(MESSAGE)).expect("the actor lives");
                    }
                }
            });
        }
    });
    finish.wait();
    let elapsed = started.elapsed();
    for agent in &agents {
        agent.stop(None);
    }
    Ok(elapsed)
}
