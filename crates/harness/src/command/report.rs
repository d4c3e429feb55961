//! What a command reports, as declarations and values.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::path::Path;
use std::time::SystemTime;

use fabench_record::formats::{self, Document};
use fabench_record::{Benchmark, BenchmarkId, Outcome};

use super::process::{self, Completed};
use super::{CommandSuite, OUTPUT_PLACEHOLDER};
use crate::failure::Failure;
use crate::protocol::{Declaration, Done};

/// The benchmarks that one run reported.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) completed: Completed,
    benchmarks: Vec<Benchmark>,
}

/// Runs the command and reads what it reports.
pub(super) fn run(
    suite: &CommandSuite,
    command: &[String],
    format: &str,
    output: Option<&Path>,
) -> Result<Report, Failure> {
    let own = std::env::temp_dir().join("fabench-output.json");
    let filled = command
        .iter()
        .chain(suite.environment.values())
        .any(|text| text.contains(OUTPUT_PLACEHOLDER));
    let file = match output {
        Some(path) => Some(suite.directory.join(path)),
        None => filled.then(|| own.clone()),
    };
    let before = file.as_deref().and_then(stamp);
    let completed = process::run(suite, command, Some((OUTPUT_PLACEHOLDER, &own)))?;
    let (name, bytes) = match &file {
        None => ("its standard output".to_owned(), completed.stdout.clone()),
        Some(path) => (path.display().to_string(), written(path, before)?),
    };
    let document = Document::new(&name, &bytes).map_err(|error| unreadable(&name, &error))?;
    let format = match format {
        "auto" => formats::recognise(&document),
        known => formats::named(known),
    };
    let format = format.ok_or_else(|| unreadable(&name, &formats::FormatError::Unrecognised))?;
    let runs = format
        .read(&document)
        .map_err(|error| unreadable(&name, &error))?;
    match formats::only(runs) {
        Ok(only) => Ok(Report {
            completed,
            benchmarks: only.benchmarks,
        }),
        Err(count) => Err(Failure::new(format!(
            "{name} holds {count} runs; expected one"
        ))),
    }
}

fn unreadable(name: &str, error: &formats::FormatError) -> Failure {
    Failure::new(format!("{name} can't be read: {error}"))
}

/// What tells whether a file was written anew.
fn stamp(path: &Path) -> Option<(SystemTime, u64)> {
    let metadata: Metadata = fs::metadata(path).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// A file of an earlier run must not pass for this one's.
fn written(path: &Path, before: Option<(SystemTime, u64)>) -> Result<Vec<u8>, Failure> {
    let shown = path.display();
    let after = stamp(path);
    if after.is_none() || after == before {
        return Err(Failure::new(format!("the command did not write {shown}")));
    }
    fs::read(path).map_err(|error| Failure::new(format!("{shown} can't be read: {error}")))
}

impl Report {
    /// The benchmarks as a suite declares them.
    pub(super) fn declarations(&self) -> Vec<Declaration> {
        let benchmarks = self.benchmarks.iter();
        benchmarks
            .map(|benchmark| Declaration {
                id: benchmark.id.clone(),
                description: benchmark.description.clone(),
                parameters: benchmark.parameters.clone(),
                // Pinning would pin the whole command.
                single_threaded: false,
                primary: benchmark.primary.clone(),
                metrics: benchmark.metrics.clone(),
            })
            .collect()
    }

    /// What was measured of `wanted`, with everything else beside it.
    pub(super) fn done(&self, wanted: &BenchmarkId) -> Result<Done, Failure> {
        let mut also = Vec::new();
        let mut own = None;
        for benchmark in &self.benchmarks {
            match (&benchmark.outcome, benchmark.id == *wanted) {
                (Outcome::Measured, true) => own = Some(done(benchmark)),
                (Outcome::Measured, false) => also.push(done(benchmark)),
                (Outcome::Failed { reason, .. }, true) => return Err(Failure::new(reason)),
                _ => {}
            }
        }
        let mut own = own.ok_or_else(|| {
            Failure::new("this run of the command did not report it; another one did")
        })?;
        own.also = also;
        Ok(own)
    }
}

/// All launches that a report holds were made in one run of the command, so they are one launch here.
fn done(benchmark: &Benchmark) -> Done {
    let mut values: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    for (name, more) in benchmark.launches.iter().flat_map(|launch| &launch.values) {
        values.entry(name.clone()).or_default().extend(more);
    }
    let peaks = benchmark.launches.iter();
    Done {
        benchmark: benchmark.id.clone(),
        values,
        allocated: None,
        peak_rss_bytes: peaks.filter_map(|launch| launch.peak_rss_bytes).max(),
        also: Vec::new(),
        profile: None,
    }
}
