//! JSON of a known shape, with errors that name line, column and path.

use serde::de::DeserializeOwned;

use super::{Document, FormatError};
use crate::error::shown;

/// Reads the whole document as one JSON value.
pub(super) fn read<T: DeserializeOwned>(
    format: &'static str,
    document: &Document,
) -> Result<T, FormatError> {
    read_text(format, document.text(), 0)
}

/// Reads `text`, which stands `lines_before` lines into its file.
pub(super) fn read_text<T: DeserializeOwned>(
    format: &'static str,
    text: &str,
    lines_before: usize,
) -> Result<T, FormatError> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let located = |error: &serde_json::Error, path: &str| {
        let (line, column) = (error.line() + lines_before, error.column());
        if error.is_eof() {
            return FormatError::Truncated {
                format,
                line,
                column,
            };
        }
        let said = error.to_string();
        let place = format!(" at line {} column {column}", error.line());
        FormatError::Json {
            format,
            line,
            column,
            path: shown(path),
            problem: shown(said.strip_suffix(place.as_str()).unwrap_or(&said)),
        }
    };
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        located(&error.into_inner(), &path)
    })?;
    deserializer
        .end()
        .map_err(|error| located(&error, "after the end"))?;
    Ok(value)
}
