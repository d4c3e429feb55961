//! The result contract of fabench: what one execution of a suite measured, as data.
//!
//! Every process that exchanges results links this crate: the runner writes a [`Run`], the gate reads two of
//! them, history keeps them, reports render them. Invariant: a value that came through [`Run::from_json`] or
//! [`Baseline::from_json`] is of a known schema, has unique benchmark ids, and holds only finite,
//! non-negative numbers.

#![forbid(unsafe_code)]

mod baseline;
mod benchmark;
mod check;
mod environment;
mod error;
pub mod formats;
mod id;
mod launch;
mod metric;
mod profile;
mod read;
mod run;
mod summary;
mod values;

pub use baseline::{Baseline, Centre, PastRun};
pub use benchmark::{Benchmark, Outcome};
pub use environment::{Environment, MachineClass};
pub use error::RecordError;
pub use id::{BenchmarkId, InvalidId};
pub use launch::{AllocationCount, Launch, LaunchKind, Round, Warmup};
pub use metric::{Direction, Metric, MetricSource, Unit};
pub use profile::{Frame, Profile, ProfileKind, Stack, Weight};
pub use read::{MAX_FILE_BYTES, read_json};
pub use run::{Completeness, Method, Run, Settings, Source, Suite, Tool};
pub use summary::{MetricSummary, Outliers};
pub use values::Values;

/// Version of the schema that this crate writes. Readers accept this and every earlier version.
pub const SCHEMA_VERSION: u32 = 1;
