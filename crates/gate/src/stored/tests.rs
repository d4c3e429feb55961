//! Comparing stored runs, end to end on hand-made runs.

use fabench_record::{
    Baseline, Centre, Completeness, Direction, Metric, Outcome, PastRun, Run, Unit,
};
use proptest::prelude::*;

use super::compare;
use super::fixture::{baseline, benchmark, run};
use crate::comparison::{BenchmarkComparison, Comparison};
use crate::explain::explain;
use crate::judge::Verdict;
use crate::policy::Policy;

/// Eight launches around `centre` as a fair machine gives them, one of them off by a fifth.
fn launches(centre: f64) -> Vec<f64> {
    let factors = [1.0, 1.012, 0.991, 1.2, 1.004, 0.987, 1.016, 1.002];
    factors.map(|factor| factor * centre).to_vec()
}

fn wall(id: &str, values: &[f64]) -> Run {
    run(id, vec![benchmark("a/b", Metric::wall_time(), values)])
}

fn judged(old: &Run, new: &Run) -> BenchmarkComparison {
    one(compare(
        &baseline(old.clone()),
        new,
        &Policy::default(),
        None,
    ))
}

fn one(found: Comparison) -> BenchmarkComparison {
    assert_eq!(found.benchmarks.len(), 1);
    found.benchmarks.into_iter().next().unwrap()
}

fn verdict_at(factor: f64) -> Verdict {
    let found = judged(
        &wall("old", &launches(1e4)),
        &wall("new", &launches(1e4 * factor)),
    );
    assert!(explain(&found).contains(&found.reason));
    found.verdict
}

#[test]
fn work_done_twice_is_a_regression_and_a_bad_hour_is_none() {
    assert_eq!(verdict_at(2.0), Verdict::Regression);
    assert_eq!(verdict_at(1.8), Verdict::Regression);
    assert_eq!(verdict_at(1.3), Verdict::Inconclusive);
    assert_eq!(verdict_at(1.0), Verdict::Inconclusive);
    assert_eq!(verdict_at(0.5), Verdict::Improvement);
}

#[test]
fn higher_is_better_turns_the_ratio() {
    let rate = |value: f64| {
        let metric = Metric::value("rate", Unit::PerSecond, Direction::HigherIsBetter);
        run("r", vec![benchmark("a/b", metric, &launches(value))])
    };
    let found = judged(&rate(1000.0), &rate(500.0));
    assert_eq!(found.verdict, Verdict::Regression);
    assert!((found.ratio.unwrap().estimate - 2.0).abs() < 1e-9);
}

#[test]
fn few_launches_or_a_quick_run_end_at_a_warning() {
    let old = wall("old", &launches(1e4));
    assert_eq!(
        judged(&old, &wall("new", &[9e4, 9e4])).verdict,
        Verdict::Warning
    );
    let mut quick = wall("new", &launches(9e4));
    quick.settings.quick = true;
    let found = judged(&old, &quick);
    assert_eq!(found.verdict, Verdict::Warning);
    assert!(found.reason.contains("quick"), "{}", found.reason);
}

#[test]
fn exact_counters_are_judged_without_statistics() {
    let counter = |value: f64| {
        let mut metric = Metric::value("count", Unit::Count, Direction::LowerIsBetter);
        metric.exact = true;
        run("r", vec![benchmark("a/b", metric, &[value])])
    };
    for (new, expected) in [
        (100.0, Verdict::Unchanged),
        (104.0, Verdict::Unchanged),
        (105.0, Verdict::Warning),
        (110.0, Verdict::Regression),
        (90.0, Verdict::Improvement),
        (0.0, Verdict::Improvement),
    ] {
        assert_eq!(
            judged(&counter(100.0), &counter(new)).verdict,
            expected,
            "{new}"
        );
    }
    assert_eq!(
        judged(&counter(0.0), &counter(0.0)).verdict,
        Verdict::Unchanged
    );
    assert_eq!(
        judged(&counter(0.0), &counter(1.0)).verdict,
        Verdict::NotComparable
    );
}

#[test]
fn says_what_is_not_comparable() {
    let old = wall("old", &launches(1e4));
    type Change = fn(&mut Run);
    let changed: [(&str, Change); 7] = [
        ("machine class, cpu", |run| {
            run.environment.machine.cpu = "other".into();
        }),
        ("method", |run| run.method.version = 9),
        ("schema version", |run| run.schema_version = 9),
        ("suite", |run| run.suite.name = "other".into()),
        ("parameter backend", |run| {
            run.benchmarks[0]
                .parameters
                .insert("backend".into(), "x".into());
        }),
        ("unit", |run| {
            run.benchmarks[0].metrics[0].unit = Unit::Bytes;
        }),
        ("source", |run| {
            run.benchmarks[0].metrics[0].source = Metric::cpu_time().source;
        }),
    ];
    for (what, change) in changed {
        let mut new = wall("new", &launches(3e4));
        change(&mut new);
        let found = judged(&old, &new);
        assert_eq!(found.verdict, Verdict::NotComparable, "{what}");
        assert!(found.reason.contains(what), "{what}: {}", found.reason);
    }
    let mut new = run(
        "new",
        vec![benchmark("a/b", Metric::cpu_time(), &launches(1e4))],
    );
    new.benchmarks[0].metrics.push(Metric::wall_time());
    let found = judged(&old, &new);
    assert_eq!(found.verdict, Verdict::NotComparable);
    assert!(found.reason.contains("another metric"), "{}", found.reason);
}

