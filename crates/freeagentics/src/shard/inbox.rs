//! A shard's inbox: the mailboxes of all its agents in one queue.
//!
//! Invariants: what one thread puts in comes out in that order; an agent never has more than the mailbox capacity
//! waiting here, and the whole inbox never more than the shard capacity (control work excepted); an idle agent
//! costs four bytes.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex, MutexGuard};
use tokio::sync::Notify;

use crate::id::AGENTS_PER_BLOCK;

use super::envelope::{Envelope, Target};

/// Why a message was not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    Gone,
    Full { capacity: usize },
    Closed,
}

pub(crate) struct Inbox {
    /// Set while the queue holds something: lets the shard look without taking the lock.
    filled: AtomicBool,
    door: Mutex<Door>,
    work: Condvar,
    room: Condvar,
    room_async: Notify,
}

/// What the lock guards.
pub(crate) struct Door {
    queue: Vec<Envelope>,
    /// Per local block: its tag, and per agent a word: alive, epoch, messages waiting in that epoch.
    tags: Vec<u32>,
    words: Vec<u32>,
    /// Advances when the shard takes the queue, which empties every mailbox at once.
    epoch: u32,
    /// Messages for the next tick and the one after, in lockstep.
    staged: [Vec<Envelope>; 2],
    mailbox_capacity: u32,
    shard_capacity: usize,
    sleeping: bool,
    /// Sleeps one after another that nobody ended.
    undisturbed: u32,
    waiting: usize,
    /// Nothing more from outside.
    closed: bool,
    /// Nothing more at all: the shard's thread has ended.
    stopped: bool,
    /// Messages from outside that were admitted or refused here.
    pub(crate) admitted: u64,
    pub(crate) refused: u64,
}

const ALIVE: u32 = 1 << 31;
const COUNT_BITS: u32 = 16;
const COUNT_MASK: u32 = (1 << COUNT_BITS) - 1;
const EPOCH_MASK: u32 = (1 << 15) - 1;
/// A queue that had a burst gives the memory back when its shard has slept through this many limits: bursts that come
/// again and again find their room, and memory stays as it is.
const PATIENCE: u32 = 4;
/// Room that a queue keeps for good.
const KEEP_CAPACITY: usize = 4096;
/// Messages that a core's own cache (1 MiB) holds; more on the way than that cost every message a trip to memory.
const CROWD: usize = 8192;

impl Door {
    fn is_alive(&self, target: Target) -> bool {
        self.tags.get(target.local_block()) == Some(&target.tag)
            && self.words[target.slot as usize] & ALIVE != 0
    }

    /// Puts one message in its mailbox, or says why not and gives it back.
    #[inline]
    pub(crate) fn admit(&mut self, envelope: Envelope) -> Result<(), (Refusal, Envelope)> {
        match self.reserve(envelope.target, self.queue.len()) {
            Ok(()) => {
                self.queue.push(envelope);
                Ok(())
            }
            Err(refusal) => Err((refusal, envelope)),
        }
    }

    /// Puts in as many of `envelopes`, from the first on, as there is room for, and takes those out of it; how many.
    pub(crate) fn admit_first(&mut self, envelopes: &mut Vec<Envelope>) -> usize {
        let waiting = self.queue.len();
        let admitted = envelopes
            .iter()
            .enumerate()
            .take_while(|(index, envelope)| self.reserve(envelope.target, waiting + index).is_ok())
            .count();
        if admitted == envelopes.len() {
            self.queue.append(envelopes);
        } else {
            self.queue.extend(envelopes.drain(..admitted));
        }
        admitted
    }

    /// Counts one more message in the mailbox at `target`, with `queued` in the inbox before it.
    #[inline]
    fn reserve(&mut self, target: Target, queued: usize) -> Result<(), Refusal> {
        if self.stopped {
            return Err(Refusal::Closed);
        }
        if !self.is_alive(target) {
            return Err(Refusal::Gone);
        }
        if queued >= self.shard_capacity {
            let capacity = self.shard_capacity;
            return Err(Refusal::Full { capacity });
        }
        let word = self.words[target.slot as usize];
        let waiting = if (word >> COUNT_BITS) & EPOCH_MASK == self.epoch {
            word & COUNT_MASK
        } else {
            0
        };
        if waiting >= self.mailbox_capacity {
            let capacity = self.mailbox_capacity as usize;
            return Err(Refusal::Full { capacity });
        }
        self.words[target.slot as usize] = ALIVE | (self.epoch << COUNT_BITS) | (waiting + 1);
        Ok(())
    }

