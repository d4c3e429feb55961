//! The campaign `soak`: many agents and clients for a long time.
//!
//! Promised: no client is cut off or loses its events, and memory is flat: the interval of its slope contains 0, or what it
//! surely grew by in all that time is less than a two-hundredth of it, which an allocator's reserves explain.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use tokio::task::JoinSet;

use crate::Effort;
use crate::server::{Served, Settings};
use crate::slope::slope;

/// The part of the time that is not looked at: it takes some fifty steps of all agents until queues and the allocator's
/// reserves have their size.
const WARM_UP: f64 = 0.4;
const EVERY: Duration = Duration::from_millis(200);
const MOST_GROWTH: f64 = 0.005;

/// Serves for about `effort`, and the figures.
pub(crate) async fn run(effort: Effort) -> anyhow::Result<String> {
    let begin = Instant::now();
    let short = effort.seconds < 60.0;
    let (agents, clients) = if short {
        (10_000, 100)
    } else {
        (100_000, 1000)
    };
    let served = Served::start(Settings {
        agents,
        period: if short { 100 } else { 500 },
        yielding: false,
    })?;
    let (events, ended) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicUsize::new(0)));
    let mut tasks = JoinSet::new();
    for number in 0..clients {
        let mut client = served.client().await.context("opening a client")?;
        let agent = number * (agents / clients);
        let topics = format!(r#"{{"type":"subscribe","topics":["agent/{agent}","stats"]}}"#);
        client.send_text(topics).await?;
        let (events, ended) = (Arc::clone(&events), Arc::clone(&ended));
        tasks.spawn(async move {
            while let Ok(text) = client.next_text().await {
                if text.contains(r#""type":"lagged""#) {
                    break;
                }
                events.fetch_add(1, Ordering::Relaxed);
            }
            ended.fetch_add(1, Ordering::Relaxed);
        });
    }
    let setup = begin.elapsed();
    eprintln!(
        "{agents} agents and {clients} clients after {:.1} s",
        setup.as_secs_f64()
    );

    let end = begin + effort.time().max(setup + Duration::from_secs(10));
    let warm = Instant::now() + (end - Instant::now()).mul_f64(WARM_UP);
    let mut samples = Vec::new();
    while Instant::now() < end {
        tokio::time::sleep(EVERY).await;
        let bytes = served.resident_bytes()? as f64;
        if Instant::now() > warm {
            samples.push((warm.elapsed().as_secs_f64(), bytes));
        }
        let ended = ended.load(Ordering::Relaxed);
        ensure!(
            ended == 0,
            "{ended} of {clients} clients were cut off or lost events"
        );
    }
    let heard = events.load(Ordering::Relaxed);
    ensure!(
        heard > u64::from(clients),
        "only {heard} events reached {clients} clients"
    );
    let found = slope(&samples).context("too few samples")?;
    let last = samples.last().map_or(1.0, |(_, bytes)| *bytes);
    let time = samples.last().map_or(0.0, |(seconds, _)| *seconds);
    let per_minute = 60.0 / 1024.0;
    let figures = format!(
        "{agents} agents, {clients} clients, {heard} events, nobody cut off; {:.0} MiB resident, \
         slope {:+.0} KiB/min ({:+.0} to {:+.0}) over {time:.0} s",
        last / f64::from(1 << 20),
        found.estimate * per_minute,
        found.low * per_minute,
        found.high * per_minute,
    );
    let surely_grown = found.low * time / last;
    ensure!(surely_grown < MOST_GROWTH, "memory grows: {figures}");
    Ok(figures)
}
