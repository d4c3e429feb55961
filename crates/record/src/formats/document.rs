//! A file's bytes as text: byte order marks, UTF-16 and damaged encodings are dealt with here, once for all formats.

use super::FormatError;
use crate::MAX_FILE_BYTES;

/// The text of one file, and the name by which formats that need it know the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    name: String,
    text: String,
}

impl Document {
    /// Largest file that is read.
    pub const MAX_BYTES: u64 = MAX_FILE_BYTES;

    /// Decodes UTF-8, with or without a byte order mark, or UTF-16 with one (as redirecting writes it on Windows).
    ///
    /// # Errors
    /// The file is empty, too large, or holds bytes that are no text; the line is named.
    pub fn new(name: impl Into<String>, bytes: &[u8]) -> Result<Self, FormatError> {
        Self::check_size(bytes.len() as u64)?;
        Self::owned(name, bytes.to_vec())
    }

    /// The same of bytes that are not needed any more: a large file is in memory once.
    ///
    /// # Errors
    /// As [`Document::new`].
    pub fn owned(name: impl Into<String>, mut bytes: Vec<u8>) -> Result<Self, FormatError> {
        Self::check_size(bytes.len() as u64)?;
        let text = match bytes.as_slice() {
            [0xff, 0xfe, rest @ ..] => utf16(rest, u16::from_le_bytes)?,
            [0xfe, 0xff, rest @ ..] => utf16(rest, u16::from_be_bytes)?,
            [0xef, 0xbb, 0xbf, ..] => utf8(bytes.split_off(3))?,
            _ => utf8(bytes)?,
        };
        if text.trim().is_empty() {
            return Err(FormatError::Empty);
        }
        // Part of a file that is in UTF-16 reads as UTF-8 with a zero in every other byte.
        if let Some(zero) = text.find('\0') {
            return Err(FormatError::Encoding {
                line: line_after(text[..zero].matches('\n').count()),
                problem: "a zero byte, as in UTF-16 without its mark".to_owned(),
            });
        }
        let text = without_colours(text);
        Ok(Self {
            name: name.into(),
            text,
        })
    }

    /// Whether so many bytes may be read: to be asked before they are.
    ///
    /// # Errors
    /// They are too many.
    pub fn check_size(bytes: u64) -> Result<(), FormatError> {
        if bytes <= Self::MAX_BYTES {
            return Ok(());
        }
        Err(FormatError::TooLarge {
            bytes,
            limit: Self::MAX_BYTES,
        })
    }

    /// The file's name, with `/` between folders.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What is written in it.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines with their numbers, from 1; line ends of any system are taken off.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }

    /// Whether the first character that is no white space is `first`, and all `parts` occur somewhere.
    pub(super) fn begins_and_holds(&self, first: char, parts: &[&str]) -> bool {
        self.text.trim_start().starts_with(first)
            && parts.iter().all(|part| self.text.contains(part))
    }
}

fn utf8(bytes: Vec<u8>) -> Result<String, FormatError> {
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        let byte = bytes.get(valid).copied().unwrap_or(0);
        let line_ends = bytes[..valid].iter().filter(|byte| **byte == b'\n');
        FormatError::Encoding {
            line: line_after(line_ends.count()),
            problem: format!("the byte 0x{byte:02x} is not UTF-8"),
        }
    })
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<String, FormatError> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let mut text = String::with_capacity(bytes.len() / 2);
    let broken = |text: &str, problem: &str| FormatError::Encoding {
        line: line_after(text.matches('\n').count()),
        problem: problem.to_owned(),
    };
    for character in char::decode_utf16(pairs.iter().map(|pair| unit(*pair))) {
        match character {
            Ok(character) => text.push(character),
            Err(_) => return Err(broken(&text, "half a character in UTF-16")),
        }
    }
    if rest.is_empty() {
        Ok(text)
    } else {
        Err(broken(&text, "half a character in UTF-16 at the end"))
    }
}

/// Takes out what terminals take for colours (ESC `[` … letter), for output is often caught with them.
fn without_colours(text: String) -> String {
    const ESCAPE: &str = "\u{1b}[";
    if !text.contains(ESCAPE) {
        return text;
    }
    let mut parts = text.split(ESCAPE);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|one: char| ('@'..='~').contains(&one));
        out.push_str(end.map_or("", |end| &part[end + 1..]));
    }
    out
}

fn line_after(line_ends: usize) -> usize {
    line_ends + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_with_a_mark_are_read_and_others_named_with_their_line() {
        let text = |bytes: &[u8]| Document::new("x", bytes).map(|document| document.text);
        assert_eq!(text(b"\xef\xbb\xbfa\r\n").unwrap(), "a\r\n");
        assert_eq!(text(b"\xff\xfea\0\n\0").unwrap(), "a\n");
        assert_eq!(text(b"\xfe\xff\0a").unwrap(), "a");
        let error = text(b"one\ntwo \xe9t\xe9").unwrap_err().to_string();
        assert!(
            error.contains("line 2") && error.contains("0xe9"),
            "{error}"
        );
        assert!(text(b"\xff\xfea").is_err());
        assert_eq!(text(b"\x1b[1;32ma\x1b[0m|b\x1b[").unwrap(), "a|b");
        assert!(text(b"\xff\xfe\x00\xd8").is_err());
        let error = text(b"one\nt\0w\0o\0").unwrap_err().to_string();
        assert!(
            error.contains("line 2: a zero byte") && error.contains("UTF-16"),
            "{error}"
        );
        assert!(matches!(
            text(b"\xef\xbb\xbf \r\n"),
            Err(FormatError::Empty)
        ));
    }
}
