//! The end of a runtime.
//!
//! Invariant: after shutdown every message is accounted for: handled, refused, or a dead letter.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crate::AgentId;
use crate::error::RuntimeError;
use crate::shard::Envelope;
use crate::shared::{Gauge, Shared};

use super::crew::Crew;
use super::watchdog::Watchdog;
use super::{Inner, Runtime, Stats};

/// How a shutdown went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ShutdownReport {
    /// The final counters.
    pub stats: Stats,
    /// Whether everything that was accepted was handled in time.
    pub drained: bool,
    /// Threads that could not be ended because a handler does not return, also those whose shard another thread
    /// took over.
    pub stuck_shards: usize,
}

#[derive(Default)]
pub(super) struct Threads {
    pub(super) crew: Arc<Crew>,
    pub(super) ended: bool,
    pub(super) watchdog: Option<Watchdog>,
}

/// How long one handler may keep a shard from ending.
const LAST_CALL: Duration = Duration::from_millis(500);

impl Threads {
    /// Tells all shards to stop and waits for their threads; how many did not end.
    pub(super) fn stop_all(&mut self, shared: &Arc<Shared>) -> usize {
        shared.ending.store(true, Ordering::Relaxed);
        for inbox in &shared.inboxes {
            let mut door = inbox.lock();
            door.close();
            door.command(Envelope::control(Box::new(crate::shard::Shard::stop)));
            inbox.release(door);
        }
        // From here on no shard changes hands.
        self.watchdog = None;
        let me = std::thread::current().id();
        let mut stuck = 0;
        for (gauge, thread) in shared.gauges.iter().zip(self.crew.dismiss()) {
            if thread.thread().id() == me {
                continue;
            }
            wait_for_end(shared, gauge, &thread);
            if thread.is_finished() {
                // A shard's panics are caught inside it: an error here has nothing to add.
                let _ = thread.join();
            } else {
                stuck += 1;
            }
        }
        shared.taps.clear();
        shared.bus.write().take();
        self.ended = true;
        stuck + self.crew.lost()
    }
}

/// Waits until the shard's thread has ended, or one handler has held it for [`LAST_CALL`].
fn wait_for_end(shared: &Shared, gauge: &Gauge, thread: &JoinHandle<()>) {
    let handler = || {
        let current = gauge.current.load(Ordering::Relaxed);
        (current, gauge.events.load(Ordering::Relaxed))
    };
    let mut seen = handler();
    let mut since = Instant::now();
    let mut guard = shared.quiet.lock();
    while !thread.is_finished() {
        shared
            .quiet_changed
            .wait_for(&mut guard, Duration::from_millis(1));
        let now = handler();
        if now != seen || now.0 == AgentId::OUTSIDE.to_bits() {
            seen = now;
            since = Instant::now();
        } else if since.elapsed() >= LAST_CALL {
            return;
        }
    }
}

impl Runtime {
    /// Ends the runtime: refuses new messages from outside, handles what was accepted (and what agents send while
    /// doing so) for at most `limit`, then stops. What is left then becomes dead letters.
    ///
    /// # Errors
    /// [`RuntimeError::Closed`] when it was shut down before.
    pub fn shutdown(&self, limit: Duration) -> Result<ShutdownReport, RuntimeError> {
        let mut threads = self.inner.threads.lock();
        if threads.ended {
            return Err(RuntimeError::Closed);
        }
        let shared = self.shared();
        for inbox in &shared.inboxes {
            inbox.lock().close();
        }
        let drained = shared.settle(limit).is_ok();
        let stuck_shards = threads.stop_all(shared);
        let stats = self.stats();
        tracing::info!(
            drained,
            stuck_shards,
            dead_lettered = stats.dead_lettered,
            "runtime shut down"
        );
        Ok(ShutdownReport {
            stats,
            drained: drained && stuck_shards == 0,
            stuck_shards,
        })
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        let shared = self.shared.clone();
        let threads = self.threads.get_mut();
        if !threads.ended {
            threads.stop_all(&shared);
        }
    }
}
