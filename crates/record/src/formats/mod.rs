//! Results of other tools: each format in a file or folder of its own, behind [`Format`].
//!
//! A file becomes one [`Imported`] for each run that it holds, and that becomes a [`crate::Run`] by
//! [`Imported::into_run`], which says what is put where the file is silent. What holds for all formats:
//!
//! * Every benchmark of the file is kept, in its order, with all its samples. Nothing is clamped or rounded: a value
//!   that a [`crate::Run`] can't hold (NaN, infinite, negative) is an error that names its place.
//! * Times are in nanoseconds; other units stay as they are written.
//! * What the tool measured in one process is one launch; where the file tells processes, forks or launches apart,
//!   they are launches here. Repetitions within a process are samples of one launch.
//! * Benchmarks are named as the tool names them. What a [`BenchmarkId`] can't hold is written as `%` and two
//!   hexadecimal digits for each byte (as in a URL), so that two names never become one id; a name that stands twice in
//!   one file gets `#2`, `#3` …; the description is the name as the tool writes it.
//!
//! Invariant: no input panics, and an error says where, and what was expected.

mod asv;
mod bencher;
mod benchmark_dotnet;
mod catch2;
mod collection;
mod criterion;
mod divan;
mod document;
mod error;
pub mod export;
mod flat_baseline;
mod github;
mod go;
mod google;
mod gungraun;
mod hyperfine;
mod imported;
mod jmh;
mod json;
mod libtest;
mod names;
mod pytest_benchmark;
mod units;
mod vitest;

use std::fmt::Debug;

pub use document::Document;
pub use error::FormatError;
pub use flat_baseline::FLAT_BASELINE;
pub use imported::{Imported, Moment, only, read_only};

/// The runs of a file or folder, oldest first, each made when its turn comes, so that a long history is never in memory as
/// a whole. What is wrong with the file was already told when there are such runs.
pub type Runs<'d> = Box<dyn Iterator<Item = Result<Imported, FormatError>> + 'd>;

/// One way in which another tool writes its results.
pub trait Format: Debug + Sync {
    /// The name that people type.
    fn name(&self) -> &'static str;

    /// How such a file is made.
    fn made_by(&self) -> &'static str;

    /// Whether the document looks like this format; a damaged one still does, so that its damage can be told.
    fn recognises(&self, document: &Document) -> bool;

    /// The runs in the document, at least one: histories hold several, oldest first.
    ///
    /// # Errors
    /// [`FormatError`] names the place and what was expected there.
    fn read(&self, document: &Document) -> Result<Vec<Imported>, FormatError>;

    /// The same, one run after the other.
    ///
    /// # Errors
    /// As [`Format::read`], for the whole document.
    fn runs<'d>(&self, document: &'d Document) -> Result<Runs<'d>, FormatError> {
        Ok(Box::new(self.read(document)?.into_iter().map(Ok)))
    }

    /// How a whole folder is read, for tools that write many small files.
    fn folder(&self) -> Option<&dyn FolderFormat> {
        None
    }
}

/// A tool's results as a folder of files.
pub trait FolderFormat: Debug + Sync {
    /// Whether a file of this path within the folder is wanted.
    fn wants(&self, path: &str) -> bool;

    /// Whether a wanted file holds values; others only say what they are, and may be older than the values.
    fn holds_values(&self, path: &str) -> bool {
        let _ = path;
        true
    }

    /// The runs in the files, whose names are paths within the folder.
    ///
    /// # Errors
    /// As [`Format::read`].
    fn read(&self, documents: &[Document]) -> Result<Vec<Imported>, FormatError>;

    /// The same, one run after the other.
    ///
    /// # Errors
    /// As [`Format::read`], for all documents.
    fn runs<'d>(&self, documents: &'d [Document]) -> Result<Runs<'d>, FormatError> {
        Ok(Box::new(self.read(documents)?.into_iter().map(Ok)))
    }
}

/// Every format; no document is recognised by two of them.
pub const ALL: [&dyn Format; 16] = [
    &asv::Asv,
    &bencher::Bencher,
    &benchmark_dotnet::BenchmarkDotNet,
    &catch2::Catch2,
    &criterion::Criterion,
    &divan::Divan,
    &flat_baseline::FlatBaseline,
    &github::Github,
    &go::Go,
    &google::Google,
    &gungraun::Gungraun,
    &hyperfine::Hyperfine,
    &jmh::Jmh,
    &libtest::Libtest,
    &pytest_benchmark::PytestBenchmark,
    &vitest::Vitest,
];

/// The format called `name`.
pub fn named(name: &str) -> Option<&'static dyn Format> {
    ALL.into_iter().find(|format| format.name() == name)
}

/// The format that the document is written in.
pub fn recognise(document: &Document) -> Option<&'static dyn Format> {
    ALL.into_iter().find(|format| format.recognises(document))
}
