//! A run as another tool wrote it down, and what it takes to make a [`Run`] of it.

use litemap::LiteMap;

use crate::{
    Benchmark, Completeness, Environment, MachineClass, Method, Run, SCHEMA_VERSION, Settings,
    Source, Suite, Tool,
};

/// What stands where a file does not tell.
pub(super) const UNKNOWN: &str = "unknown";

/// One run of a file.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// Name of the format, and so of the tool family.
    pub format: &'static str,
    /// Version of the tool, where the file tells.
    pub tool_version: Option<String>,
    /// When it was measured, where the file tells.
    pub started_at: Option<Moment>,
    /// Commit and branch, where the file tells.
    pub source: Source,
    /// The machine; `unknown` and 0 where the file does not tell.
    pub machine: MachineClass,
    /// Kernel release, where the file tells.
    pub kernel: Option<String>,
    /// The benchmarks, at least one.
    pub benchmarks: Vec<Benchmark>,
    /// True if it only stands in the file because the other run was compared with it.
    pub reference: bool,
}

/// A point in time as a file has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Moment {
    /// As it is written, mostly in the manner of ISO 8601, often without a time zone.
    Written(String),
    /// Milliseconds since 1970 in UTC.
    UnixMs(i64),
}

impl Imported {
    pub(super) fn new(format: &dyn super::Format, benchmarks: Vec<Benchmark>) -> Self {
        Self {
            format: format.name(),
            tool_version: None,
            started_at: None,
            source: Source::default(),
            machine: MachineClass {
                cpu: UNKNOWN.to_owned(),
                cores: 0,
                os: UNKNOWN.to_owned(),
                arch: UNKNOWN.to_owned(),
                toolchain: UNKNOWN.to_owned(),
                allocator: UNKNOWN.to_owned(),
            },
            kernel: None,
            benchmarks,
            reference: false,
        }
    }

    /// The name of the method of every run of this format.
    pub const METHOD_PREFIX: &str = "reported-by-";

    /// Makes a run of it, called `id` and begun at `started_at` (RFC 3339 in UTC).
    ///
    /// * `tool` is the tool that measured; `method` is `reported-by-<format>`, so that its numbers are compared with
    ///   those of the same tool only; `suite` is named after the format, whatever the file is called.
    /// * The machine class holds what the file tells of the machine and `unknown` (0 cores) for the rest: two files
    ///   that tell nothing are compared, on the user's word that they come from machines of one kind. Memory and load
    ///   are 0, because files do not tell them.
    /// * It is complete and no quick look; it has as many launches as the benchmark with most of them.
    /// * `summary` is left empty, as in every run before it is summarised.
    pub fn into_run(self, id: String, started_at: String) -> Run {
        let launches = self.benchmarks.iter().map(|one| one.launches.len()).max();
        let launches = launches.unwrap_or(0);
        Run {
            schema_version: SCHEMA_VERSION,
            id,
            started_at,
            duration_ms: 0,
            tool: Tool {
                name: self.format.to_owned(),
                version: self.tool_version.unwrap_or_else(|| UNKNOWN.to_owned()),
            },
            method: Method {
                name: format!("{}{}", Self::METHOD_PREFIX, self.format),
                version: 1,
            },
            suite: Suite {
                name: self.format.to_owned(),
                version: String::new(),
            },
            source: self.source,
            environment: Environment {
                machine: self.machine,
                kernel: self.kernel.unwrap_or_else(|| UNKNOWN.to_owned()),
                memory_bytes: 0,
                load_average: 0.0,
                steal: None,
                governor: None,
            },
            settings: Settings {
                quick: false,
                launches: u32::try_from(launches).unwrap_or(u32::MAX),
                min_rounds: 1,
                max_time_ms: 0,
                warmup_ms: 0,
            },
            completeness: Completeness::Complete,
            benchmarks: self.benchmarks,
        }
    }
}

/// The run that a file is about: the only one that is no reference.
///
/// # Errors
/// How many there are, where they are several: a history.
pub fn only(runs: impl IntoIterator<Item = Imported>) -> Result<Imported, usize> {
    let mut count = 0;
    let mut last = None;
    for run in runs.into_iter().filter(|run| !run.reference) {
        count += 1;
        last = Some(run);
    }
    last.filter(|_| count == 1).ok_or(count)
}

/// [`only`] of a document.
///
/// # Errors
/// What is wrong with the document.
pub fn read_only(
    format: &dyn super::Format,
    document: &super::Document,
) -> Result<Result<Imported, usize>, super::FormatError> {
    let mut wrong = None;
    let runs = format
        .runs(document)?
        .map_while(|run| run.map_err(|error| wrong = Some(error)).ok());
    let found = only(runs);
    wrong.map_or(Ok(found), Err)
}

/// Text that a JSON value stands for: a string as it is, anything else as JSON.
pub(super) fn as_text(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Parameters in the order of their names.
pub(super) type Parameters = LiteMap<String, serde_json::Value>;
