//! A global allocator that counts, and only when asked.
//!
//! ```
//! use fabench_harness::alloc::Counting;
//! use std::alloc::System;
//!
//! #[global_allocator]
//! static ALLOCATOR: Counting<System> = Counting::new(System);
//! # fn main() {}
//! ```
//!
//! Counting is off except in counting launches and inside [`counted`]; while off, each call costs one relaxed
//! load and a predictable branch. The counters are shared by all threads: what is counted is never timed, so
//! their contention does not matter.

use std::alloc::{GlobalAlloc, Layout};
use std::sync::atomic::{AtomicI64, AtomicU32, AtomicU64, Ordering::Relaxed};

use crate::profile::heap;

static LISTENERS: AtomicU32 = AtomicU32::new(0);
static CALLS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static FREED: AtomicU64 = AtomicU64::new(0);
/// Most live bytes at one time.
static PEAK: AtomicI64 = AtomicI64::new(0);

/// Wraps the global allocator `A` so that allocations can be counted.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counting<A>(A);

impl<A> Counting<A> {
    /// Wraps `inner`.
    pub const fn new(inner: A) -> Self {
        Self(inner)
    }
}

// SAFETY: every call is passed on to `A` unchanged, and `A` upholds the contract of `GlobalAlloc`. The counting
// beside it does not unwind; what it allocates in a memory profile is marked, so that it never calls itself.
unsafe impl<A: GlobalAlloc> GlobalAlloc for Counting<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller's promises about `layout` are passed on.
        let pointer = unsafe { self.0.alloc(layout) };
        note_allocated(pointer, layout.size());
        pointer
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let pointer = unsafe { self.0.alloc_zeroed(layout) };
        note_allocated(pointer, layout.size());
        pointer
    }

    #[inline]
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        note_freed(pointer, layout.size());
        // SAFETY: the caller's promises about `pointer` and `layout` are passed on.
        unsafe { self.0.dealloc(pointer, layout) }
    }

    #[inline]
    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, new_size: usize) -> *mut u8 {
        let address = pointer as usize;
        // SAFETY: the caller's promises about `pointer`, `layout` and `new_size` are passed on.
        let moved = unsafe { self.0.realloc(pointer, layout, new_size) };
        note_resized(address, moved, layout.size(), new_size);
        moved
    }
}

#[inline]
fn note_allocated(pointer: *mut u8, bytes: usize) {
    if LISTENERS.load(Relaxed) != 0 {
        count_allocated(pointer, bytes);
    }
}

#[inline]
fn note_freed(pointer: *mut u8, bytes: usize) {
    if LISTENERS.load(Relaxed) != 0 {
        count_freed(pointer, bytes);
    }
}

#[inline]
fn note_resized(address: usize, moved: *mut u8, old: usize, new: usize) {
    if LISTENERS.load(Relaxed) != 0 {
        count_resized(address, moved, old, new);
    }
}

// Out of line, so that the path that is timed stays a load and a branch.
#[cold]
fn count_allocated(pointer: *mut u8, bytes: usize) {
    if !heap::inside() {
        add(bytes);
        heap::allocated(pointer as usize, bytes);
    }
}

#[cold]
fn count_freed(pointer: *mut u8, bytes: usize) {
    if !heap::inside() {
        FREED.fetch_add(bytes as u64, Relaxed);
        heap::freed(pointer as usize);
    }
}

#[cold]
fn count_resized(address: usize, moved: *mut u8, old: usize, new: usize) {
    if heap::inside() {
        return;
    }
    if new > old {
        add(new - old);
    } else {
        FREED.fetch_add((old - new) as u64, Relaxed);
    }
    // Where it failed, the old memory is as it was.
    if !moved.is_null() {
        heap::freed(address);
        heap::allocated(moved as usize, new);
    }
}

fn add(bytes: usize) {
    CALLS.fetch_add(1, Relaxed);
    BYTES.fetch_add(bytes as u64, Relaxed);
    PEAK.fetch_max(totals().live_bytes(), Relaxed);
}

/// Forgets the highest number of live bytes and returns how many there are now.
pub(crate) fn restart_peak() -> i64 {
    let now = totals().live_bytes();
    PEAK.store(now, Relaxed);
    now
}

/// The highest number of live bytes since it was last forgotten.
pub(crate) fn peak() -> i64 {
    PEAK.load(Relaxed)
}

/// Allocations of the whole process during a stretch of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counted {
    /// Calls that allocated memory or made an allocation larger.
    pub calls: u64,
    /// Bytes that these calls asked for; growing counts its growth.
    pub bytes: u64,
    /// Bytes given back.
    pub freed_bytes: u64,
}

impl Counted {
    /// Bytes allocated and not given back; negative when older memory was freed.
    pub fn live_bytes(&self) -> i64 {
        self.bytes
            .cast_signed()
            .wrapping_sub(self.freed_bytes.cast_signed())
    }

    pub(crate) fn since(self, earlier: Self) -> Self {
        Self {
            calls: self.calls.wrapping_sub(earlier.calls),
            bytes: self.bytes.wrapping_sub(earlier.bytes),
            freed_bytes: self.freed_bytes.wrapping_sub(earlier.freed_bytes),
        }
    }
}

/// Runs `work` and counts the allocations that the whole process makes meanwhile.
///
/// All zero if [`Counting`] is not the global allocator: see [`installed`]. Do not time what runs inside.
pub fn counted<R>(work: impl FnOnce() -> R) -> (R, Counted) {
    let listening = Listening::start();
    let before = totals();
    let result = work();
    let counted = totals().since(before);
    drop(listening);
    (result, counted)
}

/// True if [`Counting`] is the global allocator of this executable.
pub fn installed() -> bool {
    counted(|| std::hint::black_box(Box::new(std::hint::black_box(7_u8))))
        .1
        .calls
        > 0
}

/// Counting is on as long as one of these lives.
pub(crate) struct Listening(());

impl Listening {
    pub(crate) fn start() -> Self {
        LISTENERS.fetch_add(1, Relaxed);
        Self(())
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        LISTENERS.fetch_sub(1, Relaxed);
    }
}

pub(crate) fn totals() -> Counted {
    Counted {
        calls: CALLS.load(Relaxed),
        bytes: BYTES.load(Relaxed),
        freed_bytes: FREED.load(Relaxed),
    }
}
