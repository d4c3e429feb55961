//! Comparing two stored runs: a baseline and a candidate measured at another time.
//!
//! Weaker than side by side: the interval includes the spread between runs. Invariant: each judged metric of each
//! benchmark of either side gets exactly one entry; nothing is passed over.

#[cfg(test)]
pub(crate) mod fixture;
mod interval;
mod pair;
mod run_spread;
mod zero;

use fabench_record::{Baseline, Benchmark, Method, Metric, PastRun, Run};

pub(crate) use self::interval::centre;
use self::pair::Judging;
use crate::COMPARISON_SCHEMA_VERSION;
use crate::comparison::{BenchmarkComparison, Comparison, Confidence, Identity, Kind, Overall};
use crate::compatible::between_runs;
use crate::policy::Policy;

/// Judges `candidate` against `baseline`, every primary metric and whatever else `policy` names.
///
/// `history` holds further runs of the same machine class, such as a database of runs supplies them: only their
/// spread is used. The baseline's own past runs are always used; a run given twice counts once.
pub fn compare(
    baseline: &Baseline,
    candidate: &Run,
    policy: &Policy,
    history: Option<&[PastRun]>,
) -> Comparison {
    let pairs = pairs(&baseline.run, candidate, policy);
    let mut past: Vec<&PastRun> = baseline
        .past_runs
        .iter()
        .chain(history.unwrap_or_default())
        .filter(|run| run.id != baseline.run.id && run.id != candidate.id)
        .collect();
    past.sort_by(|a, b| (&a.started_at, &a.id).cmp(&(&b.started_at, &b.id)));
    past.dedup_by(|a, b| a.id == b.id);
    let judged = pairs.iter().filter(|pair| pair.is_statistical()).count();
    let error = policy.error_of_each(judged);
    let judging = Judging {
        policy,
        error,
        differences: between_runs(&baseline.run, candidate),
        past,
        baseline: &baseline.run,
        candidate,
    };
    let benchmarks: Vec<BenchmarkComparison> =
        pairs.iter().map(|pair| judging.judge(pair)).collect();
    Comparison {
        schema_version: COMPARISON_SCHEMA_VERSION,
        method: Method {
            name: "stored-trimmed-t".to_owned(),
            version: 1,
        },
        kind: Kind::Stored,
        baseline: Identity::of(&baseline.run),
        candidate: Identity::of(candidate),
        confidence: Confidence {
            family_wise_error: policy.family_wise_error.get(),
            judged,
            interval: 1.0 - 2.0 * error,
        },
        overall: Overall::of(&benchmarks),
        benchmarks,
    }
}

/// One benchmark on one side, and the metric to judge.
type Side<'a> = (&'a Benchmark, &'a Metric);

/// What is to be judged: at least one side is there.
struct Pair<'a> {
    /// The candidate's side, or the baseline's if the candidate has none.
    shown: Side<'a>,
    baseline: Option<Side<'a>>,
    candidate: Option<Side<'a>>,
    /// The baseline has this benchmark, but another metric is its primary one.
    primary_before: Option<&'a str>,
}

impl Pair<'_> {
    fn is_statistical(&self) -> bool {
        matches!((self.baseline, self.candidate), (Some((_, old)), Some((_, new))) if !(old.exact && new.exact))
    }
}

fn pairs<'a>(baseline: &'a Run, candidate: &'a Run, policy: &Policy) -> Vec<Pair<'a>> {
    let judged = |bench: &'a Benchmark| -> Vec<&'a Metric> {
        let metrics = bench.metrics.iter();
        metrics
            .filter(|metric| metric.name == bench.primary || policy.judges(&bench.id, &metric.name))
            .collect()
    };
    let mut pairs = Vec::new();
    for new in &candidate.benchmarks {
        let old = baseline.benchmark(&new.id);
        for metric in judged(new) {
            pairs.push(Pair {
                shown: (new, metric),
                baseline: old.and_then(|old| Some((old, old.metric(&metric.name)?))),
                candidate: Some((new, metric)),
                primary_before: old
                    .map(|old| old.primary.as_str())
                    .filter(|before| metric.name == new.primary && *before != new.primary),
            });
        }
        // A metric that policy names must not vanish without a word.
        let gone = old.into_iter().flat_map(|old| {
            let metrics = judged(old).into_iter().map(move |metric| (old, metric));
            metrics.filter(|(_, metric)| new.metric(&metric.name).is_none())
        });
        pairs.extend(
            gone.filter(|(old, metric)| metric.name != old.primary)
                .map(|side| Pair {
                    shown: side,
                    baseline: Some(side),
                    candidate: None,
                    primary_before: None,
                }),
        );
    }
    for old in &baseline.benchmarks {
        if candidate.benchmark(&old.id).is_none() {
            pairs.extend(judged(old).into_iter().map(|metric| Pair {
                shown: (old, metric),
                baseline: Some((old, metric)),
                candidate: None,
                primary_before: None,
            }));
        }
    }
    pairs
}

#[cfg(test)]
mod tests;
