//! Counting launches: a few iterations whose allocations are counted and whose times are not used.

use fabench_record::AllocationCount;

use super::calibration::Batch;
use crate::alloc::Counted;

/// Runs whose fastest decides how many iterations are counted: the first one alone is cold.
pub(super) const SIZING_RUNS: usize = 3;
/// An iteration so long is counted alone.
pub(super) const SLOW_NS: u64 = 100_000_000;

/// Few iterations, in steps of ten, so that noise in their times rarely changes their number and with it the
/// share of growth that is amortised over them.
pub(super) fn batch(per_iteration_ns: u64, most: u64, fixed: Option<u64>) -> Batch {
    let iterations = fixed.unwrap_or(match per_iteration_ns {
        0..1_000_000 => 100,
        1_000_000..SLOW_NS => 10,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_slower_the_work_the_fewer_iterations() {
        let iterations = |ns| batch(ns, u64::MAX, None).iterations;
        assert_eq!(
            [50, 2_000_000, 99_999_999, SLOW_NS].map(iterations),
            [100, 10, 10, 1]
        );
        assert_eq!(batch(50, 64, None).iterations, 64);
        assert_eq!(batch(50, 64, Some(7)).iterations, 7);
    }

    #[test]
    fn counts_add_up() {
        let mut total = AllocationCount::default();
        for _ in 0..2 {
            add(
                &mut total,
                10,
                Counted {
                    calls: 3,
                    bytes: 40,
                    freed_bytes: 40,
                },
            );
        }
        assert_eq!((total.iterations, total.count, total.bytes), (20, 6, 80));
    }
}
