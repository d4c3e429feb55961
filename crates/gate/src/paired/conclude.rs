//! From evidence to a [`Comparison`]: what every benchmark has come to when measuring ends.

use fabench_record::Method;

use super::plan::{FIRST_ERROR, Plan};
use super::state::{Standing, State, spread};
use super::{PairedEvidence, PairedLaunch};
use crate::COMPARISON_SCHEMA_VERSION;
use crate::comparison::{
    BenchmarkComparison, Comparison, Confidence, Estimate, Identity, Kind, Overall, SideBySide,
};
use crate::estimate::median;
use crate::explain::{describe_ratio, percent};
use crate::judge::Verdict;
use crate::policy::Policy;

/// The verdict on everything that was measured, in the order of the evidence.
///
/// May be called at any time: what is undecided by then is `inconclusive`, so that progress can be shown by it.
pub fn conclude(
    baseline: Identity,
    candidate: Identity,
    evidence: &[PairedEvidence],
    policy: &Policy,
) -> Comparison {
    let judged = evidence.iter().filter(|one| one.obstacle.is_none()).count();
    let plan = Plan::of(policy, judged);
    let benchmarks: Vec<BenchmarkComparison> = evidence
        .iter()
        .map(|one| benchmark(one, policy, &plan))
        .collect();
    Comparison {
        schema_version: COMPARISON_SCHEMA_VERSION,
        method: Method {
            name: "paired-signed-rank-confirmed".to_owned(),
            version: 1,
        },
        kind: Kind::SideBySide,
        baseline,
        candidate,
        confidence: Confidence {
            family_wise_error: policy.family_wise_error.get(),
            judged,
            interval: 1.0 - 2.0 * FIRST_ERROR,
        },
        overall: Overall::of(&benchmarks),
        benchmarks,
    }
}

fn benchmark(evidence: &PairedEvidence, policy: &Policy, plan: &Plan) -> BenchmarkComparison {
    let thresholds = policy.thresholds(&evidence.id, &evidence.metric.name);
    let standing = Standing::of(evidence, &thresholds, plan);
    let pairs = evidence.first.len() + evidence.confirming.len();
    let bounded = standing
        .interval
        .filter(|interval| interval.lower.is_finite() && interval.upper.is_finite());
    let mut entry = BenchmarkComparison {
        id: evidence.id.clone(),
        parameters: evidence.parameters.clone(),
        metric: evidence.metric.name.clone(),
        primary: evidence.primary,
        unit: evidence.metric.unit.clone(),
        direction: evidence.metric.direction,
        baseline: estimate(evidence, |pair| pair.baseline),
        candidate: estimate(evidence, |pair| pair.candidate),
        ratio: bounded.map(Into::into),
        verdict: standing.verdict,
        reason: String::new(),
        remedy: None,
        thresholds,
        minimum_detectable_change: standing
            .detectable_log(pairs, &thresholds, plan)
            .map(|log| log.min(700.0).exp_m1()),
        run_spread: None,
        since: None,
        excuse: None,
        side_by_side: Some(SideBySide {
            launches: evidence.first.len(),
            confirming_launches: evidence.confirming.len(),
            spent_ms: evidence.spent_ms,
        }),
        why: None,
    };
    (entry.reason, entry.remedy) = words(evidence, &standing, &entry);
    entry
}

fn words(
    evidence: &PairedEvidence,
    standing: &Standing,
    entry: &BenchmarkComparison,
) -> (String, Option<String>) {
    const MORE: &str = "give it a larger --budget";
    if let Some((_, reason)) = &evidence.obstacle {
        return (reason.clone(), None);
    }
    let spent = matches!(standing.state, State::Needs { .. });
    if entry.ratio.is_none() {
        let pairs = evidence.first.len();
        let reason =
            format!("{pairs} launch pairs are too few to say anything; the time was spent");
        return (reason, Some(MORE.to_owned()));
    }
    let numbers = describe_ratio(entry, true);
    match (standing.verdict, standing.unconfirmed) {
        (Verdict::Inconclusive, Some(flag)) if spent => (
            format!("{numbers}; it looked like {flag}, and no time was left to confirm it"),
            Some(MORE.to_owned()),
        ),
        (Verdict::Inconclusive, Some(flag)) => (
            format!("{numbers}; it looked like {flag}, and fresh launches did not confirm it"),
            Some("compare again if the change is suspected to have an effect here".to_owned()),
        ),
        (Verdict::Inconclusive, None) => {
            let detectable = entry.minimum_detectable_change.map(percent);
            let seen = detectable.map_or_else(String::new, |change| {
                format!("; a change from {change} on would have been seen")
            });
            let remedy = if spent {
                MORE
            } else {
                "its launches differ too much from each other: see `fabench calibrate`"
            };
            (format!("{numbers}{seen}"), Some(remedy.to_owned()))
        }
        (Verdict::Warning, _) if spent => (
            format!("{numbers}; no time was left to tell whether it is a regression"),
            Some(MORE.to_owned()),
        ),
        (Verdict::Regression | Verdict::Warning | Verdict::Improvement, _)
            if !evidence.confirming.is_empty() =>
        {
            (format!("{numbers}; fresh launches confirmed it"), None)
        }
        _ => (numbers, None),
    }
}

fn estimate(evidence: &PairedEvidence, value: fn(&PairedLaunch) -> f64) -> Option<Estimate> {
    let pairs = evidence.first.iter().chain(&evidence.confirming);
    let launches: Vec<f64> = pairs.map(value).collect();
    let logs: Vec<f64> = launches.iter().map(|value| value.ln()).collect();
    Some(Estimate {
        value: median(&launches)?,
        spread: spread(&logs).exp_m1().min(f64::MAX),
        launches,
    })
}
