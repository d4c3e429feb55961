//! How many iterations make a sub-sample, and how many sub-samples a round.

use crate::clock::Precision;
use crate::protocol::Sampling;

/// A sub-sample lasts at least so many steps of the clock, so that reading it is exact to 0.1 %.
const CLOCK_STEPS: u64 = 1_000;

/// Iterations and sub-samples of every round of a launch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Batch {
    pub(super) iterations: u64,
    pub(super) subsamples: u32,
}

/// Shortest sub-sample that this machine and these settings allow.
pub(super) fn target_ns(sampling: &Sampling, precision: Precision) -> u64 {
    sampling
        .subsample_ns
        .max(CLOCK_STEPS.saturating_mul(precision.resolution_ns))
        .max(1)
}

/// The next, larger number of iterations to try when `iterations` took only `wall_ns`.
pub(super) fn grow(iterations: u64, wall_ns: u64, target_ns: u64, most: u64) -> u64 {
    let needed = iterations as f64 * target_ns as f64 / wall_ns.max(1) as f64;
    // At most tenfold at a time: the first iterations are the least typical.
    let next = (needed * 1.1).min(iterations as f64 * 10.0).ceil() as u64;
    next.clamp(iterations.saturating_add(1), u64::MAX).min(most)
}

/// The batch for iterations of `per_iteration_ns`. Settings that give the iterations are taken as they are, so
/// that launches which are compared take equally many sub-samples of equal size.
pub(super) fn batch(
    per_iteration_ns: f64,
    target_ns: u64,
    most: u64,
    sampling: &Sampling,
) -> Batch {
    let most_subsamples = sampling.subsamples.max(1);
    if let Some(iterations) = sampling.iterations {
        return Batch {
            iterations: iterations.clamp(1, most),
            subsamples: most_subsamples,
        };
    }
    let calibrated = ((target_ns as f64 / per_iteration_ns).ceil() as u64).clamp(1, most);
    let iterations = whole_extra_work(calibrated, sampling.extra_work_permille);
    let subsample_ns = (iterations as f64 * per_iteration_ns).max(target_ns as f64);
    let round_ns = target_ns as f64 * f64::from(most_subsamples);
    let subsamples = (round_ns / subsample_ns) as u32;
    Batch {
        iterations,
        subsamples: subsamples.clamp(1, most_subsamples),
    }
}

/// What is done besides the counted iterations to be slower by a known share of the own work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum ExtraWork {
    /// Nothing.
    None,
    /// So many iterations in the same stretch of time.
    Whole(u64),
    /// The share is no whole iteration: so many are done apart, and `charged` of each one's time is added.
    Shared { iterations: u64, charged: f64 },
}

/// The extra work beside `counted` iterations.
pub(super) fn extra_work(counted: u64, permille: u32) -> ExtraWork {
    let thousandths = u128::from(counted) * u128::from(permille);
    let whole = u64::try_from(thousandths / 1000).unwrap_or(u64::MAX);
    if thousandths == 0 {
        ExtraWork::None
    } else if thousandths.is_multiple_of(1000) {
        ExtraWork::Whole(whole)
    } else {
        let iterations = whole + 1;
        ExtraWork::Shared {
            iterations,
            charged: thousandths as f64 / 1000.0 / iterations as f64,
        }
    }
}

/// Rounds up so that the extra work is a whole number of iterations, where that makes the batch no more than twice as
/// long.
fn whole_extra_work(iterations: u64, permille: u32) -> u64 {
    let (mut a, mut b) = (1000, permille % 1000);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let step = u64::from(1000 / a);
    if iterations < step {
        return iterations;
    }
    iterations.next_multiple_of(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    #[test]
    fn fast_work_fills_the_sub_sample_and_slow_work_runs_once() {
        let sampling = Sampling::default();
        assert_eq!(
            batch(10.0, MS, u64::MAX, &sampling),
            Batch {
                iterations: 100_000,
                subsamples: 20
            }
        );
        assert_eq!(
            batch(3e6, MS, u64::MAX, &sampling),
            Batch {
                iterations: 1,
                subsamples: 6
            }
        );
        assert_eq!(
            batch(5e8, MS, u64::MAX, &sampling),
            Batch {
                iterations: 1,
                subsamples: 1
            }
        );
        assert_eq!(batch(10.0, MS, 1_000, &sampling).iterations, 1_000);
        let given = Sampling {
            iterations: Some(3),
            subsamples: 7,
            ..sampling
        };
        assert_eq!(
            batch(5e8, MS, 1 << 40, &given),
            Batch {
                iterations: 3,
                subsamples: 7
            }
        );
    }

    #[test]
    fn a_coarse_clock_makes_sub_samples_longer() {
        let coarse = Precision {
            resolution_ns: 4_000,
            overhead_ns: 0,
        };
        assert_eq!(target_ns(&Sampling::default(), coarse), 4 * MS);
        let fine = Precision {
            resolution_ns: 20,
            overhead_ns: 0,
        };
        assert_eq!(target_ns(&Sampling::default(), fine), MS);
    }

    #[test]
    fn growing_always_grows_until_the_bound() {
        assert_eq!(grow(1, 0, MS, u64::MAX), 10);
        assert_eq!(grow(8, 900_000, MS, u64::MAX), 10);
        assert_eq!(grow(1_000, 999_999, MS, u64::MAX), 1_101);
        assert_eq!(grow(60, 1, MS, 64), 64);
    }

    #[test]
    fn extra_work_is_exact() {
        for permille in [50, 75, 100, 150, 200, 500, 1000] {
            for per_iteration_ns in [100.0, 2e4, 3e6] {
                let sampling = Sampling {
                    extra_work_permille: permille,
                    ..Sampling::default()
                };
                let iterations = batch(per_iteration_ns, MS, u64::MAX, &sampling).iterations;
                let work = match extra_work(iterations, permille) {
                    ExtraWork::None => 0.0,
                    ExtraWork::Whole(extra) => extra as f64,
                    ExtraWork::Shared {
                        iterations,
                        charged,
                    } => iterations as f64 * charged,
                };
                let wanted = iterations as f64 * f64::from(permille) / 1000.0;
                assert!(
                    (work - wanted).abs() < 1e-9 * wanted,
                    "{permille} {iterations}"
                );
            }
        }
        assert_eq!(extra_work(7, 0), ExtraWork::None);
    }

    #[test]
    fn slow_work_is_not_done_many_times_to_be_a_little_slower() {
        let sampling = Sampling {
            extra_work_permille: 75,
            ..Sampling::default()
        };
        assert_eq!(batch(6e7, MS, u64::MAX, &sampling).iterations, 1);
        let extra = ExtraWork::Shared {
            iterations: 1,
            charged: 0.075,
        };
        assert_eq!(extra_work(1, 75), extra);
    }
}
