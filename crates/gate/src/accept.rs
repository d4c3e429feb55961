//! When a run may become the baseline, and what the new baseline remembers of the old one.
//!
//! Invariant: a quick or partial run is never accepted, not even by force.

use fabench_record::{Baseline, Centre, Completeness, Outcome, PastRun, Run, SCHEMA_VERSION};

use crate::comparison::Comparison;
use crate::evidence::launch_values;
use crate::judge::Verdict;
use crate::stored::centre;

/// Why a run does not become the baseline.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It was a quick look.
    #[error(
        "a quick run is no baseline: its few launches say too little; make a full `fabench run`"
    )]
    Quick,
    /// It was interrupted.
    #[error("the run was interrupted and is no baseline; make a whole `fabench run`")]
    Partial,
    /// It has no benchmark.
    #[error("the run holds no benchmark; make a `fabench run` without a filter")]
    Empty,
    /// Benchmarks failed.
    #[error("these benchmarks failed: {}; mend them, or accept the rest with --force-baseline", .0.join(", "))]
    Failed(
        /// Their ids.
        Vec<String>,
    ),
    /// There are regressions.
    #[error("there is a regression in {}; mend it, or accept it with --force-baseline", .0.join(", "))]
    Regression(
        /// Ids of the benchmarks.
        Vec<String>,
    ),
    /// The run can't be compared with the baseline, such as one from another machine.
    #[error("these benchmarks are not comparable with the baseline: {}; measure on the machine of the baseline, or replace it with --force-baseline", .0.join(", "))]
    NotComparable(
        /// Their ids.
        Vec<String>,
    ),
    /// The run lacks benchmarks that the baseline has.
    #[error("these benchmarks of the baseline are missing: {}; run the whole suite, or drop them with --force-baseline", .0.join(", "))]
    Missing(
        /// Their ids.
        Vec<String>,
    ),
}

impl Refusal {
    /// Whether it is a regression that stands in the way (the tool's exit code differs).
    pub fn is_regression(&self) -> bool {
        matches!(self, Self::Regression(_))
    }
}

/// Whether `run` may become the baseline. `comparison` is `None` where there is no baseline yet.
///
/// `force` overrides regressions and failed, missing or incomparable benchmarks, but accepts neither a quick nor a partial run.
///
/// # Errors
/// [`Refusal`] says why not, and what to do.
pub fn may_update(comparison: Option<&Comparison>, run: &Run, force: bool) -> Result<(), Refusal> {
    if run.settings.quick {
        return Err(Refusal::Quick);
    }
    if run.completeness == Completeness::Partial {
        return Err(Refusal::Partial);
    }
    if run.benchmarks.is_empty() {
        return Err(Refusal::Empty);
    }
    if force {
        return Ok(());
    }
    let with = |verdict: Verdict| -> Vec<String> {
        let found = comparison.into_iter().flat_map(|found| found.with(verdict));
        let mut ids: Vec<String> = found.map(|entry| entry.id.to_string()).collect();
        ids.dedup();
        ids
    };
    let regressions = with(Verdict::Regression);
    if !regressions.is_empty() {
        return Err(Refusal::Regression(regressions));
    }
    let failed: Vec<String> = run
        .benchmarks
        .iter()
        .filter(|bench| bench.outcome != Outcome::Measured)
        .map(|bench| bench.id.to_string())
        .collect();
    if !failed.is_empty() {
        return Err(Refusal::Failed(failed));
    }
    let missing = with(Verdict::Missing);
    if !missing.is_empty() {
        return Err(Refusal::Missing(missing));
    }
    let not_comparable = with(Verdict::NotComparable);
    if not_comparable.is_empty() {
        Ok(())
    } else {
        Err(Refusal::NotComparable(not_comparable))
    }
}

/// The baseline that `run` becomes. The replaced run joins the past runs if machine class and method are the same;
/// of another class or method nothing is carried over. The latest [`Baseline::MAX_PAST_RUNS`] are kept.
///
/// `accepted_at` is RFC 3339 in UTC; `forced` is true if a refusal was overridden.
pub fn accept(old: Option<Baseline>, run: Run, accepted_at: &str, forced: bool) -> Baseline {
    let mut past_runs = Vec::new();
    if let Some(old) = old
        && old.run.environment.machine == run.environment.machine
        && old.run.method == run.method
    {
        let replaced = past_run(&old.run);
        past_runs = old.past_runs;
        past_runs.retain(|past| past.id != replaced.id);
        if replaced.id != run.id {
            past_runs.push(replaced);
        }
        past_runs.retain(|past| past.id != run.id);
        let surplus = past_runs.len().saturating_sub(Baseline::MAX_PAST_RUNS);
        past_runs.drain(..surplus);
    }
    Baseline {
        schema_version: SCHEMA_VERSION,
        accepted_at: accepted_at.to_owned(),
        forced,
        run,
        past_runs,
    }
}

