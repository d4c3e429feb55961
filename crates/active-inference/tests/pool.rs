//! The pool as its users meet it: one holder a buffer, the bound, the counters, threads and leaks.

use active_inference::pool::{ALIGNMENT_BYTES, Matrix, MatrixPool, PoolError};
use proptest::prelude::*;
use std::collections::HashSet;
use std::thread;

const MATRIX_BYTES: usize = 64 * 2; // 3 x 4 f64 are 96 bytes, padded to two lines

fn pool(capacity: usize) -> MatrixPool<f64> {
    MatrixPool::new(3, 4, capacity * MATRIX_BYTES).expect("a sound shape and bound")
}

fn addresses(held: &[Matrix<'_, f64>]) -> HashSet<usize> {
    held.iter().map(|matrix| matrix.as_ptr().addr()).collect()
}

#[derive(Debug, Clone)]
enum Step {
    Acquire,
    AcquireZeroed,
    Release(prop::sample::Index),
    ReleaseElsewhere(prop::sample::Index),
    Forget(prop::sample::Index),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let at = any::<prop::sample::Index>;
    let step = prop_oneof![
        6 => Just(Step::Acquire),
        3 => Just(Step::AcquireZeroed),
        6 => at().prop_map(Step::Release),
        1 => at().prop_map(Step::ReleaseElsewhere),
        1 => at().prop_map(Step::Forget),
    ];
    prop::collection::vec(step, 0..60)
}

proptest! {
    #[test]
    fn any_order_of_use_keeps_the_invariants(capacity in 1usize..70, steps in steps()) {
        let pool = pool(capacity);
        let mut held: Vec<(f64, Matrix<'_, f64>)> = Vec::new();
        let (mut acquired, mut forgotten, mut overflows_now) = (0u64, 0, 0usize);
        let mut overflows_before = 0;
        for (stamp, step) in steps.into_iter().enumerate() {
            let taken = match step {
                Step::Acquire => Some(pool.acquire()),
                Step::AcquireZeroed => {
                    let matrix = pool.acquire_zeroed();
                    prop_assert!(matrix.iter().all(|&value| value == 0.0));
                    Some(matrix)
                }
                Step::Release(at) | Step::ReleaseElsewhere(at) | Step::Forget(at) if !held.is_empty() => {
                    let (stamp, matrix) = held.swap_remove(at.index(held.len()));
                    prop_assert!(matrix.iter().all(|&value| value == stamp), "somebody else wrote");
                    match step {
                        Step::Forget(_) => {
                            std::mem::forget(matrix);
                            forgotten += 1;
                        }
                        Step::ReleaseElsewhere(_) => thread::scope(|scope| {
                            scope.spawn(move || drop(matrix));
                        }),
                        _ => drop(matrix),
                    }
                    None
                }
                _ => None,
            };
            if let Some(mut matrix) = taken {
                prop_assert_eq!(matrix.len(), 12);
                prop_assert_eq!(matrix.as_ptr().addr() % ALIGNMENT_BYTES, 0);
                acquired += 1;
                matrix.fill(stamp as f64);
                held.push((stamp as f64, matrix));
            }
            let stats = pool.stats();
            overflows_now += (stats.overflows - overflows_before) as usize;
            overflows_before = stats.overflows;
            prop_assert_eq!(stats.hits + stats.misses, acquired);
            prop_assert!(stats.bytes_held <= capacity * MATRIX_BYTES);
            prop_assert!(stats.in_use <= held.len() + forgotten && held.len() + forgotten <= stats.in_use + overflows_now);
        }
        let matrices: Vec<_> = held.into_iter().map(|(_, matrix)| matrix).collect();
        prop_assert_eq!(addresses(&matrices).len(), matrices.len());
    }
}

#[test]
fn memory_is_used_again_as_it_was_left() {
    let pool = pool(4);
    let mut first = pool.acquire();
    assert!(first.iter().all(|&value| value == 0.0));
    first.row_mut(2).copy_from_slice(&[1.0, 2.0, 3.0, 4.0]);
    let address = first.as_ptr();
    drop(first);
    let again = pool.acquire();
    assert_eq!(
        (again.as_ptr(), again.row(2)),
        (address, &[1.0, 2.0, 3.0, 4.0][..])
    );
    drop(again);
    assert!(pool.acquire_zeroed().iter().all(|&value| value == 0.0));
    let stats = pool.stats();
    assert_eq!((stats.hits, stats.misses, stats.overflows), (2, 1, 0));
    assert_eq!(
        (stats.in_use, stats.capacity, stats.bytes_held),
        (0, 4, MATRIX_BYTES)
    );
}

#[test]
fn beyond_the_bound_memory_is_not_kept() {
    let pool = pool(2);
    let held: Vec<_> = (0..5).map(|_| pool.acquire()).collect();
    assert_eq!(addresses(&held).len(), 5);
    let stats = pool.stats();
    assert_eq!(
        (
            stats.misses,
            stats.overflows,
            stats.in_use,
            stats.bytes_held
        ),
        (5, 3, 2, 2 * MATRIX_BYTES)
    );
    drop(held);
    assert_eq!(
        (pool.stats().in_use, pool.stats().bytes_held),
        (0, 2 * MATRIX_BYTES)
    );
}

#[test]
fn forgotten_matrices_shrink_the_pool_and_nothing_else() {
    let pool = pool(2);
    std::mem::forget(pool.acquire());
    std::mem::forget(pool.acquire());
    let mut spare = pool.acquire();
    spare.fill(1.0);
    drop(spare);
    let stats = pool.stats();
    assert_eq!((stats.in_use, stats.overflows), (2, 1));
}

#[test]
fn threads_that_end_strand_nothing() {
    let pool = pool(3);
    for _ in 0..20 {
        thread::scope(|scope| {
            scope.spawn(|| drop((pool.acquire(), pool.acquire(), pool.acquire())));
        });
    }
    let stats = pool.stats();
    assert_eq!(
        (
            stats.hits + stats.misses,
            stats.misses,
            stats.overflows,
            stats.in_use
        ),
        (60, 3, 0, 0)
    );
}

#[test]
fn threads_never_share_a_matrix() {
    let pool = pool(3); // fewer than the threads hold, so that they compete for slots and overflow
    thread::scope(|scope| {
        for thread in 0..4 {
            let pool = &pool;
            scope.spawn(move || {
                for round in 0..5000 {
                    let stamp = f64::from(thread * 10_000 + round);
                    let (mut one, mut two) = (pool.acquire(), pool.acquire());
                    one.fill(stamp);
                    two.fill(-stamp);
                    std::hint::black_box((&mut one, &mut two));
                    assert!(
                        one.iter().all(|&value| value == stamp)
                            && two.iter().all(|&value| value == -stamp)
                    );
                }
            });
        }
    });
    let stats = pool.stats();
    assert_eq!((stats.hits + stats.misses, stats.in_use), (40_000, 0));
    assert!(stats.bytes_held <= 3 * MATRIX_BYTES);
}

#[test]
fn shapes_and_bounds_that_cannot_be_are_refused() {
    for (rows, cols) in [(0, 4), (4, 0), (usize::MAX, 2), (1 << 31, 1 << 31)] {
        assert_eq!(
            MatrixPool::<f64>::new(rows, cols, 1024).err(),
            Some(PoolError::Shape { rows, cols })
        );
    }
    let refused = PoolError::Bound {
        max_bytes: 127,
        matrix_bytes: 128,
    };
    assert_eq!(MatrixPool::<f32>::new(5, 5, 127).err(), Some(refused));
}
