//! What all threads of one runtime share.
//!
//! Invariant: senders and shards meet here only through the directory (lock-free) and the inboxes (one lock each).

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, RwLock};

use crate::AgentId;
use crate::bus::Bus;
use crate::error::{RuntimeError, SendError};
use crate::message::Message;
use crate::observe::Taps;
use crate::placement::Allocator;
use crate::runtime::Refusals;
use crate::settings::Settings;
use crate::shard::{Directory, Inbox};

pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) directory: Directory,
    pub(crate) inboxes: Box<[Inbox]>,
    pub(crate) gauges: Box<[Gauge]>,
    pub(crate) allocator: Mutex<Allocator>,
    pub(crate) taps: Taps,
    pub(crate) bus: RwLock<Option<std::sync::Arc<dyn Bus>>>,
    /// Messages refused before any inbox was chosen (too large, unknown address).
    pub(crate) refused_at_door: AtomicU64,
    /// Says in the log what senders outside were refused.
    pub(crate) refusals: Refusals,
    /// Messages from outside that went to the bus.
    pub(crate) forwarded: AtomicU64,
    /// Broadcasts on their way to a shard, and arrived there.
    pub(crate) carriers_begun: AtomicU64,
    pub(crate) carriers_ended: AtomicU64,
    /// The runtime ends: shards drop what they have not begun.
    pub(crate) ending: AtomicBool,
    /// Shards tell here that they have nothing left to do.
    pub(crate) quiet: Mutex<()>,
    pub(crate) quiet_changed: Condvar,
}

/// What one shard shows to others; on cache lines of its own.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Gauge {
    /// The agent whose handler runs, as bits; [`AgentId::OUTSIDE`] when none does.
    pub(crate) current: AtomicU64,
    /// Advances with each event that begins.
    pub(crate) events: AtomicU64,
    /// Since when the current handler has been found stuck, in ms; 0: it is not.
    pub(crate) stuck_for_ms: AtomicU64,
    /// Messages that agents of this shard sent: accepted and refused.
    pub(crate) accepted: AtomicU64,
    pub(crate) refused: AtomicU64,
    pub(crate) handled: AtomicU64,
    pub(crate) forwarded: AtomicU64,
    pub(crate) dead: AtomicU64,
    pub(crate) agents: AtomicU64,
    pub(crate) idle: AtomicBool,
}

impl Shared {
    pub(crate) fn new(settings: Settings) -> Self {
        let inbox = |_| Inbox::new(settings.mailbox_capacity, settings.shard_capacity);
        let shards = settings.shards;
        Self {
            directory: Directory::new(),
            inboxes: (0..shards).map(inbox).collect(),
            gauges: (0..shards)
                .map(|_| {
                    let gauge = Gauge::default();
                    gauge
                        .current
                        .store(AgentId::OUTSIDE.to_bits(), Ordering::Relaxed);
                    gauge
                })
                .collect(),
            allocator: Mutex::new(Allocator::new(settings.node, shards)),
            taps: Taps::default(),
            bus: RwLock::new(None),
            refused_at_door: AtomicU64::new(0),
            refusals: Refusals::default(),
            forwarded: AtomicU64::new(0),
            carriers_begun: AtomicU64::new(0),
            carriers_ended: AtomicU64::new(0),
            ending: AtomicBool::new(false),
            quiet: Mutex::new(()),
            quiet_changed: Condvar::new(),
            settings,
        }
    }

    pub(crate) fn check_size(&self, to: AgentId, message: &Message) -> Result<(), SendError> {
        let bytes = message.content_bytes();
        let limit = self.settings.payload_limit;
        if bytes > limit {
            return Err(SendError::TooLarge { to, bytes, limit });
        }
        Ok(())
    }

    /// The handler that holds `shard`, if the watchdog has found it stuck.
    pub(crate) fn stuck(&self, shard: usize) -> Option<(AgentId, Duration)> {
        let gauge = &self.gauges[shard];
        let held = gauge.stuck_for_ms.load(Ordering::Relaxed);
        (held > 0).then(|| {
            (
                AgentId::from_bits(gauge.current.load(Ordering::Relaxed)),
                Duration::from_millis(held),
            )
        })
    }

    /// Accepted and finished messages; equal when nothing is in flight.
    ///
    /// Finished is read before accepted: if they are equal, there was a moment between when nothing was in flight.
    pub(crate) fn in_flight(&self) -> u64 {
        let mut finished = self.carriers_ended.load(Ordering::Acquire);
        for gauge in &self.gauges {
            finished += gauge.handled.load(Ordering::Acquire) + gauge.dead.load(Ordering::Acquire);
        }
        let mut accepted = self.carriers_begun.load(Ordering::Acquire);
        for (gauge, inbox) in self.gauges.iter().zip(&self.inboxes) {
            accepted += gauge.accepted.load(Ordering::Acquire) + inbox.lock().admitted;
        }
        accepted.saturating_sub(finished)
    }

    /// Waits until every shard is idle and nothing is in flight.
    pub(crate) fn settle(&self, limit: Duration) -> Result<(), RuntimeError> {
        let deadline = Instant::now() + limit;
        let mut guard = self.quiet.lock();
        loop {
            let pending = self.in_flight();
            let staged: usize = self
                .inboxes
                .iter()
                .map(|inbox| inbox.lock().staged_len())
                .sum();
            if pending <= staged as u64 && self.all_idle() {
                return Ok(());
            }
            // Shards notify when they go idle; the short limit covers one that did so just before.
            let next = deadline.min(Instant::now() + Duration::from_millis(2));
            self.quiet_changed.wait_until(&mut guard, next);
            if Instant::now() >= deadline {
                return Err(RuntimeError::Busy {
                    pending: self.in_flight(),
                    waited: limit,
                });
            }
        }
    }

    /// A shard clears "filled" only after it has cleared "idle": hence the order of the two looks.
    fn all_idle(&self) -> bool {
        self.gauges
            .iter()
            .zip(&self.inboxes)
            .all(|(gauge, inbox)| !inbox.is_filled() && gauge.idle.load(Ordering::Acquire))
    }
}
