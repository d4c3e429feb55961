//! What a command reports, as declarations and values.

use std::collections::BTreeMap;
use std::mem;
use std::path::Path;

use fabench_record::formats::{self, Document, Format, FormatError, Imported};
use fabench_record::{Benchmark, BenchmarkId, Outcome};

use super::folder::{documents_in, read_document};
use super::process::{self, Completed};
use super::stamps::Stamps;
use super::{CommandSuite, OUTPUT_PLACEHOLDER};
use crate::failure::Failure;
use crate::protocol::{Declaration, Done};

/// The format that stands for whichever is recognised.
const AUTO: &str = "auto";

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
    let place = match output {
        Some(path) => Some(suite.directory.join(path)),
        None => filled.then(|| own.clone()),
    };
    let before = place.as_deref().map(Stamps::of).unwrap_or_default();
    let mut completed = process::run(suite, command, Some((OUTPUT_PLACEHOLDER, &own)))?;
    let stdout = mem::take(&mut completed.stdout);
    let (name, found) = match &place {
        None => (
            "its standard output".to_owned(),
            document(format, "its standard output", stdout),
        ),
        Some(path) if path.is_dir() => (path.display().to_string(), folder(format, path, &before)?),
        Some(path) => {
            let name = path.display().to_string();
            before.must_differ(path)?;
            let document =
                read_document(&name, path).map_err(|error| Failure::new(error.to_string()))?;
            (name, read(format, &document))
        }
    };
    match found.map_err(|error| unreadable(&name, &error))? {
        Ok(only) => Ok(Report {
            completed,
            benchmarks: only.benchmarks,
        }),
        Err(count) => Err(Failure::new(format!(
            "{name} holds {count} runs; expected one"
        ))),
    }
}

/// The run that was found, or how many there are.
type Found = Result<Result<Imported, usize>, FormatError>;

fn document(format: &str, name: &str, bytes: Vec<u8>) -> Found {
    read(format, &Document::owned(name, bytes)?)
}

fn read(format: &str, document: &Document) -> Found {
    let known = match format {
        AUTO => formats::recognise(document),
        known => formats::named(known),
    };
    formats::read_only(known.ok_or(FormatError::Unrecognised)?, document)
}

/// What the command wrote into a folder. What was there before is no result of this run.
fn folder(format: &str, path: &Path, before: &Stamps) -> Result<Found, Failure> {
    let shown = path.display();
    let known = formats::ALL
        .into_iter()
        .filter(|one| format == AUTO || one.name() == format);
    let mut any = false;
    for folder in known.filter_map(Format::folder) {
        any = true;
        let fresh = |name: &str| !folder.holds_values(name) || before.differs(&path.join(name));
        let documents = documents_in(path, &|name| folder.wants(name) && fresh(name))
            .map_err(|error| Failure::new(error.to_string()))?;
        if documents.iter().any(|one| folder.holds_values(one.name())) {
            return Ok(folder.read(&documents).map(formats::only));
        }
    }
    Err(Failure::new(if any {
        format!(
            "the command wrote no results into the folder {shown}; check `output` and `format` in fabench.toml"
        )
    } else {
        format!(
            "{shown} is a folder, but `{format}` is read from a file; name the file as `output` in fabench.toml"
        )
    }))
}

fn unreadable(name: &str, error: &FormatError) -> Failure {
    Failure::new(format!("{name} can't be read: {error}"))
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
