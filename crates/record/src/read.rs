//! Reading a record: bytes in, checked data or an error with its place out.
//!
//! Invariant: no input panics, and nothing is returned that [`crate::check`] has not seen.

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::check::{check_baseline, check_run};
use crate::{Baseline, RecordError, Run, SCHEMA_VERSION};

/// Largest file that is read as a record. A run of 1 000 benchmarks has about 15 MB.
pub const MAX_FILE_BYTES: u64 = 64 << 20;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

impl Run {
    /// Reads and checks a run.
    ///
    /// # Errors
    /// [`RecordError`] names the place in the file and the remedy.
    pub fn from_json(bytes: &[u8]) -> Result<Self, RecordError> {
        let run: Self = read_json(bytes, SCHEMA_VERSION)?;
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
        let baseline: Self = read_json(bytes, SCHEMA_VERSION)?;
        check_baseline(&baseline)?;
        Ok(baseline)
    }
}

/// Reads any file that carries a `schema_version`, of which `newest` is known; what its numbers mean is the caller's to check.
///
/// # Errors
/// [`RecordError`] names the place in the file and the remedy.
pub fn read_json<T: DeserializeOwned>(bytes: &[u8], newest: u32) -> Result<T, RecordError> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(RecordError::TooLarge {
            bytes: bytes.len() as u64,
            limit: MAX_FILE_BYTES,
        });
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(RecordError::Empty);
    }
    check_syntax::<T>(bytes)?;
    check_object(bytes)?;
    check_schema(bytes, newest)?;
    deserialize(bytes)
}

/// Damage is reported as damage, before anything is said of the content.
fn check_syntax<T: DeserializeOwned>(bytes: &[u8]) -> Result<(), RecordError> {
    let Err(error) = serde_json::from_slice::<IgnoredAny>(bytes) else {
        return Ok(());
    };
    // Only the typed parser knows the path; it may stop earlier, at something that is of another shape.
    match deserialize::<T>(bytes) {
        Err(RecordError::Syntax {
            line, column, path, ..
        }) if (line, column) == (error.line(), error.column()) => Err(located(&error, &path)),
        _ => Err(located(&error, ".")),
    }
}

/// serde also takes an array for a struct; a record is never one.
fn check_object(bytes: &[u8]) -> Result<(), RecordError> {
    let start = bytes.iter().position(|byte| !byte.is_ascii_whitespace());
    if start.is_some_and(|start| bytes[start] == b'{') {
        return Ok(());
    }
    Err(RecordError::NoSchema)
}

/// Only the version is read first, so that a newer schema is named as such, whatever else has changed.
fn check_schema(bytes: &[u8], newest: u32) -> Result<(), RecordError> {
    #[derive(serde::Deserialize)]
    struct Header {
        schema_version: Option<u64>,
    }
    match deserialize::<Header>(bytes)?.schema_version {
        None => Err(RecordError::NoSchema),
        Some(found) if found > u64::from(newest) => Err(RecordError::NewerSchema {
            found,
            known: newest,
        }),
        Some(0) => Err(RecordError::invalid(
            "schema_version",
            "there is no version 0",
        )),
        Some(_) => Ok(()),
    }
}

fn deserialize<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, RecordError> {
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        located(&error.into_inner(), &path)
    })?;
    deserializer
        .end()
        .map_err(|error| located(&error, "after the end"))?;
    Ok(value)
}

fn located(error: &serde_json::Error, path: &str) -> RecordError {
    let (line, column) = (error.line(), error.column());
    if error.is_eof() {
        return RecordError::Truncated { line, column };
    }
    let text = error.to_string();
    let place = format!(" at line {line} column {column}");
    let problem = text.strip_suffix(place.as_str()).unwrap_or(&text);
    RecordError::syntax(line, column, path, problem)
}
