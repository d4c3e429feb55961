//! The bus's side: two runtimes, each with a way of its own to a NATS server that is harmed, once for each kind of delivery.
//!
//! Judged: every message arrives once and in order, none comes back, every request gets its own answer or an error in time, and
//! messages and requests flow again soon after a fault.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail, ensure};
use freeagentics::bus::{BusStats, Delivery, NatsBus, NatsOptions};
use freeagentics::{AgentId, RequestError, Runtime, SendError};
use parking_lot::Mutex;
use rand::SeedableRng as _;
use rand_pcg::Pcg64;
use tokio::task::JoinSet;

use super::SLACK;
use super::echo::{Echo, answer};
use super::faults::{Faults, Victim};
use super::proxy::Proxy;
use crate::Effort;
use crate::nats_server::Server;
use crate::support::{Checker, number, numbered, runtime};

/// How long a request may take; shorter than some faults.
const REQUEST: Duration = Duration::from_secs(3);
/// Threads that ask, of each pair of runtimes.
const ASKERS: usize = 2;
/// Messages sent at once, and the pause after them: they must all find room while the server is away.
const BURST: u64 = 8;
const PACE: Duration = Duration::from_millis(4);

impl Victim for Server {
    fn kill(&mut self) {
        Server::kill(self);
    }

    fn start_again(&mut self) -> anyhow::Result<()> {
        self.resume();
        Ok(())
    }

    fn pause(&mut self) {
        Server::pause(self);
    }

    fn go_on(&mut self) {
        Server::go_on(self);
    }
}

/// Two runtimes on one bus.
struct Pair {
    name: &'static str,
    sender: Runtime,
    /// The sender's bus; the other's only has to live.
    bus: NatsBus,
    _receiver: (Runtime, NatsBus),
    checker: Checker,
    echo: Echo,
    to_checker: AgentId,
    to_echo: AgentId,
    sent: AtomicU64,
    asked: AtomicU64,
    answered: AtomicU64,
    failed: AtomicU64,
    longest: Mutex<Duration>,
    /// When the request was made that was last answered.
    last_asked: Mutex<Instant>,
    over: AtomicBool,
}

/// Harms a server for about `effort`; the figures.
pub(super) async fn run(effort: Effort) -> anyhow::Result<String> {
    let begin = Instant::now();
    let mut server = tokio::task::block_in_place(Server::start).context("no nats-server")?;
    let ways = [
        Proxy::start(server.port()).await?,
        Proxy::start(server.port()).await?,
    ];
    let pairs = tokio::task::block_in_place(|| {
        anyhow::Ok([
            Arc::new(Pair::join("live", Delivery::WhileBothLive, &ways)?),
            Arc::new(Pair::join("kept", Delivery::Kept, &ways)?),
        ])
    })?;
    // However this ends: threads that went on would keep the process.
    let _end = End(&pairs);
    let mut callers = JoinSet::new();
    for pair in &pairs {
        let sender = pair.clone();
        callers.spawn_blocking(move || sender.send());
        for _ in 0..ASKERS {
            let asker = pair.clone();
            callers.spawn_blocking(move || asker.ask());
        }
    }
    let mut faults = Faults::new(Pcg64::seed_from_u64(effort.seed));
    let harmed = async {
        let mut slowest = Duration::ZERO;
        while begin.elapsed() < effort.time() {
            let blow = faults.draw(ways.len());
            let resumed = async {
                blow.strike(&mut server, &ways).await?;
                resumed(&pairs).await
            };
            let took = resumed.await.with_context(|| format!("NATS, {blow:?}"))?;
            eprintln!("NATS: {blow:?}, flowing {took:.1?} after it");
            slowest = slowest.max(took);
        }
        anyhow::Ok(slowest)
    };
    let slowest = tokio::select! {
        slowest = harmed => slowest?,
        Some(early) = callers.join_next() => {
            early??;
            bail!("a caller ended before its time")
        }
    };
    end(&pairs);
    while let Some(ended) = callers.join_next().await {
        ended??;
    }
    let mut told = vec![faults.told()];
    for pair in &pairs {
        tokio::task::block_in_place(|| pair.judge()).context(pair.name)?;
        told.push(pair.told());
    }
    told.push(format!(
        "all flowed again at most {:.1} s after a fault",
        slowest.as_secs_f64()
    ));
    Ok(told.join("; "))
}

fn end(pairs: &[Arc<Pair>]) {
    for pair in pairs {
        pair.over.store(true, Ordering::Release);
    }
}

struct End<'a>(&'a [Arc<Pair>]);

impl Drop for End<'_> {
    fn drop(&mut self) {
        end(self.0);
    }
}

