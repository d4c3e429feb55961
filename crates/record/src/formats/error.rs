//! Why a file of another tool can't be read: where, and what was expected; the reader adds the file's name.

use crate::error::shown;

/// A file that is not what it should be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Nothing in it.
    #[error("the file is empty; expected the results of a benchmark tool")]
    Empty,
    /// Larger than what is read.
    #[error(
        "it has {bytes} bytes, more than the {limit} (64 MiB) that are read; if it is the right file, split it, or measure fewer benchmarks at a time"
    )]
    TooLarge {
        /// Size of the file.
        bytes: u64,
        /// Largest size that is read.
        limit: u64,
    },
    /// More benchmarks than a result that can be read again holds.
    #[error(
        "{place}: with the {benchmarks} benchmarks up to here, the result would be larger than the {limit} bytes (64 MiB) that are read; split the file"
    )]
    TooMany {
        /// Line or JSON path.
        place: String,
        /// How many there are until then.
        benchmarks: usize,
        /// Largest result that is read.
        limit: u64,
    },
    /// Bytes that are no text.
    #[error("line {line}: {problem}; expected text in UTF-8")]
    Encoding {
        /// Line, from 1.
        line: usize,
        /// What is there.
        problem: String,
    },
    /// No format knows it.
    #[error("it is in no known format; expected one of {}", known())]
    Unrecognised,
    /// It ends in the middle.
    #[error(
        "line {line}, column {column}: the file ends in the middle; expected the rest of {format}"
    )]
    Truncated {
        /// Name of the format.
        format: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Not JSON, or JSON of another shape.
    #[error(
        "line {line}, column {column}{}: {problem}; expected {format}",
        at(path)
    )]
    Json {
        /// Name of the format.
        format: &'static str,
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// JSON path to the place; `.` for the document as a whole.
        path: String,
        /// What is there, and what was expected.
        problem: String,
    },
    /// Something that no result holds.
    #[error("{place}: {problem} (read as {format})")]
    Invalid {
        /// Name of the format.
        format: &'static str,
        /// Line or JSON path.
        place: String,
        /// What is there, and what was expected.
        problem: String,
    },
    /// Something in one file of a folder.
    #[error("{name}: {error}")]
    InFile {
        /// Path within the folder.
        name: String,
        /// What is wrong with it.
        error: Box<FormatError>,
    },
    /// Well-formed, but without a benchmark.
    #[error("no benchmark in it; expected {format}, as made by `{made_by}`")]
    Nothing {
        /// Name of the format.
        format: &'static str,
        /// How such a file is made.
        made_by: &'static str,
    },
}

/// A path, where it says more than that there is a document.
fn at(path: &str) -> String {
    if path == super::json::TOP {
        return String::new();
    }
    format!(", at `{path}`")
}

fn known() -> String {
    let names: Vec<_> = super::ALL.into_iter().map(super::Format::name).collect();
    names.join(", ")
}

impl FormatError {
    pub(super) fn invalid(format: &'static str, place: &str, problem: &str) -> Self {
        Self::Invalid {
            format,
            place: shown(place),
            problem: shown(problem),
        }
    }

    /// The same, of one file among several; the reader names the folder.
    pub(super) fn in_file(self, name: &str) -> Self {
        Self::InFile {
            name: shown(name),
            error: Box::new(self),
        }
    }

    pub(super) fn at_line(format: &'static str, line: usize, problem: &str) -> Self {
        Self::invalid(format, &format!("line {line}"), problem)
    }
}
