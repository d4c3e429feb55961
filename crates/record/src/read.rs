//! Reading a record: bytes in, checked data or an error with its place out.

use std::collections::BTreeSet;

use serde::de::DeserializeOwned;

use crate::{Baseline, Benchmark, Launch, MetricSource, RecordError, Run, SCHEMA_VERSION};

/// Largest file that is read as a record. A run of 1 000 benchmarks has about 15 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

impl Run {
    /// Reads and checks a run.
    ///
    /// # Errors
    /// [`RecordError`] names the place in the file and the remedy.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let run: Self = parse(bytes)?;
        check_run(&run, "")?;
        Ok(run)
    }
}

impl Baseline {
    /// Reads and checks a baseline.
    ///
    /// # Errors
    /// [`RecordError`] names the place in the file and the remedy.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let baseline: Self = parse(bytes)?;
        check_run(&baseline.run, "run.")?;
        for (index, past) in baseline.past_runs.iter().enumerate() {
            for (id, centre) in &past.centres {
                check_number(centre.value, || {
                    format!("past_runs[{index}].centres.{id}.value")
                })?;
            }
        }
        Ok(baseline)
    }
}

fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RecordError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(RecordError::TooLarge {
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES,
        });
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(RecordError::Empty);
    }
    check_schema(bytes)?;
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        located(&error.into_inner(), path)
    })?;
    deserializer
        .end()
        .map_err(|error| located(&error, "after the end".into()))?;
    Ok(value)
}

/// Only the version is read first, so that a newer schema is named as such, whatever else has changed.
fn check_schema(bytes: &[u8]) -> Result<(), RecordError> {
    #[derive(serde::Deserialize)]
    struct Header {
        schema_version: Option<u64>,
    }
    let header: Header =
        serde_json::from_slice(bytes).map_err(|error| located(&error, "schema_version".into()))?;
    match header.schema_version {
        None => Err(RecordError::NoSchema),
        Some(found) if found > u64::from(SCHEMA_VERSION) => Err(RecordError::NewerSchema {
            found,
            known: SCHEMA_VERSION,
        }),
        Some(0) => Err(RecordError::Invalid {
            path: "schema_version".into(),
            problem: "there is no version 0".into(),
        }),
        Some(_) => Ok(()),
    }
}

fn located(error: &serde_json::Error, path: String) -> RecordError {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        return RecordError::Truncated { line, column };
    }
    let text = error.to_string();
    let problem = text.split(" at line ").next().unwrap_or(&text).to_owned();
    RecordError::Syntax {
        line,
        column,
        path,
        problem,
    }
}

fn check_number(value: f64, path: impl FnOnce() -> String) -> Result<(), RecordError> {
    if value.is_finite() && value >= 0.0 {
        return Ok(());
    }
    Err(RecordError::Invalid {
        path: path(),
        problem: format!("{value} is not a finite number of at least 0"),
    })
}

fn check(holds: bool, path: impl FnOnce() -> String, problem: &str) -> Result<(), RecordError> {
    if holds {
        Ok(())
    } else {
        Err(RecordError::Invalid {
            path: path(),
            problem: problem.to_owned(),
        })
    }
}

fn check_run(run: &Run, prefix: &str) -> Result<(), RecordError> {
    check(
        !run.id.is_empty(),
        || format!("{prefix}id"),
        "the run has no id",
    )?;
    check_number(run.environment.load_average, || {
        format!("{prefix}environment.load_average")
    })?;
    if let Some(steal) = run.environment.steal {
        check_number(steal, || format!("{prefix}environment.steal"))?;
    }
    let mut seen = BTreeSet::new();
    for (index, benchmark) in run.benchmarks.iter().enumerate() {
        let at = format!("{prefix}benchmarks[{index}]");
        if !seen.insert(&benchmark.id) {
            let problem = format!("benchmark id `{}` stands twice", benchmark.id);
            return Err(RecordError::Invalid {
                path: format!("{at}.id"),
                problem,
            });
        }
        check_benchmark(benchmark, &at)?;
    }
    Ok(())
}

fn check_benchmark(benchmark: &Benchmark, at: &str) -> Result<(), RecordError> {
    let mut names = BTreeSet::new();
    for metric in &benchmark.metrics {
        check(
            names.insert(&metric.name),
            || format!("{at}.metrics"),
            &format!("metric `{}` stands twice", metric.name),
        )?;
        if let MetricSource::Throughput {
            elements_per_iteration,
        } = metric.source
        {
            check_number(elements_per_iteration, || {
                format!("{at}.metrics.{}", metric.name)
            })?;
        }
    }
    let problem = format!(
        "the primary metric `{}` is not among the metrics",
        benchmark.primary
    );
    check(
        benchmark.primary_metric().is_some(),
        || format!("{at}.primary"),
        &problem,
    )?;
    for summary in &benchmark.summary {
        for value in [
            summary.mean,
            summary.median,
            summary.standard_deviation,
            summary.min,
            summary.max,
        ] {
            check_number(value, || format!("{at}.summary.{}", summary.metric))?;
        }
    }
    for (index, launch) in benchmark.launches.iter().enumerate() {
        check_launch(launch, &format!("{at}.launches[{index}]"))?;
    }
    Ok(())
}

fn check_launch(launch: &Launch, at: &str) -> Result<(), RecordError> {
    for (index, round) in launch.rounds.iter().enumerate() {
        let path = || format!("{at}.rounds[{index}]");
        check(round.iterations > 0, path, "a round of 0 iterations")?;
        check(
            round.wall_ns.len() == round.cpu_ns.len(),
            path,
            "wall_ns and cpu_ns differ in length",
        )?;
    }
    if let Some(allocated) = launch.allocated {
        check(
            allocated.iterations > 0,
            || format!("{at}.allocated"),
            "a count over 0 iterations",
        )?;
    }
    for (name, values) in &launch.values {
        for (index, &value) in values.iter().enumerate() {
            check_number(value, || format!("{at}.values.{name}[{index}]"))?;
        }
    }
    Ok(())
}
