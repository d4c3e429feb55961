//! The XML reporter: `BenchmarkResults` within `Section` within `TestCase`, all values in nanoseconds.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::super::collection::Collection;
use super::super::{Document, Format as _, FormatError};
use super::{Catch2, Told};

pub(super) fn recognises(document: &Document) -> bool {
    document.begins_and_holds('<', &["<BenchmarkResults"])
}

/// The benchmark that is being read.
struct Open {
    entry: usize,
    mean: Option<[f64; 3]>,
}

pub(super) fn read(collection: &mut Collection, document: &Document) -> Result<(), FormatError> {
    let mut reader = Reader::from_str(document.text());
    let mut test: Vec<String> = Vec::new();
    let mut open: Option<Open> = None;
    let (mut counted, mut line) = (0, 1);
    loop {
        // The lines are counted as they go by, not from the beginning for each element.
        let position = usize::try_from(reader.buffer_position()).unwrap_or(counted);
        let passed = document.text().as_bytes().get(counted..position);
        line += passed.map_or(0, line_ends);
        counted = position;
        let place = || format!("line {line}");
        let event = reader.read_event().map_err(|error| {
            let at = line_of(document, reader.error_position());
            FormatError::invalid(
                Catch2.name(),
                &at,
                &format!("{error}; expected the XML of `-r xml`"),
            )
        })?;
        match event {
            Event::Eof if test.is_empty() => return Ok(()),
            Event::Eof => {
                let (line, text) = document.lines().last().unwrap_or((1, ""));
                return Err(FormatError::Truncated {
                    format: Catch2.name(),
                    line,
                    column: text.chars().count() + 1,
                });
            }
            Event::Start(tag) => match tag.name().as_ref() {
                b"TestCase" | b"Section" => test.push(text(&tag, "name", &place())?),
                b"BenchmarkResults" => open = Some(begin(collection, &test, &tag, &place())?),
                _ => {}
            },
            Event::Empty(tag) => {
                if let Some(open) = &mut open {
                    element(collection, open, &tag, &place())?;
                }
            }
            Event::End(tag) => match tag.name().as_ref() {
                b"TestCase" | b"Section" => drop(test.pop()),
                b"BenchmarkResults" => open = None,
                _ => {}
            },
            _ => {}
        }
    }
}

fn begin(
    collection: &mut Collection,
    test: &[String],
    tag: &BytesStart<'_>,
    place: &str,
) -> Result<Open, FormatError> {
    let name = text(tag, "name", place)?;
    let entry = super::entry(collection, test, &name);
    Ok(Open { entry, mean: None })
}

fn element(
    collection: &mut Collection,
    open: &mut Open,
    tag: &BytesStart<'_>,
    place: &str,
) -> Result<(), FormatError> {
    match tag.name().as_ref() {
        b"mean" => {
            open.mean = Some([
                number(tag, "value", place)?,
                number(tag, "lowerBound", place)?,
                number(tag, "upperBound", place)?,
            ]);
        }
        b"standardDeviation" => {
            if let Some(mean) = open.mean {
                let told = Told::All(mean, number(tag, "value", place)?);
                super::add(collection, open.entry, &told, place)?;
            }
        }
        b"failed" => {
            let message = text(tag, "message", place)?;
            collection.fail(open.entry, &message);
        }
        _ => {}
    }
    Ok(())
}

/// An attribute, of which there is a right one only if all of the element are.
fn text(tag: &BytesStart<'_>, name: &str, place: &str) -> Result<String, FormatError> {
    if tag.attributes().any(|attribute| attribute.is_err()) {
        let element = String::from_utf8_lossy(tag);
        let problem = format!(
            "`<{element}>` has an attribute that is not NAME=\"VALUE\"; expected the XML of `-r xml`"
        );
        return Err(FormatError::invalid(Catch2.name(), place, &problem));
    }
    let attribute = tag.try_get_attribute(name).ok().flatten();
    let value = attribute.and_then(|attribute| {
        let value = std::str::from_utf8(&attribute.value).ok()?;
        Some(quick_xml::escape::unescape(value).ok()?.into_owned())
    });
    value.ok_or_else(|| {
        let problem = format!("an element without `{name}`; expected the XML of `-r xml`");
        FormatError::invalid(Catch2.name(), place, &problem)
    })
}

fn number(tag: &BytesStart<'_>, name: &str, place: &str) -> Result<f64, FormatError> {
    let text = text(tag, name, place)?;
    text.trim().parse().map_err(|_| {
        let problem = format!("`{name}` is `{text}`; expected nanoseconds");
        FormatError::invalid(Catch2.name(), place, &problem)
    })
}

/// `line 7`, of a byte of the text.
fn line_of(document: &Document, byte: u64) -> String {
    let text = document.text().as_bytes();
    let end = usize::try_from(byte).map_or(text.len(), |byte| byte.min(text.len()));
    format!("line {}", line_ends(&text[..end]) + 1)
}

fn line_ends(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}