/// Waits until what was sent before the fault's end has arrived, and a request made after it is answered, in every pair.
async fn resumed(pairs: &[Arc<Pair>]) -> anyhow::Result<Duration> {
    let ended = Instant::now();
    let limit = NatsOptions::new("").longest_recovery() + SLACK;
    for pair in pairs {
        let sent = pair.sent.load(Ordering::Acquire);
        while pair.checker.seen.load(Ordering::Acquire) < sent || *pair.last_asked.lock() < ended {
            ensure!(
                ended.elapsed() < limit,
                "{}: of {sent} messages {} have arrived within {limit:?} of its end: {:?}",
                pair.name,
                pair.checker.seen.load(Ordering::Acquire),
                pair.bus.stats()
            );
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
    Ok(ended.elapsed())
}

impl Pair {
    fn join(name: &'static str, delivery: Delivery, ways: &[Proxy; 2]) -> anyhow::Result<Self> {
        let joined = |node: u16, way: &Proxy| {
            let runtime = runtime(node);
            let options = NatsOptions {
                bus: name.to_owned(),
                delivery,
                request_timeout: REQUEST,
                ..NatsOptions::new(format!("nats://127.0.0.1:{}", way.port()))
            };
            let bus = NatsBus::join(&runtime, options)?;
            anyhow::Ok((runtime, bus))
        };
        let receiver = joined(2, &ways[1])?;
        let (checker, echo) = (Checker::default(), Echo::default());
        let to_checker = receiver.0.spawn(checker.clone())?;
        let to_echo = receiver.0.spawn(echo.clone())?;
        let (sender, bus) = joined(1, &ways[0])?;
        Ok(Self {
            name,
            sender,
            bus,
            _receiver: receiver,
            checker,
            echo,
            to_checker,
            to_echo,
            sent: AtomicU64::new(0),
            asked: AtomicU64::new(0),
            answered: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            longest: Mutex::default(),
            last_asked: Mutex::new(Instant::now()),
            over: AtomicBool::new(false),
        })
    }

    fn send(&self) -> anyhow::Result<()> {
        let mut next = 0;
        while !self.over.load(Ordering::Acquire) {
            for _ in 0..BURST {
                self.sender.send(self.to_checker, numbered(next))?;
                next += 1;
                self.sent.store(next, Ordering::Release);
            }
            std::thread::sleep(PACE);
        }
        Ok(())
    }

    fn ask(&self) -> anyhow::Result<()> {
        while !self.over.load(Ordering::Acquire) {
            let question = self.asked.fetch_add(1, Ordering::AcqRel);
            let asked = Instant::now();
            let reply = self.sender.request(self.to_echo, numbered(question))?;
            let reply = reply.wait(REQUEST + SLACK);
            let mut longest = self.longest.lock();
            *longest = (*longest).max(asked.elapsed());
            drop(longest);
            match reply {
                Ok(reply) => {
                    let said = number(&reply);
                    ensure!(
                        said == answer(question),
                        "{}: {question} was answered by {said}",
                        self.name
                    );
                    self.answered.fetch_add(1, Ordering::AcqRel);
                    let mut last = self.last_asked.lock();
                    *last = (*last).max(asked);
                }
                Err(RequestError::Send(SendError::Bus { .. })) => {
                    self.failed.fetch_add(1, Ordering::AcqRel);
                }
                Err(other) => bail!("{}: a request ended with: {other}", self.name),
            }
            std::thread::sleep(PACE);
        }
        Ok(())
    }

    fn judge(&self) -> anyhow::Result<()> {
        self.bus.flush(Duration::from_secs(60))?;
        let sent = self.sent.load(Ordering::Acquire);
        let begin = Instant::now();
        while self.checker.seen.load(Ordering::Acquire) < sent && begin.elapsed() < SLACK * 4 {
            std::thread::sleep(Duration::from_millis(5));
        }
        let seen = self.checker.seen.load(Ordering::Acquire);
        ensure!(seen == sent, "{sent} messages were sent, {seen} arrived");
        let wrong = self.checker.wrong.load(Ordering::Acquire);
        ensure!(wrong == 0, "{wrong} messages were not the next one");
        let doubled = self.echo.doubled.load(Ordering::Acquire);
        ensure!(doubled == 0, "{doubled} requests arrived twice");
        let stats = self.bus.stats();
        let accepted = sent + self.asked.load(Ordering::Acquire);
        let right = stats.accepted == accepted
            && stats.acknowledged == accepted
            && stats.returned == 0
            && stats.damaged_frames == 0
            // The runtime counts messages only.
            && self.sender.stats().forwarded == sent;
        ensure!(
            right,
            "{accepted} were given to the bus, which counts {stats:?}"
        );
        Ok(())
    }

    fn told(&self) -> String {
        let BusStats {
            repeated_frames,
            reconnects,
            ..
        } = self.bus.stats();
        let count = |counter: &AtomicU64| counter.load(Ordering::Acquire);
        format!(
            "{}: {} messages once and in order, {} requests answered, {} ended by an error, the longest after {:.1} s; \
             {reconnects} reconnections, {repeated_frames} frames repeated",
            self.name,
            count(&self.sent),
            count(&self.answered),
            count(&self.failed),
            self.longest.lock().as_secs_f64(),
        )
    }
}
