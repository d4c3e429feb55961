//! What a record must hold beyond its shape: finite, non-negative numbers, unique names, whole rounds.
//!
//! Invariant: each refusal names the JSON path of the first place that breaks a rule.

use std::collections::BTreeSet;

use crate::{
    Baseline, Benchmark, Launch, Metric, MetricSource, MetricSummary, RecordError, Run,
    SCHEMA_VERSION,
};

type Checked = Result<(), RecordError>;

/// Checks the accepted run and the centres of earlier ones.
pub(crate) fn check_baseline(baseline: &Baseline) -> Checked {
    check_run(&baseline.run, "run.")?;
    for (index, past) in baseline.past_runs.iter().enumerate() {
        for (id, centre) in &past.centres {
            check_number(centre.value, || {
                format!("past_runs[{index}].centres.{id}.value")
            })?;
        }
    }
    Ok(())
}

/// Checks a run that stands at `prefix` of its file.
pub(crate) fn check_run(run: &Run, prefix: &str) -> Checked {
    let known = (1..=SCHEMA_VERSION).contains(&run.schema_version);
    check(
        known,
        || format!("{prefix}schema_version"),
        "not a known version",
    )?;
    check(
        !run.id.is_empty(),
        || format!("{prefix}id"),
        "the run has no id",
    )?;
    check_number(run.environment.load_average, || {
        format!("{prefix}environment.load_average")
    })?;
    if let Some(steal) = run.environment.steal {
        let share = (0.0..=1.0).contains(&steal);
        let problem = format!("{steal} is not a share from 0 to 1");
        check(share, || format!("{prefix}environment.steal"), &problem)?;
    }
    let mut seen = BTreeSet::new();
    for (index, benchmark) in run.benchmarks.iter().enumerate() {
        let at = format!("{prefix}benchmarks[{index}]");
        let problem = format!("benchmark id `{}` stands twice", benchmark.id);
        check(seen.insert(&benchmark.id), || format!("{at}.id"), &problem)?;
        check_benchmark(benchmark, &at)?;
    }
    Ok(())
}

fn check_benchmark(benchmark: &Benchmark, at: &str) -> Checked {
    let mut names = BTreeSet::new();
    for (index, metric) in benchmark.metrics.iter().enumerate() {
        let at = format!("{at}.metrics[{index}]");
        let problem = format!("metric `{}` stands twice", metric.name);
        check(
            names.insert(&metric.name),
            || format!("{at}.name"),
            &problem,
        )?;
        check_metric(metric, &at)?;
    }
    let problem = format!(
        "the primary metric `{}` is not among the metrics",
        benchmark.primary
    );
    let found = benchmark.primary_metric().is_some();
    check(found, || format!("{at}.primary"), &problem)?;
    for (index, summary) in benchmark.summary.iter().enumerate() {
        check_summary(summary, &format!("{at}.summary[{index}]"))?;
    }
    for (index, launch) in benchmark.launches.iter().enumerate() {
        check_launch(launch, &format!("{at}.launches[{index}]"))?;
    }
    Ok(())
}

fn check_metric(metric: &Metric, at: &str) -> Checked {
    let MetricSource::Throughput {
        elements_per_iteration,
    } = metric.source
    else {
        return Ok(());
    };
    check_number(elements_per_iteration, || {
        format!("{at}.source.elements_per_iteration")
    })
}

fn check_summary(summary: &MetricSummary, at: &str) -> Checked {
    let numbers = [
        ("mean", summary.mean),
        ("median", summary.median),
        ("standard_deviation", summary.standard_deviation),
        ("min", summary.min),
        ("max", summary.max),
        ("interquartile_range", summary.interquartile_range),
        ("p50", summary.p50),
        ("p90", summary.p90),
        ("p99", summary.p99),
        ("p99_9", summary.p99_9),
        (
            "operations_per_second",
            summary.operations_per_second.unwrap_or(0.0),
        ),
    ];
    for (name, value) in numbers {
        check_number(value, || format!("{at}.{name}"))?;
    }
    Ok(())
}

fn check_launch(launch: &Launch, at: &str) -> Checked {
    for (index, round) in launch.rounds.iter().enumerate() {
        let path = || format!("{at}.rounds[{index}]");
        check(round.iterations > 0, path, "a round of 0 iterations")?;
        let paired = round.wall_ns.len() == round.cpu_ns.len();
        check(paired, path, "wall_ns and cpu_ns differ in length")?;
    }
    if let Some(allocated) = launch.allocated {
        let counted = allocated.iterations > 0;
        let path = || format!("{at}.allocated.iterations");
        check(counted, path, "a count over 0 iterations")?;
    }
    for (name, values) in &launch.values {
        for (index, &value) in values.iter().enumerate() {
            check_number(value, || format!("{at}.values.{name}[{index}]"))?;
        }
    }
    Ok(())
}

fn check_number(value: f64, path: impl FnOnce() -> String) -> Checked {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    let problem = format!("{value:?} is not a finite number of at least 0");
    Err(RecordError::invalid(&path(), &problem))
}

fn check(holds: bool, path: impl FnOnce() -> String, problem: &str) -> Checked {
    if holds {
        Ok(())
    } else {
        Err(RecordError::invalid(&path(), problem))
    }
}
