//! A run: one execution of a suite with everything it measured.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Benchmark, BenchmarkId, Environment};

/// One execution of a suite.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Run {
    /// Version of this schema; see [`crate::SCHEMA_VERSION`].
    pub schema_version: u32,
    /// `20261123T072300Z-<sha7>[-dirty]`, also the file's name.
    pub id: String,
    /// Start, RFC 3339 in UTC.
    pub started_at: String,
    /// Wall time of the whole run.
    pub duration_ms: u64,
    /// What measured.
    pub tool: Tool,
    /// How it measured: results of different methods are not comparable.
    pub method: Method,
    /// What was measured.
    pub suite: Suite,
    /// Source code that the suite was built from.
    pub source: Source,
    /// Where it was measured.
    pub environment: Environment,
    /// How long and how often.
    pub settings: Settings,
    /// Whether the run came to its end.
    pub completeness: Completeness,
    /// The benchmarks; ids are unique.
    pub benchmarks: Vec<Benchmark>,
}

impl Run {
    /// The benchmark called `id`.
    pub fn benchmark(&self, id: &BenchmarkId) -> Option<&Benchmark> {
        self.benchmarks.iter().find(|benchmark| benchmark.id == *id)
    }
}

/// The program that measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Tool {
    /// Name of the program.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// How numbers come about; part of what makes them comparable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Method {
    /// Name of the method.
    pub name: String,
    /// Raised whenever the numbers would change their meaning.
    pub version: u32,
}

/// The suite that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Suite {
    /// Name of the suite.
    pub name: String,
    /// Its version.
    pub version: String,
}

/// Source code of the suite.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Full commit hash, if it was built from a git checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// True if the checkout had uncommitted changes.
    #[serde(default)]
    pub dirty: bool,
    /// Branch, if one was checked out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// How long and how often was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Settings {
    /// A quick look: never accepted as a baseline.
    pub quick: bool,
    /// Timed launches of each benchmark.
    pub launches: u32,
    /// Fewest rounds in a launch.
    pub min_rounds: u32,
    /// Measuring time of each benchmark, over all launches.
    pub max_time_ms: u64,
    /// Bound on the warm-up of a launch.
    pub warmup_ms: u64,
}

/// Whether a run came to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Completeness {
    /// Every benchmark that was asked for was attempted in full.
    Complete,
    /// Interrupted: what was measured until then.
    Partial,
}
