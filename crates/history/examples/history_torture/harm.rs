//! The server of a history killed, paused and cut off, one fault after the other.

use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use fabench_history::{History, Location, RunFilter};
use freeagentics::store::private_cluster::PrivateCluster;
use rand::SeedableRng as _;
use rand_pcg::Pcg64;

use crate::faults::Faults;
use crate::proxy::Proxy;

/// A server whose network is a proxy of our own.
pub(crate) struct Harmed {
    cluster: PrivateCluster,
    threads: tokio::runtime::Runtime,
    ways: [Proxy; 1],
    url: String,
}

/// What callers wait for somebody to let them in, and for a statement.
const PATIENCE: Duration = Duration::from_secs(3);

/// What a call takes at most: a statement that nobody answers, and a new connection with the two statements that begin it. The
/// reader makes two; the rest is for a machine that others want too.
pub(crate) const LONGEST_LOOK: Duration = Duration::from_secs(2 * (5 + 3 + 2 * 5) + 10);

impl Harmed {
    pub(crate) fn new(cluster: PrivateCluster) -> anyhow::Result<Self> {
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()?;
        let proxy = threads.block_on(Proxy::start(cluster.port()))?;
        let direct = format!("localhost:{}", cluster.port());
        let behind = format!("127.0.0.1:{}", proxy.port());
        let seconds = PATIENCE.as_secs();
        let url = format!(
            "{}?connect_timeout={seconds}&options=-c%20statement_timeout%3D{seconds}s",
            cluster.tcp_url().replace(&direct, &behind)
        );
        Ok(Self {
            cluster,
            threads,
            ways: [proxy],
            url,
        })
    }

    /// Through the proxy, for callers who do not wait for long.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Strikes until `end`; the faults, and how long it took at most to be served again. Returns when the server is well.
    pub(crate) fn harm(&mut self, seed: u64, end: Instant) -> anyhow::Result<String> {
        let mut faults = Faults::new(Pcg64::seed_from_u64(seed));
        let mut slowest = Duration::ZERO;
        while Instant::now() < end {
            let blow = faults.draw(self.ways.len());
            let strike = blow.strike(&mut self.cluster, &self.ways);
            // Killing blocks its thread, which only those of a runtime may.
            self.threads.block_on(strike)?;
            let ended = Instant::now();
            while let Err(error) = served(&self.url) {
                ensure!(
                    ended.elapsed() < LONGEST_LOOK,
                    "not served {LONGEST_LOOK:?} after {blow:?}: {error}"
                );
            }
            eprintln!("history: {blow:?}, served {:.1?} after it", ended.elapsed());
            slowest = slowest.max(ended.elapsed());
        }
        Ok(format!(
            "{}, served again at most {:.1} s after one",
            faults.told(),
            slowest.as_secs_f64()
        ))
    }

    /// The server, well again.
    pub(crate) fn into_cluster(self) -> PrivateCluster {
        self.cluster
    }
}

fn served(url: &str) -> anyhow::Result<()> {
    let filter = RunFilter {
        limit: Some(1),
        ..RunFilter::default()
    };
    let mut history = History::at(&Location::of(url))?;
    history.runs(&filter).context("no runs")?;
    Ok(())
}
