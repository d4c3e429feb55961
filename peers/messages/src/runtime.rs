//! Our side.

use std::sync::Arc;
use std::time::{Duration, Instant};

use freeagentics::{Agent, AgentRange, Context, Message, Runtime};

use crate::work::{AGENTS, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

struct Counter(Tally);

impl Agent for Counter {
    fn handle(&mut self, message: Message, _: &mut Context<'_>) {
        if let Message::Payload(payload) = &message {
            self.0.take(payload);
        }
    }
}

pub(crate) fn one_by_one() -> anyhow::Result<Duration> {
    round(|runtime, agents| {
        for _ in 0..PER_PRODUCER {
            for id in agents.iter() {
                runtime.send(id, Message::payload(&MESSAGE))?;
            }
        }
        Ok(())
    })
}

pub(crate) fn in_batches() -> anyhow::Result<Duration> {
    const BATCH: usize = 256;
    round(|runtime, agents| {
        let mut receivers = (0..PER_PRODUCER).flat_map(|_| agents.iter());
        loop {
            let sent = runtime.send_many(
                receivers
                    .by_ref()
                    .take(BATCH)
                    .map(|id| (id, Message::payload(&MESSAGE))),
            )?;
            if sent < BATCH {
                return Ok(());
            }
        }
    })
}

fn round(produce: fn(&Runtime, AgentRange) -> anyhow::Result<()>) -> anyhow::Result<Duration> {
    let runtime = Runtime::builder().shards(PRODUCERS).start()?;
    let finish = Arc::new(Finish::default());
    let theirs = finish.clone();
    let agents = runtime
        .spawn_many(AGENTS, move |_| Counter(Tally::new(&theirs)))?
        .wait()?;
    let started = Instant::now();
    std::thread::scope(|scope| {
        let producers: Vec<_> = (0..PRODUCERS)
            .map(|_| scope.spawn(|| produce(&runtime, agents)))
            .collect();
        for producer in producers {
            producer
                .join()
                .map_err(|_| anyhow::anyhow!("a producer panicked"))??;
        }
        anyhow::Ok(())
    })?;
    finish.wait();
    let elapsed = started.elapsed();
    runtime.shutdown(Duration::from_secs(10))?;
    Ok(elapsed)
}
