//! `memory_usage/matrix_pooling`: a matrix from the pool against one from the allocator.

use std::time::Instant;

use active_inference::pool::MatrixPool;
use fabench_harness::{Bencher, Failure, black_box, ensure};

const SIDE: usize = 50;
/// Room for 64 matrices.
const MOST_BYTES: usize = 64 * SIDE * SIDE * size_of::<f64>();
/// Matrices per comparison, and comparisons; the fastest counts, as for the rounds.
const MATRICES: u32 = 10_000;
const COMPARISONS: u32 = 10;

pub(super) fn measure(b: &mut Bencher) -> Result<(), Failure> {
    let pool = MatrixPool::<f64>::new(SIDE, SIDE, MOST_BYTES)?;
    b.iter(|| use_one(&mut pool.acquire()));

    let fastest = |work: &dyn Fn()| {
        let times = (0..COMPARISONS).map(|_| {
            let start = Instant::now();
            (0..MATRICES).for_each(|_| work());
            start.elapsed().as_nanos() as f64 / f64::from(MATRICES)
        });
        times.fold(f64::INFINITY, f64::min)
    };
    let pooled = fastest(&|| use_one(&mut pool.acquire()));
    let allocated = fastest(&|| use_one(&mut vec![0.0; SIDE * SIDE]));
    b.report("allocation_time", allocated);
    b.report("advantage", allocated / pooled);
    let stats = pool.stats();
    ensure(stats.misses <= 1, || {
        format!(
            "{} of {} matrices did not come from the pool",
            stats.misses, stats.hits
        )
    })
}

/// Writes a row, so that the matrix is not optimised away.
fn use_one(matrix: &mut [f64]) {
    black_box(&mut matrix[..SIDE]).fill(1.0);
    black_box(matrix);
}
