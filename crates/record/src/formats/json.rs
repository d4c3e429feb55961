//! JSON of a known shape, with errors that name line, column and path.

use std::borrow::Cow;

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
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = error.path().to_string();
        located(format, lines_before, &error.into_inner(), &path)
    })?;
    deserializer
        .end()
        .map_err(|error| located(format, lines_before, &error, "after the end"))?;
    Ok(value)
}

/// Reads the value that `text` begins with, and how long it is.
pub(super) fn read_first(
    format: &'static str,
    text: &str,
    lines_before: usize,
) -> Result<(serde_json::Value, usize), FormatError> {
    let mut values = serde_json::Deserializer::from_str(text).into_iter();
    match values.next() {
        Some(Ok(value)) => Ok((value, values.byte_offset())),
        Some(Err(error)) => Err(located(format, lines_before, &error, ".")),
        None => Ok((serde_json::Value::Null, text.len())),
    }
}

fn located(
    format: &'static str,
    lines_before: usize,
    error: &serde_json::Error,
    path: &str,
) -> FormatError {
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
}

/// Reads JSON in which `NaN`, `Infinity` and `-Infinity` may stand for numbers, as Python and others write it. Where a
/// number is wanted they are refused; as a [`serde_json::Value`] they are the string [`NAN`] and others.
pub(super) fn read_with_constants<T: DeserializeOwned>(
    format: &'static str,
    document: &Document,
) -> Result<T, FormatError> {
    read_text(format, &with_constants(document.text()), 0)
}

/// What `NaN` is read as.
pub(super) const NAN: &str = "n";

/// Replaces the constants outside of strings by strings of the same length, so that places stay what they are.
fn with_constants(text: &str) -> Cow<'_, str> {
    if !text.contains("NaN") && !text.contains("Infinity") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(['"', 'N', 'I']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let taken = if from.starts_with('"') {
            let taken = string_length(from);
            out.push_str(&from[..taken]);
            taken
        } else if from.starts_with("NaN") {
            out.push_str("\"n\"");
            3
        } else if from.starts_with("Infinity") {
            let minus = out.ends_with('-');
            if minus {
                out.pop();
            }
            out.push_str(if minus { "\"-inf   \"" } else { "\"inf   \"" });
            8
        } else {
            out.push_str(&from[..1]);
            1
        };
        rest = &from[taken..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Length of the string that `text` begins with, quotes included; all of `text` if the string does not end.
pub(super) fn string_length(text: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in text.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constants_become_strings_where_they_are_no_part_of_one() {
        let text = r#"{"NaN": [NaN, 1, -Infinity, Infinity], "a \" Infinity": "NaN"}"#;
        let read = with_constants(text);
        assert_eq!(
            read,
            r#"{"NaN": ["n", 1, "-inf   ", "inf   "], "a \" Infinity": "NaN"}"#
        );
        assert_eq!(read.len(), text.len());
        for broken in ["NaN \"", "\"\\", "NaNInfinity\"é\\é", "Nä"] {
            assert_eq!(with_constants(broken).len(), broken.len());
        }
    }
}
