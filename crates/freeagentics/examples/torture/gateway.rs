//! The campaign `gateway`: quiet windows and windows of misdeeds take turns, with idle clients all the while.
//!
//! Promised: every misdeed ends as it deserves, nobody idle is cut off, memory stays bounded, and the p99 of honest clients
//! at most doubles. The last is judged on the median of the ratios of neighbouring windows, so that a busy moment of the
//! machine counts for both. In life attackers have machines of their own; here they have threads of their own, which run when
//! nobody else wants the processor, so that what is judged is what the server does for them.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use rand::{RngExt as _, SeedableRng as _};
use rand_pcg::Pcg64;
use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use crate::Effort;
use crate::honest::{Honest, p99};
use crate::misdeeds::MISDEEDS;
use crate::server::{Served, Settings, TOKEN};

const HONEST: usize = 4;
const WINDOW: Duration = Duration::from_secs(2);
/// Between two misdeeds: many, but not so many that the load generator takes the processor from everybody.
const PACE: Duration = Duration::from_millis(20);
/// The attackers' threads give way to all others.
const LOWEST_PRIORITY: i32 = 19;
/// What the attacks may add to the server's memory.
const MOST_GROWTH: u64 = 64 << 20;

/// Idle clients, and how many of them the server has ended.
struct Idle {
    _tasks: JoinSet<()>,
    ended: Arc<AtomicUsize>,
}

impl Idle {
    async fn open(served: &Served, count: usize) -> anyhow::Result<Self> {
        let (mut tasks, ended) = (JoinSet::new(), Arc::new(AtomicUsize::new(0)));
        for _ in 0..count {
            let mut client = served.client().await.context("opening an idle client")?;
            let ended = Arc::clone(&ended);
            // Reading answers pings.
            tasks.spawn(async move {
                while let Ok(Some(_)) = client.next().await {}
                ended.fetch_add(1, Ordering::Relaxed);
            });
        }
        Ok(Self {
            _tasks: tasks,
            ended,
        })
    }
}

/// Attacks for about `effort`, and the figures.
pub(crate) async fn run(effort: Effort) -> anyhow::Result<String> {
    let begin = Instant::now();
    let served = Served::start(Settings {
        agents: 200,
        period: 400,
    })?;
    let count = if effort.seconds < 30.0 { 1000 } else { 10_000 };
    let before = served.resident_bytes()?;
    let idle = Idle::open(&served, count).await?;
    let with_idle = served.resident_bytes()?;
    eprintln!(
        "{count} idle clients after {:.1} s",
        begin.elapsed().as_secs_f64()
    );

    let attackers = attackers()?;
    let honest = Honest::begin(served.address, TOKEN, HONEST);
    let mut rng = Pcg64::seed_from_u64(effort.seed);
    let mut committed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut quiet, mut attacked, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let mut highest = with_idle;
    while ratios.is_empty() || begin.elapsed() < effort.time() {
        honest.take();
        tokio::time::sleep(WINDOW).await;
        let calm = p99(&mut honest.take()).context("no answers in a quiet window")?;
        let mut deeds = JoinSet::new();
        let window = Instant::now();
        while window.elapsed() < WINDOW {
            let misdeed = &MISDEEDS[rng.random_range(0..MISDEEDS.len())];
            *committed.entry(misdeed.name).or_default() += 1;
            let address = served.address;
            deeds.spawn_on(
                async move { misdeed.commit(address, TOKEN).await },
                attackers.handle(),
            );
            tokio::time::sleep(PACE).await;
        }
        let rough = p99(&mut honest.take()).context("no answers among misdeeds")?;
        while let Some(done) = deeds.join_next().await {
            done.context("a misdeed did not end as it deserves")?;
        }
        highest = highest.max(served.resident_bytes()?);
        quiet.push(calm);
        attacked.push(rough);
        ratios.push(rough.as_secs_f64() / calm.as_secs_f64());
    }
    attackers.shutdown_background();
    honest.end().await?;
    let ended = idle.ended.load(Ordering::Relaxed);
    ensure!(ended == 0, "{ended} of {count} idle clients were cut off");
    let grown = highest - with_idle;
    ensure!(
        grown < MOST_GROWTH,
        "the server grew by {} MiB under attack",
        grown >> 20
    );
    ratios.sort_by(f64::total_cmp);
    let ratio = ratios[ratios.len() / 2];
    let (quiet, attacked) = (median(quiet), median(attacked));
    let figures = format!(
        "{} misdeeds of {} kinds, each ended as it deserves; {count} idle clients at {} bytes, none cut off; \
         honest p99 {quiet:.2?} in quiet, {attacked:.2?} among misdeeds ({ratio:.2} x, median of {} pairs of windows); \
         memory grew by {:.1} MiB",
        committed.values().sum::<usize>(),
        committed.len(),
        with_idle.saturating_sub(before) / count as u64,
        ratios.len(),
        grown as f64 / f64::from(1 << 20),
    );
    ensure!(
        ratio <= 2.0,
        "the honest clients' p99 more than doubled: {figures}"
    );
    Ok(figures)
}

/// Threads for misdeeds.
fn attackers() -> anyhow::Result<Runtime> {
    let threads = Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(|| {
            // Of this thread alone, on Linux; where it is refused, attackers are a little louder.
            let _ = rustix::process::setpriority_process(None, LOWEST_PRIORITY);
        })
        .build()?;
    Ok(threads)
}

fn median(mut all: Vec<Duration>) -> Duration {
    all.sort_unstable();
    all[all.len() / 2]
}
