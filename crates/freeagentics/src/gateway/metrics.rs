//! What the gateway counts. Invariant: counters only grow, and counting never waits.

use std::sync::atomic::{AtomicU64, Ordering};

use super::close::CloseReason;

/// A counter that only grows.
#[derive(Debug, Default)]
pub(super) struct Counter(AtomicU64);

impl Counter {
    pub(super) fn add(&self, amount: u64) {
        self.0.fetch_add(amount, Ordering::Relaxed);
    }

    pub(super) fn get(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why a request was answered with an error instead of an upgrade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub(super) enum Refusal {
    Malformed,
    Unauthorized,
    ForeignOrigin,
    TimedOut,
    TooLarge,
    NotFound,
    Full,
    Evicted,
}

impl Refusal {
    pub(super) const ALL: [(Self, &'static str); 8] = [
        (Self::Malformed, "malformed"),
        (Self::Unauthorized, "unauthorized"),
        (Self::ForeignOrigin, "foreign_origin"),
        (Self::TimedOut, "timed_out"),
        (Self::TooLarge, "too_large"),
        (Self::NotFound, "not_found"),
        (Self::Full, "full"),
        (Self::Evicted, "evicted"),
    ];
}

/// Everything the gateway counts.
#[derive(Debug, Default)]
pub struct Metrics {
    pub(super) accepted: Counter,
    pub(super) upgraded: Counter,
    pub(super) ended: Counter,
    pub(super) requests: Counter,
    pub(super) refused: [Counter; Refusal::ALL.len()],
    pub(super) closed: [Counter; CloseReason::ALL.len()],
    pub(super) messages_in: Counter,
    pub(super) bytes_in: Counter,
    pub(super) bad_commands: Counter,
    pub(super) published: Counter,
    pub(super) deliveries: Counter,
    pub(super) events_dropped: Counter,
    pub(super) steps: Counter,
}

/// A few of the counters at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Snapshot {
    /// WebSocket connections open.
    pub connections: u64,
    /// Messages received from clients.
    pub messages_in: u64,
    /// Events handed to clients' sockets or outboxes.
    pub deliveries: u64,
    /// Events dropped because a client was too slow.
    pub events_dropped: u64,
    /// Agent steps taken.
    pub steps: u64,
}

impl Metrics {
    pub(super) fn refuse(&self, why: Refusal) {
        self.refused[why as usize].add(1);
    }

    pub(super) fn close(&self, why: CloseReason) {
        self.closed[why as usize - 1].add(1);
    }

    /// WebSocket connections open.
    #[must_use]
    pub fn connections(&self) -> u64 {
        self.upgraded.get().saturating_sub(self.ended.get())
    }

    /// A few of the counters now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot {
            connections: self.connections(),
            messages_in: self.messages_in.get(),
            deliveries: self.deliveries.get(),
            events_dropped: self.events_dropped.get(),
            steps: self.steps.get(),
        }
    }

    /// Counts agent steps taken by whoever drives the agents.
    pub fn count_steps(&self, steps: u64) {
        self.steps.add(steps);
    }
}
