//! Distrust: what a suite sends is checked against what was asked before it becomes a record.

use std::collections::BTreeSet;

use fabench_record::{BenchmarkId, LaunchKind, MetricSource, Round};

use super::error::Problem;
use crate::protocol::{Declaration, Done, Hello, Ready, Start};

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

/// Names reach tables, pages and file names: none may hold control characters.
fn plain(what: &str, text: &str) -> Result<(), Problem> {
    if text.chars().any(char::is_control) {
        let shown: String = text.chars().take(60).flat_map(char::escape_debug).collect();
        return Err(broken(format!(
            "its {what} `{shown}` holds control characters"
        )));
    }
    Ok(())
}

pub(super) fn hello(hello: &Hello) -> Result<(), Problem> {
    plain("name", &hello.suite)?;
    plain("version", &hello.version)?;
    plain("toolchain", &hello.toolchain)?;
    plain("allocator", &hello.allocator)
}

pub(super) fn declarations(all: &[Declaration]) -> Result<(), Problem> {
    let mut ids = BTreeSet::new();
    for one in all {
        if !ids.insert(&one.id) {
            return Err(broken(format!("it lists `{}` twice", one.id)));
        }
        plain(&format!("description of {}", one.id), &one.description)?;
        for (name, value) in &one.parameters {
            plain("parameter", name)?;
            plain("parameter", value)?;
        }
        let mut names = BTreeSet::new();
        for metric in &one.metrics {
            plain("metric", &metric.name)?;
            plain("unit", &metric.unit.to_string())?;
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

/// What comes beside the benchmark that was asked for has no declaration at hand: its numbers are checked, its names are
/// held against the declarations by who uses it.
fn also(done: &Done) -> Result<(), Problem> {
    let mut others = BTreeSet::from([&done.benchmark]);
    for other in &done.also {
        let numbers = other.values.values().flatten();
        if !others.insert(&other.benchmark)
            || !other.also.is_empty()
            || !numbers
                .into_iter()
                .all(|value| value.is_finite() && *value >= 0.0)
        {
            return Err(broken(format!(
                "what it sent of `{}` beside another benchmark stands twice, or is no number",
                other.benchmark
            )));
        }
    }
    Ok(())
}

pub(super) fn done(declaration: &Declaration, start: &Start, done: &Done) -> Result<(), Problem> {
    same_benchmark(&start.benchmark, &done.benchmark)?;
    also(done)?;
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
    if let Some(Ok(profile)) = &done.profile {
        profile
            .check()
            .map_err(|problem| broken(format!("its profile contradicts itself: {problem}")))?;
    }
    if start.mode == LaunchKind::Counting
        && !matches!(done.profile, Some(Err(_)))
        && done.allocated.is_none_or(|count| count.iterations == 0)
    {
        return Err(broken(
            "it was asked to count allocations and sent no count",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use fabench_record::{AllocationCount, Direction, Metric, Unit, Warmup};

    use super::*;
    use crate::protocol::Sampling;

    fn declaration() -> Declaration {
        Declaration {
            id: BenchmarkId::new("a/b").unwrap(),
            description: String::new(),
            parameters: BTreeMap::new(),
            single_threaded: false,
            primary: "ratio".into(),
            metrics: vec![Metric::value(
                "ratio",
                Unit::Ratio,
                Direction::LowerIsBetter,
            )],
        }
    }

    fn start(mode: LaunchKind) -> Start {
        Start {
            benchmark: declaration().id,
            mode,
            sampling: Sampling::default(),
            core: None,
            profile: None,
        }
    }

    #[test]
    fn declarations_are_taken_only_if_the_record_can_hold_them() {
        assert!(declarations(&[declaration()]).is_ok());
        assert!(declarations(&[declaration(), declaration()]).is_err());
        let mut twice = declaration();
        twice.metrics.extend(twice.metrics.clone());
        assert!(declarations(&[twice]).is_err());
        let mut steering = declaration();
        steering.description = "\u{1b}[2J".into();
        assert!(declarations(&[steering]).is_err());
        let mut nothing = declaration();
        nothing.metrics.push(Metric::throughput(0.0));
        assert!(declarations(&[nothing]).is_err());
    }

    #[test]
    fn announced_rounds_are_bounded_by_what_was_asked_for() {
        let announced = |iterations, subsamples| Ready {
            benchmark: declaration().id,
            iterations,
            subsamples,
            warmup: Warmup::default(),
            most_rounds: None,
        };
        let start = start(LaunchKind::Timed);
        assert!(ready(&start, &announced(1, 20)).is_ok());
        for (iterations, subsamples) in [(0, 1), (1, 0), (1, 21), (1, u32::MAX)] {
            assert!(ready(&start, &announced(iterations, subsamples)).is_err());
        }
    }

    #[test]
    fn values_and_counts_are_taken_only_as_declared() {
        let said = |name: &str, value: f64, count: Option<u64>| Done {
            benchmark: declaration().id,
            values: BTreeMap::from([(name.to_owned(), vec![value])]),
            allocated: count.map(|iterations| AllocationCount {
                iterations,
                ..Default::default()
            }),
            peak_rss_bytes: None,
            also: Vec::new(),
            profile: None,
        };
        let check = |mode, said: &Done| done(&declaration(), &start(mode), said);
        assert!(check(LaunchKind::Timed, &said("ratio", 1.0, None)).is_ok());
        assert!(check(LaunchKind::Timed, &said("speed", 1.0, None)).is_err());
        assert!(check(LaunchKind::Timed, &said("ratio", -1.0, None)).is_err());
        assert!(check(LaunchKind::Counting, &said("ratio", 1.0, Some(3))).is_ok());
        assert!(check(LaunchKind::Counting, &said("ratio", 1.0, Some(0))).is_err());
        assert!(check(LaunchKind::Counting, &said("ratio", 1.0, None)).is_err());
    }
}
