//! Raw tokio: a task and an unbounded channel per agent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::work::{AGENTS, Bytes64, Finish, MESSAGE, PER_PRODUCER, PRODUCERS, Tally};

/// The executor that all tokio-based contenders get: as many threads as the runtime has shards.
pub(crate) fn executor() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(PRODUCERS)
        .enable_all()
        .build()
}

pub(crate) fn round() -> anyhow::Result<Duration> {
    let executor = executor()?;
    let finish = Arc::new(Finish::default());
    let mut agents = Vec::with_capacity(AGENTS);
    for _ in 0..AGENTS {
        let (sender, mut receiver) = mpsc::unbounded_channel::<Bytes64>();
        let mut tally = Tally::new(&finish);
        executor.spawn(async move {
            while let Some(message) = receiver.recv().await {
                tally.take(&message);
            }
        });
        agents.push(sender);
    }
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..PRODUCERS {
            scope.spawn(|| {
                for _ in 0..PER_PRODUCER {
                    for agent in &agents {
                        agent.send(MESSAGE).expect("the agent lives");
                    }
                }
            });
        }
    });
    finish.wait();
    Ok(started.elapsed())
}
