//! Clients that do nothing wrong and want their answers. Invariant: every question is answered rightly, or it is an error.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use freeagentics::gateway::client::Client;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::raw::PATIENCE;

/// Between two questions of a client.
const PAUSE: Duration = Duration::from_millis(2);

/// Clients at work.
pub(crate) struct Honest {
    done: Arc<AtomicBool>,
    latencies: Arc<Mutex<Vec<Duration>>>,
    tasks: JoinSet<anyhow::Result<()>>,
}

impl Honest {
    /// `count` clients begin to ask.
    pub(crate) fn begin(address: SocketAddr, token: &'static str, count: usize) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let latencies: Arc<Mutex<Vec<Duration>>> = Arc::default();
        let mut tasks = JoinSet::new();
        for _ in 0..count {
            let (done, latencies) = (Arc::clone(&done), Arc::clone(&latencies));
            tasks.spawn(async move {
                let mut client = Client::connect(address, Some(token)).await?;
                client.next_text().await?;
                let mut id = 0_u32;
                while !done.load(Ordering::Relaxed) {
                    id += 1;
                    let took = ask(&mut client, id).await?;
                    latencies
                        .lock()
                        .map_err(|_| anyhow::anyhow!("poisoned"))?
                        .push(took);
                    tokio::time::sleep(PAUSE).await;
                }
                Ok(())
            });
        }
        Self {
            done,
            latencies,
            tasks,
        }
    }

    /// The latencies since the last call.
    pub(crate) fn take(&self) -> Vec<Duration> {
        self.latencies
            .lock()
            .map(|mut all| std::mem::take(&mut *all))
            .unwrap_or_default()
    }

    /// Ends them; an error if one was not served.
    pub(crate) async fn end(mut self) -> anyhow::Result<()> {
        self.done.store(true, Ordering::Relaxed);
        while let Some(ended) = self.tasks.join_next().await {
            ended?.context("an honest client was not served")?;
        }
        Ok(())
    }
}

async fn ask(client: &mut Client, id: u32) -> anyhow::Result<Duration> {
    let question = format!(r#"{{"type":"echo","id":{id},"payload":"0123456789abcdef"}}"#);
    let begin = Instant::now();
    client.send_text(question.as_str()).await?;
    let answer = timeout(PATIENCE, client.next_text())
        .await
        .context("no answer in time")??;
    ensure!(answer == question, "asked {question}, got {answer}");
    Ok(begin.elapsed())
}

/// The latency that 99 % do not exceed.
pub(crate) fn p99(latencies: &mut [Duration]) -> Option<Duration> {
    latencies.sort_unstable();
    let index = (latencies.len() * 99).div_ceil(100).checked_sub(1)?;
    latencies.get(index).copied()
}
