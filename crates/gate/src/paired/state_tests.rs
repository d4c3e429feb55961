//! Where a benchmark stands, on evidence made by hand.

use fabench_record::{BenchmarkId, Metric};
use proptest::prelude::*;

use super::*;
use crate::policy::Policy;

const RIPPLE: [f64; 7] = [0.004, -0.006, 0.001, -0.003, 0.007, -0.001, 0.002];

fn pairs(center: f64, count: usize) -> Vec<PairedLaunch> {
    (0..count)
        .map(|index| PairedLaunch {
            baseline: 100.0 + index as f64,
            candidate: 100.0 * center.exp(),
            log_ratio: center + RIPPLE[index % 7],
        })
        .collect()
}

fn evidence(first: Vec<PairedLaunch>, confirming: Vec<PairedLaunch>) -> PairedEvidence {
    let mut one = PairedEvidence::new(BenchmarkId::new("a/b").unwrap(), Metric::wall_time(), true);
    one.first = first;
    one.confirming = confirming;
    one
}

fn standing(first: Vec<PairedLaunch>, confirming: Vec<PairedLaunch>) -> Standing {
    let policy = Policy::default();
    let thresholds = policy.thresholds_for_any();
    Standing::of(
        &evidence(first, confirming),
        &thresholds,
        &Plan::of(&policy, 20),
    )
}

#[test]
fn calm_and_equal_is_unchanged_at_the_first_look() {
    assert_eq!(
        standing(pairs(0.0, 6), vec![]).state,
        State::Needs {
            pairs: 1,
            confirming: false,
            looks: 0
        }
    );
    let found = standing(pairs(0.0, 7), vec![]);
    assert_eq!(
        (found.state, found.verdict),
        (State::Decided, Verdict::Unchanged)
    );
}

#[test]
fn a_flag_stands_only_when_fresh_launches_agree() {
    let first = pairs(0.2, 7);
    let found = standing(first.clone(), vec![]);
    assert_eq!(
        (found.verdict, found.unconfirmed),
        (Verdict::Inconclusive, Some(Verdict::Regression))
    );
    let State::Needs {
        pairs: wanted,
        confirming: true,
        ..
    } = found.state
    else {
        panic!("{found:?}");
    };
    let found = standing(first.clone(), pairs(0.2, wanted));
    assert_eq!(
        (found.state, found.verdict),
        (State::Decided, Verdict::Regression)
    );
    for fresh in [pairs(0.0, wanted), pairs(-0.2, wanted)] {
        let found = standing(first.clone(), fresh.repeat(6));
        assert_eq!(
            (found.state, found.verdict),
            (State::Decided, Verdict::Inconclusive)
        );
        assert_eq!(found.unconfirmed, Some(Verdict::Regression));
    }
}

#[test]
fn a_warning_is_measured_on_until_a_regression_is_excluded() {
    // Estimates around the critical threshold: whether it is one stays open.
    let wide: Vec<PairedLaunch> = pairs(0.09, 11)
        .into_iter()
        .map(|pair| PairedLaunch {
            log_ratio: 0.09 + 8.0 * (pair.log_ratio - 0.09),
            ..pair
        })
        .collect();
    let found = standing(wide.clone(), wide.repeat(2));
    assert_eq!(found.verdict, Verdict::Warning);
    assert!(
        matches!(
            found.state,
            State::Needs {
                confirming: true,
                ..
            }
        ),
        "{found:?}"
    );
    let found = standing(pairs(0.07, 7), pairs(0.07, 30));
    assert_eq!(
        (found.state, found.verdict),
        (State::Decided, Verdict::Warning)
    );
}

#[test]
fn between_looks_nothing_is_decided() {
    // Wild at the first look, calm afterwards.
    let mut first = pairs(0.0, 8);
    for (index, pair) in first.iter_mut().take(7).enumerate() {
        pair.log_ratio = if index % 2 == 0 { 0.1 } else { -0.1 };
    }
    let found = standing(first, vec![]);
    assert_eq!(
        found.state,
        State::Needs {
            pairs: 1,
            confirming: false,
            looks: 1
        }
    );
}

#[test]
fn exact_counters_need_two_pairs() {
    let policy = Policy::default();
    let thresholds = policy.thresholds_for_any();
    let plan = Plan::of(&policy, 20);
    let exact = |candidate: f64, count: usize| {
        let pair = PairedLaunch {
            baseline: 100.0,
            candidate,
            log_ratio: (candidate / 100.0).ln(),
        };
        let mut one = evidence(vec![pair; count], vec![]);
        one.metric.exact = true;
        Standing::of(&one, &thresholds, &plan)
    };
    assert!(matches!(
        exact(100.0, 1).state,
        State::Needs { pairs: 1, .. }
    ));
    assert_eq!(exact(100.0, 2).verdict, Verdict::Unchanged);
    assert_eq!(exact(110.0, 2).verdict, Verdict::Regression);
}

proptest! {
    /// Whatever was measured, measuring ends: no state asks for launches for ever.
    #[test]
    fn measuring_ends(seed in prop::collection::vec(-0.5f64..0.5, 1..20)) {
        let mut one = evidence(vec![], vec![]);
        let policy = Policy::default();
        let thresholds = policy.thresholds_for_any();
        let plan = Plan::of(&policy, 20);
        let mut source = seed.iter().cycle();
        for _ in 0..100 {
            let State::Needs { pairs, confirming, .. } = Standing::of(&one, &thresholds, &plan).state else {
                return Ok(());
            };
            prop_assert!(pairs > 0);
            let fresh = source.by_ref().take(pairs).map(|&log_ratio| PairedLaunch {
                baseline: 1.0, candidate: 1.0, log_ratio,
            });
            if confirming { one.confirming.extend(fresh) } else { one.first.extend(fresh) }
        }
        prop_assert!(false, "still undecided: {one:?}");
    }
}