#[test]
fn nothing_is_passed_over() {
    let bench = |id: &str| benchmark(id, Metric::wall_time(), &launches(1e4));
    let old = run(
        "old",
        vec![bench("a/gone"), bench("a/failed"), bench("a/kept")],
    );
    let mut new = run(
        "new",
        vec![bench("a/new"), bench("a/failed"), bench("a/kept")],
    );
    new.benchmarks[1].outcome = Outcome::Failed {
        reason: "crashed".into(),
        stderr_tail: String::new(),
    };
    let found = compare(&baseline(old), &new, &Policy::default(), None);
    let verdicts: Vec<(&str, Verdict)> = found
        .benchmarks
        .iter()
        .map(|entry| (entry.id.as_str(), entry.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("a/new", Verdict::New),
            ("a/failed", Verdict::Failed),
            ("a/kept", Verdict::Inconclusive),
            ("a/gone", Verdict::Missing),
        ]
    );
    assert_eq!(found.overall.verdict, Some(Verdict::Failed));
    assert!(!found.overall.nothing_compared);
    let text = serde_json::to_string(&found).unwrap();
    assert_eq!(serde_json::from_str::<Comparison>(&text).unwrap(), found);
    let mut partial = run("new", vec![]);
    partial.completeness = Completeness::Partial;
    let found = compare(&baseline(new), &partial, &Policy::default(), None);
    assert!(found.overall.nothing_compared);
    assert!(found.benchmarks[0].reason.contains("interrupted"));
}

#[test]
fn metrics_that_policy_names_are_judged_too() {
    let policy: Policy =
        toml::from_str("[[override]]\nbenchmark = 'a/*'\nmetric = 'cpu_time'\njudge = true")
            .unwrap();
    let mut old = wall("old", &launches(1e4));
    let mut new = wall("new", &launches(1e4));
    for side in [&mut old, &mut new] {
        side.benchmarks[0].metrics.push(Metric::cpu_time());
    }
    let found = compare(&baseline(old.clone()), &new, &policy, None);
    assert_eq!(found.benchmarks.len(), 2);
    assert!(!found.benchmarks[1].primary);
    new.benchmarks[0].metrics.pop();
    let found = compare(&baseline(old), &new, &policy, None);
    assert_eq!(found.benchmarks[1].verdict, Verdict::Missing);
}

/// `runs` earlier runs whose centres move by `step` to and fro.
fn with_history(run: Run, runs: u32, step: f64) -> Baseline {
    let id = run.benchmarks[0].id.clone();
    let mut kept = baseline(run);
    kept.past_runs = (0..runs)
        .map(|number| PastRun {
            id: format!("past{number:02}"),
            started_at: format!("2026-11-{number:02}"),
            centres: [(
                id.clone(),
                Centre {
                    metric: "wall_time".into(),
                    value: 1e4 * (1.0 + step * f64::from(number % 2)),
                },
            )]
            .into(),
        })
        .collect();
    kept
}

#[test]
fn history_sharpens_or_blunts_the_judgement() {
    let old = wall("old", &launches(1e4));
    let verdict = |runs: u32, step: f64, factor: f64| {
        let new = wall("new", &launches(1e4 * factor));
        let found = one(compare(
            &with_history(old.clone(), runs, step),
            &new,
            &Policy::default(),
            None,
        ));
        found.verdict
    };
    assert_eq!(verdict(0, 0.0, 1.3), Verdict::Inconclusive);
    assert_eq!(verdict(20, 0.005, 1.3), Verdict::Regression);
    assert_eq!(verdict(20, 0.3, 2.0), Verdict::Inconclusive);
}

#[test]
fn history_given_twice_counts_once() {
    let kept = with_history(wall("old", &launches(1e4)), 10, 0.01);
    let new = wall("new", &launches(1e4));
    let plain = compare(&kept, &new, &Policy::default(), None);
    let twice = compare(&kept, &new, &Policy::default(), Some(&kept.past_runs));
    assert_eq!(plain, twice);
}

proptest! {
    /// Another time unit changes nothing; swapping the sides turns the interval over.
    #[test]
    fn is_scale_invariant_and_symmetric(
        old in prop::collection::vec(1e3f64..1e6, 3..10),
        new in prop::collection::vec(1e3f64..1e6, 3..10),
        scale in 0.5f64..1e3,
    ) {
        let side = |values: &[f64], scale: f64| {
            let metric = Metric::value("x", Unit::Other("x".into()), Direction::LowerIsBetter);
            let values: Vec<f64> = values.iter().map(|value| value * scale).collect();
            run("r", vec![benchmark("a/b", metric, &values)])
        };
        let there = judged(&side(&old, 1.0), &side(&new, 1.0)).ratio.unwrap();
        let scaled = judged(&side(&old, scale), &side(&new, scale)).ratio.unwrap();
        let back = judged(&side(&new, 1.0), &side(&old, 1.0)).ratio.unwrap();
        let near = |a: f64, b: f64| (a / b - 1.0).abs() < 1e-6;
        prop_assert!(near(there.lower, scaled.lower) && near(there.upper, scaled.upper));
        prop_assert!(near(there.lower, 1.0 / back.upper) && near(there.estimate, 1.0 / back.estimate));
    }

    /// Whatever stands in a record, the comparison is finite and can be written and read.
    #[test]
    fn any_values_give_a_report_that_can_be_read(
        old in prop::collection::vec(prop::num::f64::ANY, 0..6),
        new in prop::collection::vec(prop::num::f64::ANY, 0..6),
    ) {
        let side = |values: &[f64]| {
            let metric = Metric::value("x", Unit::Count, Direction::LowerIsBetter);
            run("r", vec![benchmark("a/b", metric, values)])
        };
        let found = compare(&baseline(side(&old)), &side(&new), &Policy::default(), None);
        let text = serde_json::to_string(&found).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Comparison>(&text).unwrap(), &found);
    }
}
