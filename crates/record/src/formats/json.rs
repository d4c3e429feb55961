//! JSON of a known shape, with errors that name line, column and path.

use std::borrow::Cow;

use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::{Document, FormatError};
use crate::error::shown;

/// Reads the whole document as one JSON value.
pub(super) fn read<'d, T: Deserialize<'d>>(
    format: &'static str,
    document: &'d Document,
) -> Result<T, FormatError> {
    read_text(format, document.text(), 0)
}

/// Reads `text`, which stands `lines_before` lines into its file.
pub(super) fn read_text<'d, T: Deserialize<'d>>(
    format: &'static str,
    text: &'d str,
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
        // Once more, for the path to what is wrong.
        Some(Err(error)) => Err(read_text::<serde_json::Value>(format, text, lines_before)
            .err()
            .unwrap_or_else(|| located(format, lines_before, &error, TOP))),
        None => Ok((serde_json::Value::Null, text.len())),
    }
}

/// Reads `part`, which stands within `text` at `path`.
pub(super) fn read_part<'d, T: Deserialize<'d>>(
    format: &'static str,
    text: &str,
    part: &'d str,
    path: &str,
) -> Result<T, FormatError> {
    read_text(format, part, 0).map_err(|error| match error {
        FormatError::Json {
            line,
            column,
            path: inner,
            problem,
            ..
        } => {
            let begin = (part.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
            let before = text.get(..begin).unwrap_or_default();
            let line_begin = before.rfind('\n').map_or(0, |at| at + 1);
            FormatError::Json {
                format,
                line: line + before.matches('\n').count(),
                column: column
                    + if line == 1 {
                        before.len() - line_begin
                    } else {
                        0
                    },
                path: shown(&format!("{path}{inner}")),
                problem,
            }
        }
        other => other,
    })
}

/// The path to a document as a whole.
pub(super) const TOP: &str = ".";

fn located(
    format: &'static str,
    lines_before: usize,
    error: &serde_json::Error,
    path: &str,
) -> FormatError {
    // What is wrong with a document as a whole stands before its first column.
    let (line, column) = (error.line().max(1) + lines_before, error.column().max(1));
    if error.is_eof() {
        return FormatError::Truncated {
            format,
            line,
            column,
        };
    }
    let said = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
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

/// Replaces the constants outside of strings by strings of the same length, so that places stay what they are. A text
/// without them is not copied.
pub(super) fn with_constants(text: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut copied = 0;
    let mut at = 0;
    while let Some(found) = text[at..].find(['"', 'N', 'I']) {
        at += found;
        let from = &text[at..];
        if from.starts_with('"') {
            at += string_length(from);
            continue;
        }
        let (begin, length, constant) = if from.starts_with("NaN") {
            (at, 3, "\"n\"")
        } else if !from.starts_with("Infinity") {
            at += 1;
            continue;
        } else if at > copied && text[..at].ends_with('-') {
            (at - 1, 8, "\"-inf   \"")
        } else {
            (at, 8, "\"inf   \"")
        };
        if out.is_empty() {
            out.reserve_exact(text.len());
        }
        out.push_str(&text[copied..begin]);
        out.push_str(constant);
        at += length;
        copied = at;
    }
    if copied == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[copied..]);
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
