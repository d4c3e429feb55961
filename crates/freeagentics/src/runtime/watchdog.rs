//! Finds handlers that do not return: names their agents, and in the end gives them up.
//!
//! Invariant: it only reads counters that the shards write anyway; a busy shard whose events advance is never reported,
//! and a machine that was asleep is not taken for a handler that was not.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};

use crate::AgentId;
use crate::error::{RuntimeError, SendError};
use crate::observe::{Event, EventKind};
use crate::shared::Shared;

use super::builder::start_thread;
use super::crew::Crew;

/// The watchdog's thread; ends when dropped.
pub(super) struct Watchdog {
    leash: Arc<Leash>,
    thread: Option<JoinHandle<()>>,
}

#[derive(Default)]
struct Leash {
    over: Mutex<bool>,
    changed: Condvar,
}

/// What the watchdog saw of one shard last time.
struct Seen {
    events: u64,
    looked: Instant,
    held: Duration,
    reported: bool,
}

pub(super) fn start(shared: &Arc<Shared>, crew: &Arc<Crew>) -> Result<Watchdog, RuntimeError> {
    let leash = Arc::new(Leash::default());
    let (mine, shared, crew) = (leash.clone(), shared.clone(), crew.clone());
    let thread = start_thread("watchdog".to_owned(), move || watch(&shared, &crew, &mine))?;
    Ok(Watchdog {
        leash,
        thread: Some(thread),
    })
}

impl Drop for Watchdog {
    fn drop(&mut self) {
        *self.leash.over.lock() = true;
        self.leash.changed.notify_all();
        if let Some(thread) = self.thread.take() {
            // It runs no code of others, so it cannot have panicked with anything to tell.
            let _ = thread.join();
        }
    }
}

fn watch(shared: &Arc<Shared>, crew: &Crew, leash: &Leash) {
    let limit = shared.settings.stuck_after;
    let mut seen: Vec<Seen> = shared.gauges.iter().map(|_| Seen::new(0)).collect();
    let mut over = leash.over.lock();
    while !*over {
        leash.changed.wait_for(&mut over, limit / 4);
        for (shard, seen) in seen.iter_mut().enumerate() {
            look(shared, crew, shard, seen);
        }
    }
}

impl Seen {
    fn new(events: u64) -> Self {
        Self {
            events,
            looked: Instant::now(),
            held: Duration::ZERO,
            reported: false,
        }
    }
}

fn look(shared: &Arc<Shared>, crew: &Crew, shard: usize, seen: &mut Seen) {
    let limit = shared.settings.stuck_after;
    let gauge = &shared.gauges[shard];
    let events = gauge.events.load(Ordering::Relaxed);
    let culprit = AgentId::from_bits(gauge.current.load(Ordering::Relaxed));
    if events != seen.events || culprit == AgentId::OUTSIDE {
        if seen.reported {
            tracing::warn!(shard, held = ?seen.held, "the shard goes on");
        }
        gauge.stuck_for_ms.store(0, Ordering::Relaxed);
        *seen = Seen::new(events);
        return;
    }
    // A longer gap between two looks is one in which nobody ran.
    seen.held += seen.looked.elapsed().min(limit / 2);
    seen.looked = Instant::now();
    let held = seen.held;
    if held < limit {
        return;
    }
    if held >= shared.settings.give_up_after && crew.replace(shared, shard, events, held) {
        gauge.stuck_for_ms.store(0, Ordering::Relaxed);
        *seen = Seen::new(events);
        return;
    }
    let held_ms = u64::try_from(held.as_millis()).unwrap_or(u64::MAX).max(1);
    gauge.stuck_for_ms.store(held_ms, Ordering::Relaxed);
    fail_requests(shared, shard, culprit, held);
    if seen.reported {
        return;
    }
    seen.reported = true;
    tracing::error!(agent = %culprit, shard, ?held, "handler does not return; its shard stands still");
    let event = Event {
        agent: culprit,
        tick: 0,
        count: 0,
        kind: EventKind::Stuck { held },
    };
    shared.taps.publish(&event, || [].iter());
}

/// Those who wait for a reply from the stuck shard get an error instead of silence.
fn fail_requests(shared: &Shared, shard: usize, culprit: AgentId, held: Duration) {
    let mut failed = Vec::new();
    for envelope in shared.inboxes[shard].lock().queued_mut() {
        if let Some(reply) = envelope.reply.take() {
            failed.push((reply, envelope.target.id(shared.settings.node)));
        }
    }
    for (reply, to) in failed {
        reply.fail(SendError::Stuck { to, culprit, held });
    }
}
