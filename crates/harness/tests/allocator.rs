//! The counting allocator as a real global allocator: it counts what is asked of it, and passes memory on intact.

use std::alloc::{GlobalAlloc, Layout, System};

use fabench_harness::alloc::{Counting, counted, installed};
use proptest::prelude::*;

#[global_allocator]
static ALLOCATOR: Counting<System> = Counting::new(System);

#[test]
fn everything_the_allocator_promises() {
    // One test function: the counters are of the whole process, and tests of one binary run beside each other.
    assert!(installed());
    counts_calls_bytes_and_what_is_live();
    every_sequence_of_calls_keeps_contents_and_alignment();
}

fn counts_calls_bytes_and_what_is_live() {
    let (kept, one) = counted(|| std::hint::black_box(vec![7_u8; 1_000]));
    assert_eq!((one.calls, one.bytes, one.live_bytes()), (1, 1_000, 1_000));
    let ((), freed) = counted(|| drop(kept));
    assert_eq!((freed.calls, freed.live_bytes()), (0, -1_000));

    let (grown, two) = counted(|| {
        let mut grown = Vec::<u8>::with_capacity(100);
        grown.reserve_exact(300);
        grown
    });
    assert_eq!((two.calls, two.bytes, two.live_bytes()), (2, 300, 300));
    drop(grown);

    let (sum, nothing) = counted(|| std::hint::black_box([1_u64; 8]).iter().sum::<u64>());
    assert_eq!(
        (sum, nothing),
        (8, fabench_harness::alloc::Counted::default())
    );
}

/// One step in the life of a block.
#[derive(Clone, Debug)]
enum Step {
    Resize(usize),
    Replace { size: usize, zeroed: bool },
}

fn every_sequence_of_calls_keeps_contents_and_alignment() {
    let step = prop_oneof![
        (1_usize..5_000).prop_map(Step::Resize),
        ((1_usize..5_000), any::<bool>()).prop_map(|(size, zeroed)| Step::Replace { size, zeroed }),
    ];
    let steps = prop::collection::vec(step, 1..20);
    proptest!(|(steps in steps, power in 0_u32..8)| {
        let align = 1 << power;
        let mut layout = Layout::from_size_align(16, align).unwrap();
        // SAFETY: the layout has a size above 0; every block is freed with the layout it has at that time.
        let mut block = unsafe { ALLOCATOR.alloc(layout) };
        prop_assert!(!block.is_null());
        // SAFETY: the block has `layout.size()` bytes.
        unsafe { block.write_bytes(0xa5, layout.size()) };
        for step in steps {
            match step {
                Step::Resize(size) => {
                    let kept = layout.size().min(size);
                    // SAFETY: `layout` is the block's, `size` is above 0 and far below the limit.
                    block = unsafe { ALLOCATOR.realloc(block, layout, size) };
                    prop_assert!(!block.is_null());
                    // SAFETY: the first `kept` bytes were written before and moved by `realloc`.
                    let same = unsafe { std::slice::from_raw_parts(block, kept) };
                    prop_assert!(same.iter().all(|byte| *byte == 0xa5));
                    layout = Layout::from_size_align(size, align).unwrap();
                }
                Step::Replace { size, zeroed } => {
                    // SAFETY: the block was allocated with `layout` and is not used afterwards.
                    unsafe { ALLOCATOR.dealloc(block, layout) };
                    layout = Layout::from_size_align(size, align).unwrap();
                    // SAFETY: the size is above 0.
                    block = unsafe {
                        if zeroed { ALLOCATOR.alloc_zeroed(layout) } else { ALLOCATOR.alloc(layout) }
                    };
                    prop_assert!(!block.is_null());
                    if zeroed {
                        // SAFETY: `alloc_zeroed` initialised `size` bytes.
                        let zeros = unsafe { std::slice::from_raw_parts(block, size) };
                        prop_assert!(zeros.iter().all(|byte| *byte == 0));
                    }
                }
            }
            prop_assert_eq!(block.addr() % align, 0);
            // SAFETY: the block has `layout.size()` bytes.
            unsafe { block.write_bytes(0xa5, layout.size()) };
        }
        // SAFETY: the block was allocated with `layout` and is not used afterwards.
        unsafe { ALLOCATOR.dealloc(block, layout) };
    });
}
