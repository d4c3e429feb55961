//! The shard's thread: take the inbox, handle it, hand over what was sent, rest when there is nothing.
//!
//! Invariant: a shard never waits for another while holding messages that the other waits for: whenever it waits for
//! room it goes on emptying its own inbox.

use std::cell::Cell;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::AgentId;
use crate::error::SendError;
use crate::shared::Shared;

use super::Shard;
use super::envelope::Envelope;

/// Looks at the inbox before the thread gives up its core for a moment, and moments before it sleeps.
/// Together about 50 µs: a wake-up by the system costs 5 to 50 µs.
const SPINS: u32 = 100;
const YIELDS: u32 = 60;
/// A sleeping shard looks up this often even if nobody wakes it.
const SLEEP: Duration = Duration::from_millis(500);
/// Local messages are handled between two blocks of a step when there are this many.
const LOCAL_BACKLOG: usize = 4096;

thread_local! {
    static SHARD_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread runs agents: it must not wait for other shards then.
pub(crate) fn is_shard_thread() -> bool {
    SHARD_THREAD.get()
}

/// The thread's main function: returns when the shard was told to stop.
pub(crate) fn run(shared: &Arc<Shared>, index: usize) {
    SHARD_THREAD.set(true);
    let mut shard = Shard::new(shared.clone(), index);
    let mut batch = Vec::new();
    while !shard.stopping {
        if !shard.turn(&mut batch) {
            shard.rest(shared);
        }
    }
    shard.wind_up(shared);
}

impl Shard {
    /// Handles what is there now; `false` if there was nothing.
    fn turn(&mut self, batch: &mut Vec<Envelope>) -> bool {
        let mut worked = false;
        if self.core.shared.inboxes[self.core.index].is_filled() {
            self.core.shared.inboxes[self.core.index].take(batch);
            worked = true;
            self.work_off(batch);
        }
        if !self.core.local.is_empty() {
            // What these messages send to agents here goes to the next turn, so that the inbox gets its share.
            std::mem::swap(&mut self.core.local, batch);
            worked = true;
            self.work_off(batch);
        }
        self.core.hand_over_all();
        if worked {
            self.core.publish();
        }
        worked
    }

    /// Nothing to do: look again, lend the core, then sleep.
    fn rest(&mut self, shared: &Shared) {
        let inbox = &shared.inboxes[self.core.index];
        if self.core.has_unsent() {
            std::thread::yield_now();
            return;
        }
        for _ in 0..SPINS {
            if inbox.is_filled() {
                return;
            }
            std::hint::spin_loop();
        }
        for _ in 0..YIELDS {
            if inbox.is_filled() {
                return;
            }
            std::thread::yield_now();
        }
        let idle = &shared.gauges[self.core.index].idle;
        idle.store(true, Ordering::Release);
        shared.quiet_changed.notify_all();
        inbox.sleep(SLEEP);
        idle.store(false, Ordering::Release);
    }

    /// Between two blocks of a step: empty the own inbox, and wait for room elsewhere.
    pub(super) fn make_room(&mut self) {
        if self.core.shared.settings.lockstep {
            return;
        }
        let half = self.core.shared.settings.shard_capacity / 2;
        loop {
            let inbox = &self.core.shared.inboxes[self.core.index];
            if inbox.is_filled() || self.core.local.len() > LOCAL_BACKLOG.min(half) {
                let mut batch = Vec::new();
                self.turn(&mut batch);
            }
            let crowded = (0..self.core.outboxes.len()).any(|shard| {
                self.core.outboxes[shard].len() > half && self.core.shared.stuck(shard).is_none()
            });
            if !crowded || self.stopping {
                return;
            }
            self.core.hand_over_all();
            std::thread::yield_now();
        }
    }

    /// The end: what was not handled becomes dead letters, so that the count is right.
    fn wind_up(&mut self, shared: &Shared) {
        // No handler runs any more, and nobody should take dropping many agents for one that does.
        self.core.publish();
        let mut left = shared.inboxes[self.core.index].lock().stop();
        left.append(&mut self.core.local);
        for shard in 0..self.core.outboxes.len() {
            self.core.hand_over(shard);
            left.append(&mut self.core.outboxes[shard]);
        }
        for envelope in left {
            let to = envelope.target.id(self.core.node());
            self.core.lose(envelope, &SendError::Closed { to });
        }
        self.core.local.clear();
        for target in self.targets() {
            self.guarded(|shard| {
                if let Some(block) = shard.block(target) {
                    block.remove(target.offset());
                }
            });
        }
        self.core.counts.agents = 0;
        self.core.publish();
        let gauge = &shared.gauges[self.core.index];
        gauge
            .current
            .store(AgentId::OUTSIDE.to_bits(), Ordering::Relaxed);
        gauge.idle.store(true, Ordering::Release);
        shared.quiet_changed.notify_all();
    }
}
