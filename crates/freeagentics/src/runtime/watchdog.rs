//! Finds handlers that do not return, and names their agents.
//!
//! Invariant: it only reads counters that the shards write anyway; a busy shard whose events advance is never reported.

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
    since: Instant,
    reported: bool,
}

pub(super) fn start(shared: &Arc<Shared>) -> Result<Watchdog, RuntimeError> {
    let leash = Arc::new(Leash::default());
    let (mine, shared) = (leash.clone(), shared.clone());
    let thread = start_thread("watchdog".to_owned(), move || watch(&shared, &mine))?;
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

fn watch(shared: &Shared, leash: &Leash) {
    let limit = shared.settings.stuck_after;
    let mut seen: Vec<Seen> = shared
        .gauges
        .iter()
        .map(|_| Seen {
            events: 0,
            since: Instant::now(),
            reported: false,
        })
        .collect();
    let mut over = leash.over.lock();
    while !*over {
        leash.changed.wait_for(&mut over, limit / 4);
        for (shard, seen) in seen.iter_mut().enumerate() {
            look(shared, shard, seen, limit);
        }
    }
}

fn look(shared: &Shared, shard: usize, seen: &mut Seen, limit: Duration) {
    let gauge = &shared.gauges[shard];
    let events = gauge.events.load(Ordering::Relaxed);
    let culprit = AgentId::from_bits(gauge.current.load(Ordering::Relaxed));
    if events != seen.events || culprit == AgentId::OUTSIDE {
        if seen.reported {
            tracing::warn!(shard, held = ?seen.since.elapsed(), "the shard goes on");
        }
        gauge.stuck_for_ms.store(0, Ordering::Relaxed);
        *seen = Seen {
            events,
            since: Instant::now(),
            reported: false,
        };
        return;
    }
    let held = seen.since.elapsed();
    if held < limit {
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
