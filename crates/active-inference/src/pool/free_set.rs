//! Which slots are free: one bit each, taken and given back without locks. Invariant: between [`FreeSet::claim`] and
//! [`FreeSet::release`] a slot belongs to one claimer, and what its last owner wrote is visible to the next.
//! `tests/free_set_model.rs` tries every interleaving.

use std::cell::Cell;
use std::sync::atomic::AtomicUsize;
use std::thread::available_parallelism;

use super::sync::{AtomicU64, Ordering};

/// Bits of up to 64 slots, on cache lines of their own (two: processors fetch lines in pairs).
#[repr(align(128))]
struct Word(AtomicU64);

/// A set of free slots, numbered from zero.
pub(super) struct FreeSet {
    /// A power of two of them, so that a mask picks one.
    words: Box<[Word]>,
    /// Slots of each word; the last words may have one fewer.
    stride: usize,
}

impl FreeSet {
    /// `slots` slots, all free.
    pub(super) fn new(slots: usize) -> Self {
        let threads = available_parallelism().map_or(1, usize::from);
        let words = slots
            .div_ceil(64)
            .max(threads.min(slots))
            .next_power_of_two();
        let share = |word| slots / words + usize::from(word < slots % words);
        let lowest = |bits: usize| u64::MAX.checked_shr(64 - bits as u32).unwrap_or(0);
        let stride = share(0);
        let words = (0..words)
            .map(|word| Word(AtomicU64::new(lowest(share(word)))))
            .collect();
        Self { words, stride }
    }

    /// One more than the highest slot number.
    pub(super) fn len(&self) -> usize {
        self.words.len() * self.stride
    }

    /// Slots that are free at this moment.
    pub(super) fn count(&self) -> usize {
        self.words
            .iter()
            .map(|word| word.0.load(Ordering::Relaxed).count_ones() as usize)
            .sum()
    }

    /// Takes a free slot, if there is one.
    #[inline]
    pub(super) fn claim(&self) -> Option<usize> {
        let mask = self.words.len() - 1;
        let home = home();
        (0..self.words.len()).find_map(|offset| {
            let word = (home + offset) & mask;
            Some(word * self.stride + claim_bit(&self.words[word].0)?)
        })
    }

    /// Gives `slot` back, which the caller has claimed.
    #[inline]
    pub(super) fn release(&self, slot: usize) {
        let (word, bit) = (slot / self.stride, slot % self.stride);
        // Release: what was done with the slot comes before the next claim of it.
        let before = self.words[word].0.fetch_or(1 << bit, Ordering::Release);
        debug_assert_eq!(before >> bit & 1, 0, "slot {slot} released twice");
    }
}

/// Takes the lowest set bit.
#[inline]
fn claim_bit(word: &AtomicU64) -> Option<usize> {
    let mut seen = word.load(Ordering::Relaxed);
    while seen != 0 {
        let lowest = seen & seen.wrapping_neg();
        // Acquire: what the last owner did with the slot is visible here.
        let before = word.fetch_and(!lowest, Ordering::Acquire);
        if before & lowest != 0 {
            return Some(lowest.trailing_zeros() as usize);
        }
        seen = before; // another thread was first; look at what it left
    }
    None
}

/// A number of this thread's own, which tells where it starts to look.
#[inline]
fn home() -> usize {
    static THREADS: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static HOME: Cell<Option<usize>> = const { Cell::new(None) };
    }
    HOME.get().unwrap_or_else(|| {
        let number = THREADS.fetch_add(1, Ordering::Relaxed);
        HOME.set(Some(number));
        number
    })
}
