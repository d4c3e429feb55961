//! Steady state: once buffers have grown, neither direction allocates. One test alone in its process, since it counts
//! what the whole process allocates.

mod compression_beliefs;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicU64, Ordering};

use active_inference::compression::{Encoder, decode_batch};
use compression_beliefs::{STATES, explorer_beliefs};

struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: every call goes on to the system allocator unchanged; counting touches no memory it manages.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: the caller's promises are those that `System` asks for.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        // SAFETY: `pointer` came from `System` with this layout.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn steady_state_allocates_nothing() {
    let beliefs: Vec<f32> = explorer_beliefs(50, 2).expect("a sound model");
    let mut back = vec![0.0f32; beliefs.len()];
    let mut bytes = Vec::new();
    for mut encoder in [Encoder::new(), Encoder::lossless()] {
        let mut pass = || {
            bytes.clear();
            encoder
                .encode_batch(&beliefs, STATES, &mut bytes)
                .expect("valid beliefs");
            decode_batch(&bytes, STATES, &mut back).expect("valid bytes");
        };
        pass();
        // The test harness has threads of its own that may allocate at any moment: the quietest of several passes.
        let allocations = (0..20).map(|_| {
            let before = ALLOCATIONS.load(Ordering::Relaxed);
            pass();
            ALLOCATIONS.load(Ordering::Relaxed) - before
        });
        assert_eq!(allocations.min(), Some(0));
    }
}
