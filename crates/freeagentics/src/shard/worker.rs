//! The shard's thread: make the calls that the shard prepares, rest when there are none.
//!
//! Invariants: no reference into the shard lives while an agent's code runs; a thread whose shard was given to another
//! ends when that code returns. A shard never waits for another while holding messages that the other waits for:
//! whenever it waits for room it goes on emptying its own inbox.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use crate::AgentId;
use crate::error::SendError;
use crate::shared::Shared;

use super::Shard;
use super::call::Due;
use super::inbox::give_back;
use super::lease::Holder;
use super::schedule::Next;
use super::scratch::Scratch;

/// Looks at the inbox before the thread gives up its core for a moment, and moments before it sleeps.
/// Together about 50 µs: a wake-up by the system costs 5 to 50 µs.
const SPINS: u32 = 100;
const YIELDS: u32 = 60;
/// A sleeping shard looks up this often even if nobody wakes it.
const SLEEP: Duration = Duration::from_millis(500);

thread_local! {
    static SHARD_THREAD: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread runs agents: it must not wait for other shards then.
pub(crate) fn is_shard_thread() -> bool {
    SHARD_THREAD.get()
}

/// The thread's main function: returns when the shard was told to stop, or was given to another thread.
pub(crate) fn run(shared: &Arc<Shared>, index: usize, mut holder: Holder<Shard>) {
    SHARD_THREAD.set(true);
    let mut scratch = Scratch::default();
    // One guard for many events: it costs nothing until one panics, then the loop is entered anew.
    while let Err(panic) = catch_unwind(AssertUnwindSafe(|| {
        serve(shared, index, &mut holder, &mut scratch);
    })) {
        match holder.enter() {
            Some(mut shard) => shard.charge(&*panic),
            None => return,
        }
    }
    if let Some(mut shard) = holder.enter() {
        shard.wind_up(shared);
    }
}

/// [`run`] for a shard whose thread is held by a handler that does not return since `held`.
pub(crate) fn take_over(
    shared: &Arc<Shared>,
    index: usize,
    mut holder: Holder<Shard>,
    held: Duration,
) {
    if let Some(mut shard) = holder.enter() {
        shard.give_up(held);
    }
    run(shared, index, holder);
}

fn serve(shared: &Arc<Shared>, index: usize, holder: &mut Holder<Shard>, scratch: &mut Scratch) {
    let mut stop = false;
    let mut due = Due::default();
    loop {
        let Some(mut shard) = holder.enter() else {
            return;
        };
        shard.returned(stop);
        let next = shard.advance(&mut due);
        drop(shard);
        stop = match next {
            Next::Call(call) => call.make(&mut due, holder, shared, scratch),
            Next::Rest { unsent } => {
                if rest(shared, index, unsent)
                    && let Some(mut shard) = holder.enter()
                {
                    shard.give_back();
                }
                false
            }
            Next::End => return,
        };
    }
}

/// Nothing to do: look again, lend the core, then sleep. `true` when it has been quiet for long.
fn rest(shared: &Shared, index: usize, unsent: bool) -> bool {
    let inbox = &shared.inboxes[index];
    if unsent {
        std::thread::yield_now();
        return false;
    }
    for _ in 0..SPINS {
        if inbox.is_filled() {
            return false;
        }
        std::hint::spin_loop();
    }
    for _ in 0..YIELDS {
        if inbox.is_filled() {
            return false;
        }
        std::thread::yield_now();
    }
    let idle = &shared.gauges[index].idle;
    idle.store(true, Ordering::Release);
    shared.quiet_changed.notify_all();
    let is_quiet = inbox.sleep(SLEEP);
    idle.store(false, Ordering::Release);
    is_quiet
}

impl Shard {
    /// Frees the room that bursts have left, as the inbox does with its own.
    fn give_back(&mut self) {
        let mut batch = Vec::from(std::mem::take(&mut self.batch));
        give_back(&mut batch);
        self.batch = batch.into();
        give_back(&mut self.core.local);
        self.core.outboxes.iter_mut().for_each(give_back);
    }

    /// The end: what was not handled becomes dead letters, so that the count is right.
    fn wind_up(&mut self, shared: &Shared) {
        // No handler runs any more, and nobody should take dropping many agents for one that does.
        self.core.publish();
        self.announced();
        self.drop_steps();
        let mut left = Vec::from(std::mem::take(&mut self.batch));
        left.append(&mut shared.inboxes[self.core.index].lock().stop());
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
