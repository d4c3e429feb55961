//! Counters of a runtime.
//!
//! Invariant: once the runtime is quiet, `sent = handled + forwarded + rejected + dead_lettered`.

use std::sync::atomic::Ordering;

use super::Runtime;

/// What a runtime has done so far. Shards publish their counts after each batch; exact once the runtime is settled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Stats {
    /// Agents alive.
    pub agents: u64,
    /// Messages that somebody tried to send; a broadcast counts one per receiver.
    pub sent: u64,
    /// Messages whose handler returned.
    pub handled: u64,
    /// Messages that were given to the bus.
    pub forwarded: u64,
    /// Messages that were refused with an error.
    pub rejected: u64,
    /// Messages that were accepted but reached nobody: the agent had stopped, its handler panicked, or the runtime
    /// shut down.
    pub dead_lettered: u64,
    /// Handler calls of any kind: messages, steps, bounces.
    pub events: u64,
}

impl Runtime {
    /// The counters now.
    #[must_use]
    pub fn stats(&self) -> Stats {
        let shared = self.shared();
        let forwarded_outside = shared.forwarded.load(Ordering::Acquire);
        let mut stats = Stats {
            rejected: shared.refused_at_door.load(Ordering::Acquire),
            forwarded: forwarded_outside,
            sent: forwarded_outside,
            ..Stats::default()
        };
        for (gauge, inbox) in shared.gauges.iter().zip(&shared.inboxes) {
            stats.handled += gauge.handled.load(Ordering::Acquire);
            stats.forwarded += gauge.forwarded.load(Ordering::Acquire);
            stats.dead_lettered += gauge.dead.load(Ordering::Acquire);
            stats.rejected += gauge.refused.load(Ordering::Acquire);
            stats.agents += gauge.agents.load(Ordering::Acquire);
            stats.events += gauge.events.load(Ordering::Acquire);
            stats.sent +=
                gauge.accepted.load(Ordering::Acquire) + gauge.forwarded.load(Ordering::Acquire);
            let door = inbox.lock();
            stats.sent += door.admitted;
            stats.rejected += door.refused;
        }
        stats.sent += stats.rejected;
        stats
    }
}
