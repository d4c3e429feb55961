//! Spending a budget, on evidence made by hand.

use fabench_record::{BenchmarkId, Metric};

use super::*;
use crate::judge::Verdict;
use crate::paired::PairedLaunch;

const PLENTY: Budget = Budget {
    left_ms: 1_000_000,
    per_benchmark_ms: 1_000_000,
    per_benchmark_pairs: 0,
};

fn evidence(id: &str, centre: f64, pairs: usize, pair_ms: u64) -> PairedEvidence {
    let mut one = PairedEvidence::new(BenchmarkId::new(id).unwrap(), Metric::wall_time(), true);
    one.first = (0..pairs)
        .map(|index| PairedLaunch {
            baseline: 1.0,
            candidate: 1.0,
            log_ratio: centre + 0.001 * (index % 5) as f64,
        })
        .collect();
    one.spent_ms = pair_ms * pairs as u64;
    one
}

fn next(evidence: &[PairedEvidence], budget: Budget) -> Next {
    decide(evidence, &Policy::default(), budget)
}

#[test]
fn everything_is_tried_then_flags_are_confirmed_and_the_decided_rest() {
    let fresh = [evidence("a/a", 0.0, 0, 0), evidence("a/b", 0.0, 0, 0)];
    let first = Next::Measure {
        benchmark: 0,
        pairs: 1,
        confirming: false,
    };
    assert_eq!(next(&fresh, PLENTY), first);
    let all = [
        evidence("a/unchanged", 0.0, 7, 100),
        evidence("a/young", 0.0, 3, 10),
        evidence("a/flagged", 0.3, 7, 100),
    ];
    assert!(matches!(
        next(&all, PLENTY),
        Next::Measure {
            benchmark: 2,
            confirming: true,
            ..
        }
    ));
    let young = Next::Measure {
        benchmark: 1,
        pairs: 4,
        confirming: false,
    };
    assert_eq!(next(&all[..2], PLENTY), young);
    assert_eq!(next(&all[..1], PLENTY), Next::Stop);
}

#[test]
fn the_budget_is_respected() {
    let slow = [evidence("a/slow", 0.0, 2, 10_000)];
    let budget = |left_ms, per_benchmark_ms| Budget {
        left_ms,
        per_benchmark_ms,
        per_benchmark_pairs: 0,
    };
    assert_eq!(next(&slow, budget(5_000, 1_000_000)), Next::Stop);
    assert_eq!(next(&slow, budget(1_000_000, 20_000)), Next::Stop);
    let part = Next::Measure {
        benchmark: 0,
        pairs: 3,
        confirming: false,
    };
    assert_eq!(next(&slow, budget(39_000, 1_000_000)), part);
    assert_eq!(
        next(&[evidence("a/b", 0.0, 0, 0)], budget(0, 0)),
        Next::Stop
    );
}

#[test]
fn what_cannot_be_measured_is_left_alone() {
    let mut gone = evidence("a/gone", 0.0, 0, 0);
    gone.obstacle = Some((Verdict::Missing, "gone".into()));
    assert_eq!(next(&[gone], PLENTY), Next::Stop);
}
