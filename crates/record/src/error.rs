//! Why a file is not a record. Each text says where and what to do next; the reader adds the file's name.

/// A result or baseline that can't be used.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Nothing in it.
    #[error("the file is empty; write it again with `fabench run` or the tool whose file it is")]
    Empty,
    /// Larger than any run can be.
    #[error(
        "it has {bytes} bytes, more than the {limit} (64 MiB) that are read; if it is the right file, split it, or measure fewer benchmarks at a time"
    )]
    TooLarge {
        /// Size of the file.
        bytes: u64,
        /// Largest size that is read.
        limit: u64,
    },
    /// It ends in the middle.
    #[error(
        "line {line}, column {column}: the file ends in the middle (truncated?); write it again with `fabench run` or the tool whose file it is"
    )]
    Truncated {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Not JSON, or JSON of another shape.
    #[error(
        "line {line}, column {column}, at `{path}`: {problem}; write it again with `fabench run`, or name the right file"
    )]
    Syntax {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// JSON path to the place.
        path: String,
        /// What the parser says.
        problem: String,
    },
    /// JSON, but no record.
    #[error(
        "it has no `schema_version`, so it is no file of fabench; name a file written by `fabench run`"
    )]
    NoSchema,
    /// Written by a newer fabench.
    #[error("its schema is version {found}, this fabench reads up to {known}; update fabench")]
    NewerSchema {
        /// Version in the file.
        found: u64,
        /// Newest version that is read.
        known: u32,
    },
    /// A number that no measurement can yield, or an inconsistency.
    #[error(
        "at `{path}`: {problem}; the file was changed or damaged: restore it, or write it again with `fabench run`"
    )]
    Invalid {
        /// JSON path to the place.
        path: String,
        /// What is wrong.
        problem: String,
    },
}

impl RecordError {
    /// Longest part of a file that is quoted, in characters.
    const QUOTED_CHARS: usize = 200;

    /// What is wrong at `path`; both may quote the file, and are made safe to show.
    pub fn invalid(path: &str, problem: &str) -> Self {
        Self::Invalid {
            path: shown(path),
            problem: shown(problem),
        }
    }

    pub(crate) fn syntax(line: usize, column: usize, path: &str, problem: &str) -> Self {
        Self::Syntax {
            line,
            column,
            path: shown(path),
            problem: shown(problem),
        }
    }
}

/// Paths and problems quote the file, which may hold anything: terminal escapes, or megabytes in one name.
pub(crate) fn shown(text: &str) -> String {
    let mut shown = String::new();
    for (index, character) in text.chars().enumerate() {
        if index == RecordError::QUOTED_CHARS {
            shown.push('…');
            break;
        }
        if character.is_control() {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}
