//! Counting launches: a few iterations whose allocations are counted and whose times are not used.

use fabench_record::AllocationCount;

use super::calibration::Batch;
use crate::alloc::Counted;

/// Few iterations, in steps of ten, so that noise in their times rarely changes their number and with it the
/// share of growth that is amortised over them.
pub(super) fn batch(per_iteration_ns: u64, most: u64, fixed: Option<u64>) -> Batch {
    let iterations = fixed.unwrap_or(match per_iteration_ns {
        0..1_000_000 => 100,
        1_000_000..100_000_000 => 10,
        _ => 1,
    });
    Batch {
        iterations: iterations.clamp(1, most),
        subsamples: 1,
    }
}

/// Adds the allocations of `iterations` more iterations.
pub(super) fn add(total: &mut AllocationCount, iterations: u64, counted: Counted) {
    total.iterations += iterations;
    total.count += counted.calls;
    total.bytes += counted.bytes;
}
