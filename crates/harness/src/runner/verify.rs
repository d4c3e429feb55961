//! Distrust: what a suite sends is checked against what was asked before it becomes a record.

use std::collections::BTreeSet;

use fabench_record::{BenchmarkId, LaunchKind, MetricSource, Round};

use super::error::Problem;
use crate::protocol::{Declaration, Done, Ready, Start};

fn broken(text: impl Into<String>) -> Problem {
    Problem::Broken(text.into())
}

pub(super) fn same_benchmark(asked: &BenchmarkId, answered: &BenchmarkId) -> Result<(), Problem> {
    if asked == answered {
        return Ok(());
    }
    Err(broken(format!(
        "it was asked for `{asked}` and answered for `{answered}`"
    )))
}

pub(super) fn declarations(all: &[Declaration]) -> Result<(), Problem> {
    let mut ids = BTreeSet::new();
    for one in all {
        if !ids.insert(&one.id) {
            return Err(broken(format!("it lists `{}` twice", one.id)));
        }
        let mut names = BTreeSet::new();
        for metric in &one.metrics {
            if !names.insert(&metric.name) {
                return Err(broken(format!(
                    "`{}` has two metrics `{}`",
                    one.id, metric.name
                )));
            }
            if let MetricSource::Throughput {
                elements_per_iteration: elements,
            } = metric.source
                && !(elements.is_finite() && elements > 0.0)
            {
                return Err(broken(format!(
                    "`{}` has {elements} elements per iteration",
                    one.id
                )));
            }
        }
        if !names.contains(&one.primary) {
            return Err(broken(format!(
                "`{}` judges `{}`, which it does not have",
                one.id, one.primary
            )));
        }
    }
    Ok(())
}

pub(super) fn ready(start: &Start, ready: &Ready) -> Result<(), Problem> {
    same_benchmark(&start.benchmark, &ready.benchmark)?;
    let most = start.sampling.subsamples.max(1);
    if ready.iterations == 0 || !(1..=most).contains(&ready.subsamples) {
        return Err(broken(format!(
            "it announced {} sub-samples of {} iterations",
            ready.subsamples, ready.iterations
        )));
    }
    Ok(())
}

pub(super) fn round(ready: &Ready, round: &Round) -> Result<(), Problem> {
    let announced = ready.subsamples as usize;
    if round.iterations == ready.iterations
        && round.wall_ns.len() == announced
        && round.cpu_ns.len() == announced
    {
        return Ok(());
    }
    Err(broken(format!(
        "it announced {announced} sub-samples of {} iterations and sent {} wall and {} CPU times of {}",
        ready.iterations,
        round.wall_ns.len(),
        round.cpu_ns.len(),
        round.iterations
    )))
}

pub(super) fn done(declaration: &Declaration, start: &Start, done: &Done) -> Result<(), Problem> {
    same_benchmark(&start.benchmark, &done.benchmark)?;
    for (name, values) in &done.values {
        let declared = declaration
            .metrics
            .iter()
            .any(|metric| metric.name == *name && metric.source == MetricSource::Value);
        if !declared
            || values
                .iter()
                .any(|value| !(value.is_finite() && *value >= 0.0))
        {
            return Err(broken(format!(
                "it sent values of `{name}` that are undeclared or negative"
            )));
        }
    }
    if start.mode == LaunchKind::Counting
        && done.allocated.is_none_or(|count| count.iterations == 0)
    {
        return Err(broken(
            "it was asked to count allocations and sent no count",
        ));
    }
    Ok(())
}