    /// Puts in all of `outbox` that there is room for; what there is no room for stays, in order.
    pub(crate) fn admit_all(
        &mut self,
        outbox: &mut Vec<Envelope>,
        refused: &mut Vec<(Refusal, Envelope)>,
    ) {
        let mut kept = Vec::new();
        let mut rest = outbox.drain(..);
        for envelope in rest.by_ref() {
            if envelope.target == Target::NOBODY {
                self.command(envelope);
                continue;
            }
            match self.admit(envelope) {
                Ok(()) => {}
                Err((Refusal::Full { .. }, envelope)) => {
                    kept.push(envelope);
                    break;
                }
                Err(other) => refused.push(other),
            }
        }
        kept.extend(rest);
        outbox.append(&mut kept);
    }

    /// Queues work that is no message: never refused, so that the runtime can always steer.
    /// Dropped when the shard has ended: its ticket then says so.
    pub(crate) fn command(&mut self, envelope: Envelope) {
        if !self.stopped {
            self.queue.push(envelope);
        }
    }

    pub(crate) fn stage(&mut self, parity: usize, envelopes: &mut Vec<Envelope>) {
        self.staged[parity].append(envelopes);
    }

    pub(crate) fn take_staged(&mut self, parity: usize) -> Vec<Envelope> {
        std::mem::take(&mut self.staged[parity])
    }

    pub(crate) fn staged_len(&self) -> usize {
        self.staged.iter().map(Vec::len).sum()
    }

    pub(crate) fn open_mailbox(&mut self, target: Target) {
        let block = target.local_block();
        if self.tags.len() <= block {
            self.tags.resize(block + 1, u32::MAX);
            self.words.resize((block + 1) * AGENTS_PER_BLOCK, 0);
        }
        if self.tags[block] != target.tag {
            self.tags[block] = target.tag;
            self.words[block * AGENTS_PER_BLOCK..][..AGENTS_PER_BLOCK].fill(0);
        }
        self.words[target.slot as usize] = ALIVE;
    }

    /// Whether there was one to close.
    pub(crate) fn close_mailbox(&mut self, target: Target) -> bool {
        let alive = self.is_alive(target);
        if alive {
            self.words[target.slot as usize] = 0;
        }
        alive
    }

    pub(crate) fn has_mailbox(&self, target: Target) -> bool {
        self.is_alive(target)
    }

    pub(crate) fn close(&mut self) {
        self.closed = true;
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed
    }

    /// Ends the inbox for good and gives back what still waits.
    pub(crate) fn stop(&mut self) -> Vec<Envelope> {
        self.closed = true;
        self.stopped = true;
        let mut left = std::mem::take(&mut self.queue);
        for staged in &mut self.staged {
            left.append(staged);
        }
        left
    }

    /// Requests that still wait here, for the watchdog to answer.
    pub(crate) fn queued_mut(&mut self) -> impl Iterator<Item = &mut Envelope> {
        self.queue.iter_mut()
    }
}

