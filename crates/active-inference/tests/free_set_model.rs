//! The pool's set of free slots under a model checker: every interleaving, every value that the memory model lets a load see.
//! Invariant: the checked file is the one that ships; only its atomics are the checker's.

mod sync {
    pub(crate) use loom::sync::atomic::{AtomicU64, Ordering};
}

#[path = "../src/pool/free_set.rs"]
#[allow(dead_code, reason = "the pool uses more of it")]
mod free_set;

use std::sync::Arc;

use free_set::FreeSet;
use loom::cell::UnsafeCell;
use loom::thread;

/// Slots whose memory only a claimer may touch: the checker fails where two can.
struct Slots {
    free: FreeSet,
    memory: Vec<UnsafeCell<u32>>,
}

// SAFETY: that a slot's memory is not shared is what is checked.
unsafe impl Sync for Slots {}

impl Slots {
    fn new(count: usize) -> Arc<Self> {
        let free = FreeSet::new(count);
        let memory = (0..free.len()).map(|_| UnsafeCell::new(0)).collect();
        Arc::new(Self { free, memory })
    }

    /// Claims a slot, writes to it, gives it back; whether there was one.
    fn use_one(&self) -> bool {
        let Some(slot) = self.free.claim() else {
            return false;
        };
        // SAFETY: the checker keeps count of who is within, and fails if there are two.
        self.memory[slot].with_mut(|value| unsafe { *value += 1 });
        self.free.release(slot);
        true
    }
}

#[test]
fn one_slot_never_belongs_to_two_threads() {
    loom::model(|| {
        let slots = Slots::new(1);
        let other = {
            let slots = Arc::clone(&slots);
            thread::spawn(move || u32::from(slots.use_one()) + u32::from(slots.use_one()))
        };
        let used = u32::from(slots.use_one()) + other.join().expect("it ends");
        assert!(used >= 1, "whoever comes first finds the slot free");
        assert_eq!(slots.free.count(), 1);
        // SAFETY: nobody else is left.
        let written = slots.memory[0].with(|value| unsafe { *value });
        assert_eq!(written, used);
    });
}

#[test]
fn three_threads_share_two_slots_and_none_is_lost() {
    loom::model(|| {
        let slots = Slots::new(2);
        let others: Vec<_> = (0..2)
            .map(|_| {
                let slots = Arc::clone(&slots);
                thread::spawn(move || slots.use_one())
            })
            .collect();
        slots.use_one();
        for other in others {
            other.join().expect("it ends");
        }
        assert_eq!(slots.free.count(), 2);
    });
}
