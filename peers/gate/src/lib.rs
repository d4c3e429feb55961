//! The kernels that every tool measures: the same machine code, called from Rust, from Python and as a process.
//!
//! Invariant: a call does work in proportion to its `units`; 1 000 are the baseline, 1 100 are 10 % slower, for real.

use std::cell::RefCell;
use std::collections::HashMap;
use std::hint::black_box;

/// Units of work of the baseline.
pub const BASELINE_UNITS: u64 = 1000;

/// What is measured.
pub const KERNELS: [&str; 4] = ["compute", "copy", "hash_map", "allocation"];

/// What the kernels work on; made before the first call.
struct Stage {
    from: Vec<u8>,
    to: Vec<u8>,
    map: HashMap<u64, u64>,
}

const CHUNK: usize = 4096;
const KEYS: u64 = 16 * 1024;

thread_local! {
    static STAGE: RefCell<Stage> = RefCell::new(Stage {
        from: vec![7; 256 * CHUNK],
        to: vec![0; 256 * CHUNK],
        map: (0..KEYS).map(|key| (key, key ^ 1)).collect(),
    });
}

/// One call of the kernel at `index` of [`KERNELS`].
pub fn run(index: usize, units: u64) -> u64 {
    STAGE.with_borrow_mut(|stage| {
        let mut sum = 0_u64;
        for unit in 0..units {
            let unit = black_box(unit);
            sum ^= match index {
                0 => (0..200).fold(unit, |sum, step| {
                    black_box(sum ^ step).wrapping_mul(0x9e37_79b9_7f4a_7c15)
                }),
                1 => {
                    let at = (unit as usize % 256) * CHUNK;
                    stage.to[at..at + CHUNK].copy_from_slice(&stage.from[at..at + CHUNK]);
                    u64::from(black_box(&stage.to)[at])
                }
                2 => (0..16)
                    .filter_map(|step| stage.map.get(&((unit * 31 + step * 977) % KEYS)))
                    .sum(),
                _ => {
                    let mut block = Vec::with_capacity(64 + (unit as usize % 32) * 32);
                    block.push(unit);
                    black_box(&block)[0]
                }
            };
        }
        black_box(sum)
    })
}

/// The index of a kernel.
pub fn index_of(kernel: &str) -> Option<usize> {
    KERNELS.iter().position(|known| *known == kernel)
}

/// For Python's ctypes.
// SAFETY: nothing else in the process has this name.
#[unsafe(no_mangle)]
pub extern "C" fn peers_gate_run(index: u32, units: u64) -> u64 {
    run(index as usize, units)
}