/// The centres of a run's primary metrics, as later comparisons use them for the spread between runs.
pub fn past_run(run: &Run) -> PastRun {
    let centres = run.benchmarks.iter().filter_map(|bench| {
        let metric = bench.primary_metric()?;
        let values = launch_values(bench, metric).ok()?;
        let centre = Centre {
            metric: metric.name.clone(),
            value: centre(&values)?.value,
        };
        (bench.outcome == Outcome::Measured).then(|| (bench.id.clone(), centre))
    });
    PastRun {
        id: run.id.clone(),
        started_at: run.started_at.clone(),
        centres: centres.collect(),
    }
}

#[cfg(test)]
mod tests {
    use fabench_record::Metric;

    use super::*;
    use crate::policy::Policy;
    use crate::stored::compare;
    use crate::stored::fixture::{baseline, benchmark, run};

    fn of(id: &str, value: f64) -> Run {
        run(id, vec![benchmark("a/b", Metric::wall_time(), &[value; 6])])
    }

    #[test]
    fn refuses_what_is_no_baseline() {
        let mut quick = of("q", 100.0);
        quick.settings.quick = true;
        assert_eq!(may_update(None, &quick, true), Err(Refusal::Quick));
        let mut partial = of("p", 100.0);
        partial.completeness = Completeness::Partial;
        assert_eq!(may_update(None, &partial, true), Err(Refusal::Partial));
        assert_eq!(
            may_update(None, &run("e", vec![]), false),
            Err(Refusal::Empty)
        );
        assert_eq!(may_update(None, &of("r", 100.0), false), Ok(()));
    }

    #[test]
    fn refuses_regressions_and_gaps_unless_forced() {
        let old = baseline(of("old", 100.0));
        let slow = of("slow", 300.0);
        let found = compare(&old, &slow, &Policy::default(), None);
        let refusal = may_update(Some(&found), &slow, false).unwrap_err();
        assert!(refusal.is_regression(), "{refusal}");
        assert_eq!(may_update(Some(&found), &slow, true), Ok(()));
        let other = run("x", vec![benchmark("a/c", Metric::wall_time(), &[1.0; 6])]);
        let found = compare(&old, &other, &Policy::default(), None);
        assert_eq!(
            may_update(Some(&found), &other, false),
            Err(Refusal::Missing(vec!["a/b".into()]))
        );
        let mut elsewhere = of("e", 100.0);
        elsewhere.environment.machine.cpu = "another".into();
        let found = compare(&old, &elsewhere, &Policy::default(), None);
        let refusal = may_update(Some(&found), &elsewhere, false).unwrap_err();
        assert_eq!(refusal, Refusal::NotComparable(vec!["a/b".into()]));
        assert_eq!(may_update(Some(&found), &elsewhere, true), Ok(()));
        let mut failed = of("f", 100.0);
        failed.benchmarks[0].outcome = Outcome::Interrupted;
        assert!(matches!(
            may_update(None, &failed, false),
            Err(Refusal::Failed(_))
        ));
    }

    #[test]
    fn remembers_earlier_runs_of_the_same_machine() {
        let mut kept: Option<Baseline> = None;
        for number in 0..30 {
            let next = of(&format!("run{number:02}"), 100.0 + f64::from(number));
            kept = Some(accept(kept, next, "2026-11-23T08:00:00Z", false));
        }
        let kept = kept.unwrap();
        assert_eq!(kept.past_runs.len(), Baseline::MAX_PAST_RUNS);
        assert_eq!(kept.past_runs.last().unwrap().id, "run28");
        let centre = kept.past_runs[19].centres.values().next().unwrap();
        assert!((centre.value - 128.0).abs() < 1e-9);
        let again = accept(Some(kept.clone()), kept.run.clone(), "2026", true);
        assert_eq!(again.past_runs, kept.past_runs, "a run is not its own past");
        let mut moved = of("elsewhere", 100.0);
        moved.environment.machine.cores = 64;
        assert!(
            accept(Some(kept), moved, "2026", false)
                .past_runs
                .is_empty()
        );
    }
}