impl Inbox {
    pub(crate) fn new(mailbox_capacity: usize, shard_capacity: usize) -> Self {
        Self {
            filled: AtomicBool::new(false),
            door: Mutex::new(Door {
                queue: Vec::new(),
                tags: Vec::new(),
                words: Vec::new(),
                epoch: 1,
                staged: [Vec::new(), Vec::new()],
                mailbox_capacity: mailbox_capacity.min(COUNT_MASK as usize) as u32,
                shard_capacity,
                sleeping: false,
                undisturbed: 0,
                waiting: 0,
                closed: false,
                stopped: false,
                admitted: 0,
                refused: 0,
            }),
            work: Condvar::new(),
            room: Condvar::new(),
            room_async: Notify::new(),
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Door> {
        self.door.lock()
    }

    /// Lets go of the lock and wakes the shard if it sleeps and there is something to do.
    ///
    /// `true` when more waits than a core's cache holds: a sender from outside then does well to lend its core.
    #[inline]
    pub(crate) fn release(&self, mut door: MutexGuard<'_, Door>) -> bool {
        let crowded = door.queue.len() >= CROWD;
        if door.queue.is_empty() {
            return false;
        }
        // The store is skipped while the flag is up: the line stays shared between producers.
        if !self.filled.load(Ordering::Relaxed) {
            self.filled.store(true, Ordering::Release);
        }
        if std::mem::take(&mut door.sleeping) {
            drop(door);
            self.work.notify_one();
        }
        crowded
    }

    pub(crate) fn command(&self, envelope: Envelope) {
        let mut door = self.lock();
        door.command(envelope);
        self.release(door);
    }

    /// Waits for room until `deadline`; `false` when it passed.
    pub(crate) fn wait_for_room(&self, door: &mut MutexGuard<'_, Door>, deadline: Instant) -> bool {
        self.nudge(door);
        door.waiting += 1;
        let timed_out = self.room.wait_until(door, deadline).timed_out();
        door.waiting -= 1;
        !timed_out
    }

    /// Resolves when the shard has next taken the queue. Create the future before looking whether there is room.
    pub(crate) fn room_notified(&self) -> tokio::sync::futures::Notified<'_> {
        self.room_async.notified()
    }

    fn nudge(&self, door: &mut MutexGuard<'_, Door>) {
        self.filled.store(true, Ordering::Release);
        if std::mem::take(&mut door.sleeping) {
            self.work.notify_one();
        }
    }

    pub(crate) fn is_filled(&self) -> bool {
        self.filled.load(Ordering::Acquire)
    }

    /// Takes all that waits, in order, into the empty `batch`.
    pub(crate) fn take(&self, batch: &mut Vec<Envelope>) {
        let mut door = self.lock();
        std::mem::swap(&mut door.queue, batch);
        door.epoch = (door.epoch + 1) & EPOCH_MASK;
        if door.epoch == 0 {
            // Words of the epoch that is about to come round again must not count as its own.
            for word in &mut door.words {
                *word &= ALIVE;
            }
            door.epoch = 1;
        }
        self.filled.store(false, Ordering::Release);
        let waiting = door.waiting > 0;
        drop(door);
        if waiting {
            self.room.notify_all();
        }
        self.room_async.notify_waiters();
    }

    /// Sleeps until something is put in, at most for `limit`. `true` when it has been quiet for long enough that room
    /// for bursts is to be given back, once in such a time; the queue here has given its own back then.
    pub(crate) fn sleep(&self, limit: Duration) -> bool {
        let mut door = self.lock();
        if !door.queue.is_empty() {
            return false;
        }
        door.sleeping = true;
        let timed_out = self.work.wait_for(&mut door, limit).timed_out();
        door.sleeping = false;
        door.undisturbed = if timed_out {
            door.undisturbed.saturating_add(1)
        } else {
            0
        };
        let is_quiet = door.undisturbed == PATIENCE;
        if is_quiet {
            give_back(&mut door.queue);
        }
        is_quiet
    }
}

/// Frees the room of an empty queue that had a burst.
pub(crate) fn give_back(queue: &mut Vec<Envelope>) {
    if queue.is_empty() && queue.capacity() > KEEP_CAPACITY {
        *queue = Vec::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::AgentId;
    use crate::message::Message;
    use crate::shard::envelope::Body;

    fn envelope(slot: u32, tag: u32) -> Envelope {
        Envelope {
            from: AgentId::OUTSIDE,
            target: Target { slot, tag },
            reply: None,
            body: Body::Message(Message::payload(&[])),
        }
    }

    fn refusal(door: &mut Door, slot: u32, tag: u32) -> Option<Refusal> {
        door.admit(envelope(slot, tag))
            .err()
            .map(|(refusal, _)| refusal)
    }

    #[test]
    fn mailboxes_are_bounded_one_by_one_and_empty_when_taken() {
        let inbox = Inbox::new(2, 100);
        let mut door = inbox.lock();
        door.open_mailbox(Target { slot: 0, tag: 9 });
        door.open_mailbox(Target { slot: 1, tag: 9 });
        assert_eq!(refusal(&mut door, 0, 9), None);
        assert_eq!(refusal(&mut door, 0, 9), None);
        assert_eq!(
            refusal(&mut door, 0, 9),
            Some(Refusal::Full { capacity: 2 })
        );
        assert_eq!(refusal(&mut door, 1, 9), None);
        drop(door);
        let mut batch = Vec::new();
        inbox.take(&mut batch);
        assert_eq!(batch.len(), 3);
        assert_eq!(refusal(&mut inbox.lock(), 0, 9), None);
    }

    #[test]
    fn a_lot_is_admitted_as_far_as_there_is_room() {
        let inbox = Inbox::new(2, 5);
        let mut door = inbox.lock();
        for slot in 0..4 {
            door.open_mailbox(Target { slot, tag: 9 });
        }
        let lot = |slots: &[u32]| -> Vec<Envelope> {
            slots.iter().map(|&slot| envelope(slot, 9)).collect()
        };
        let mut whole = lot(&[0, 1]);
        assert_eq!((door.admit_first(&mut whole), whole.len()), (2, 0));
        let mut until_a_full_mailbox = lot(&[0, 0, 1]);
        assert_eq!(door.admit_first(&mut until_a_full_mailbox), 1);
        assert_eq!(until_a_full_mailbox.len(), 2);
        let mut until_a_full_shard = lot(&[1, 2, 3]);
        assert_eq!(door.admit_first(&mut until_a_full_shard), 2);
        assert_eq!(until_a_full_shard[0].target.slot, 3);
        drop(door);
        let mut batch = Vec::new();
        inbox.take(&mut batch);
        let slots: Vec<u32> = batch.iter().map(|envelope| envelope.target.slot).collect();
        assert_eq!(slots, [0, 1, 0, 1, 2]);
    }

    #[test]
    fn room_for_a_burst_stays_for_the_next_and_is_given_back_after_a_quiet_time() {
        let inbox = Inbox::new(1, 100_000);
        let burst = || {
            let mut door = inbox.lock();
            for slot in 0..10_000 {
                door.open_mailbox(Target { slot, tag: 1 });
                assert_eq!(refusal(&mut door, slot, 1), None);
            }
            door.queue.clear();
            door.epoch += 1;
        };
        burst();
        for _ in 1..PATIENCE {
            assert!(!inbox.sleep(Duration::from_millis(1)));
        }
        assert!(inbox.lock().queue.capacity() >= 10_000);
        assert!(inbox.sleep(Duration::from_millis(1)));
        assert_eq!(inbox.lock().queue.capacity(), 0);
        assert!(!inbox.sleep(Duration::from_millis(1)));
    }

    #[test]
    fn epochs_come_round_without_old_counts() {
        let inbox = Inbox::new(1, 100);
        inbox.lock().open_mailbox(Target { slot: 3, tag: 1 });
        assert_eq!(refusal(&mut inbox.lock(), 3, 1), None);
        for _ in 0..2 * EPOCH_MASK {
            inbox.take(&mut Vec::new());
            assert_eq!(refusal(&mut inbox.lock(), 3, 1), None);
            assert_eq!(
                refusal(&mut inbox.lock(), 3, 1),
                Some(Refusal::Full { capacity: 1 })
            );
        }
    }

    #[test]
    fn a_reused_place_refuses_mail_for_its_predecessor() {
        let inbox = Inbox::new(8, 8);
        let mut door = inbox.lock();
        let old = Target { slot: 2, tag: 1 };
        door.open_mailbox(old);
        assert!(door.close_mailbox(old));
        door.open_mailbox(Target { slot: 2, tag: 5 });
        assert_eq!(refusal(&mut door, 2, 1), Some(Refusal::Gone));
        assert_eq!(refusal(&mut door, 2, 5), None);
        assert_eq!(refusal(&mut door, 99, 5), Some(Refusal::Gone));
    }
}
