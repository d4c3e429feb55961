//! Judging instruction counts: a method of its own, with thresholds of 1 %, never mixed with times.
//!
//! Invariant: a benchmark whose count does not repeat is not judged; what differs between two counts of one side is the
//! width of the interval.

use std::collections::BTreeMap;

use fabench_record::{BenchmarkId, Direction, Method, Metric, Unit};

use crate::COMPARISON_SCHEMA_VERSION;
use crate::comparison::{
    BenchmarkComparison, Comparison, Confidence, Estimate, Identity, Kind, Overall, SideBySide,
};
use crate::explain::{describe_ratio, percent};
use crate::judge::{LogInterval, Verdict, judge_log};
use crate::policy::Policy;

/// Two counts of one side may differ by so much (as a share) if the benchmark is to be called deterministic.
const REPEATS_WITHIN: f64 = 0.002;

/// What was counted of one benchmark: each side twice.
#[derive(Clone, Debug, PartialEq)]
pub struct CountedEvidence {
    /// The benchmark.
    pub id: BenchmarkId,
    /// What was varied.
    pub parameters: BTreeMap<String, String>,
    /// Instructions of one iteration of the baseline, each from launches of its own.
    pub baseline: [f64; 2],
    /// The same of the candidate.
    pub candidate: [f64; 2],
    /// Wall time spent on it in milliseconds.
    pub spent_ms: u64,
    /// What forbids judging it, and why; the counts mean nothing then.
    pub obstacle: Option<(Verdict, String)>,
}

/// The metric that is judged.
pub fn instructions() -> Metric {
    let unit = Unit::Other("instructions".to_owned());
    Metric::value("instructions", unit, Direction::LowerIsBetter)
}

/// The verdict on everything that was counted.
pub fn conclude_counted(
    baseline: Identity,
    candidate: Identity,
    evidence: &[CountedEvidence],
    policy: &Policy,
) -> Comparison {
    let benchmarks: Vec<_> = evidence.iter().map(|one| judged(one, policy)).collect();
    Comparison {
        schema_version: COMPARISON_SCHEMA_VERSION,
        method: Method {
            name: "callgrind-instructions".to_owned(),
            version: 1,
        },
        kind: Kind::SideBySide,
        baseline,
        candidate,
        confidence: Confidence {
            family_wise_error: policy.family_wise_error.get(),
            // Nothing here is a matter of chance.
            judged: 0,
            interval: 1.0,
        },
        overall: Overall::of(&benchmarks),
        benchmarks,
    }
}

fn judged(evidence: &CountedEvidence, policy: &Policy) -> BenchmarkComparison {
    let metric = instructions();
    let thresholds = policy.counter_thresholds(&evidence.id, &metric.name);
    let mut entry = BenchmarkComparison {
        id: evidence.id.clone(),
        parameters: evidence.parameters.clone(),
        metric: metric.name,
        primary: true,
        unit: metric.unit,
        direction: metric.direction,
        baseline: None,
        candidate: None,
        ratio: None,
        verdict: Verdict::NotComparable,
        reason: String::new(),
        remedy: None,
        thresholds,
        minimum_detectable_change: None,
        run_spread: None,
        excuse: None,
        since: None,
        why: None,
        side_by_side: Some(SideBySide {
            launches: 2,
            confirming_launches: 0,
            spent_ms: evidence.spent_ms,
        }),
    };
    if let Some((verdict, reason)) = &evidence.obstacle {
        entry.verdict = *verdict;
        entry.reason.clone_from(reason);
        return entry;
    }
    let sides = [&evidence.baseline, &evidence.candidate];
    let usable = |count: &f64| count.is_finite() && *count > 0.0;
    if !sides.into_iter().flatten().all(usable) {
        entry.reason = "a count is no number above 0".to_owned();
        return entry;
    }
    entry.baseline = Some(estimate(&evidence.baseline));
    entry.candidate = Some(estimate(&evidence.candidate));
    let apart = sides.map(|[first, second]| (first / second).ln().abs());
    let most = apart[0].max(apart[1]);
    if most > REPEATS_WITHIN {
        entry.reason = format!(
            "it does not repeat: two counts of the same executable are {} apart",
            percent(most.exp_m1())
        );
        entry.remedy = Some("compare its times, without --counter".to_owned());
        return entry;
    }
    let middle = |counts: &[f64; 2]| 0.5 * (counts[0].ln() + counts[1].ln());
    let ratio = LogInterval::around(
        middle(&evidence.candidate) - middle(&evidence.baseline),
        0.5 * (apart[0] + apart[1]),
    );
    entry.verdict = judge_log(&ratio, &thresholds);
    entry.ratio = Some(ratio.into());
    entry.minimum_detectable_change = Some(thresholds.warning.get());
    entry.reason = format!(
        "{} (instructions, counted twice a side)",
        describe_ratio(&entry, true)
    );
    entry
}

fn estimate(counts: &[f64; 2]) -> Estimate {
    let [first, second] = *counts;
    Estimate {
        value: 0.5 * (first + second),
        spread: (first / second).ln().abs().exp_m1(),
        launches: counts.to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(baseline: [f64; 2], candidate: [f64; 2]) -> Verdict {
        let evidence = CountedEvidence {
            id: BenchmarkId::new("a/b").unwrap(),
            parameters: BTreeMap::new(),
            baseline,
            candidate,
            spent_ms: 0,
            obstacle: None,
        };
        judged(&evidence, &Policy::default()).verdict
    }

    #[test]
    fn one_percent_matters_and_what_does_not_repeat_is_not_judged() {
        for (candidate, expected) in [
            ([1000.0, 1000.0], Verdict::Unchanged),
            ([1005.0, 1005.0], Verdict::Unchanged),
            ([1011.0, 1011.0], Verdict::Regression),
            ([1030.0, 1030.5], Verdict::Regression),
            ([980.0, 980.0], Verdict::Improvement),
            ([1000.0, 1003.0], Verdict::NotComparable),
            ([0.0, 0.0], Verdict::NotComparable),
            ([f64::NAN, 1.0], Verdict::NotComparable),
        ] {
            assert_eq!(
                verdict([1000.0, 1000.0], candidate),
                expected,
                "{candidate:?}"
            );
        }
    }

    #[test]
    fn the_general_thresholds_are_for_times_and_an_override_that_names_the_metric_is_for_counts() {
        let text = "critical = '20 %'\n[[override]]\nbenchmark = 'a/*'\ncritical = '30 %'\n\
                    [[override]]\nbenchmark = 'a/b'\nmetric = 'instructions'\ncritical = '3 %'";
        let policy: Policy = toml::from_str(text).unwrap();
        let of = |id: &str| {
            let id = BenchmarkId::new(id).unwrap();
            policy
                .counter_thresholds(&id, "instructions")
                .critical
                .get()
        };
        assert_eq!([of("a/b"), of("a/c")], [0.03, 0.01]);
    }
}
