//! The campaign `gateway`: windows of misdeeds and windows without take turns, with idle clients all the while.
//!
//! Promised: every misdeed ends as it deserves, nobody idle is cut off, memory stays bounded, and the p99 of honest clients
//! at most doubles. In life attackers have machines of their own. Here they have threads of their own, which give way to all
//! others and still take processor, caches and wake-ups from everybody: so the last is judged against windows in which they do
//! the same to another server, which gives way as well. The median of the ratios of neighbouring windows counts, so that a busy
//! moment of the machine is in both.

use std::collections::BTreeMap;
use std::net::SocketAddr;
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
use crate::server::{LOWEST_PRIORITY, Served, Settings, TOKEN};

const HONEST: usize = 4;
const WINDOW: Duration = Duration::from_secs(2);
/// Between two misdeeds: many, but not so many that the load generator takes the processor from everybody.
const PACE: Duration = Duration::from_millis(20);
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
    let settings = Settings {
        agents: 200,
        period: 400,
        yielding: false,
    };
    let served = Served::start(settings)?;
    let decoy = Served::start(Settings {
        yielding: true,
        ..settings
    })?;
    let count = if effort.seconds < 30.0 { 1000 } else { 10_000 };
    let before = served.resident_bytes()?;
    let idle = Idle::open(&served, count).await?;
    let with_idle = served.resident_bytes()?;
    eprintln!(
        "{count} idle clients after {:.1} s",
        begin.elapsed().as_secs_f64()
    );

    let threads = attackers()?;
    let honest = Honest::begin(served.address, TOKEN, HONEST);
    let mut rng = Pcg64::seed_from_u64(effort.seed);
    let mut committed: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut quiet, mut elsewhere, mut attacked) = (Vec::new(), Vec::new(), Vec::new());
    let mut ratios = Vec::new();
    let mut highest = with_idle;
    while ratios.is_empty() || begin.elapsed() < effort.time() {
        honest.take();
        tokio::time::sleep(WINDOW).await;
        let calm = p99(&mut honest.take()).context("no answers in a quiet window")?;
        let mut ignored = attack(decoy.address, &mut rng, &threads).await;
        let beside = p99(&mut honest.take()).context("no answers while another is attacked")?;
        // How a server that gives way to all others copes is not judged.
        while ignored.join_next().await.is_some() {}
        honest.take();
        let mut deeds = attack(served.address, &mut rng, &threads).await;
        let rough = p99(&mut honest.take()).context("no answers among misdeeds")?;
        while let Some(done) = deeds.join_next().await {
            let name = done.context("a misdeed did not end as it deserves")?;
            *committed.entry(name).or_default() += 1;
        }
        highest = highest.max(served.resident_bytes()?);
        quiet.push(calm);
        elsewhere.push(beside);
        attacked.push(rough);
        ratios.push(rough.as_secs_f64() / beside.as_secs_f64());
    }
    threads.shutdown_background();
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
    let [quiet, elsewhere, attacked] = [quiet, elsewhere, attacked].map(median);
    let figures = format!(
        "{} misdeeds of {} kinds, each ended as it deserves; {count} idle clients at {} bytes, none cut off; \
         honest p99 {quiet:.2?} in quiet, {elsewhere:.2?} while another server is attacked, {attacked:.2?} among misdeeds \
         ({ratio:.2} x the one before, median of {} pairs of windows); \
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

/// A window of misdeeds towards `address`; they end with their names.
async fn attack(address: SocketAddr, rng: &mut Pcg64, threads: &Runtime) -> JoinSet<&'static str> {
    let mut deeds = JoinSet::new();
    let window = Instant::now();
    while window.elapsed() < WINDOW {
        let misdeed = &MISDEEDS[rng.random_range(0..MISDEEDS.len())];
        let deed = async move {
            misdeed.commit(address, TOKEN).await;
            misdeed.name
        };
        deeds.spawn_on(deed, threads.handle());
        tokio::time::sleep(PACE).await;
    }
    deeds
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
