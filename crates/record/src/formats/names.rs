//! From the names of other tools to [`BenchmarkId`]s: as they are written where that is possible, and never two to one.

use sha2::{Digest as _, Sha256};

use crate::BenchmarkId;

/// The id of parts that are joined by `/`. Parts may themselves hold `/`.
///
/// Control characters and `%` before two hexadecimal digits are written as `%` and hexadecimal digits, and so is the
/// first character of a part that is empty (`%` alone), white space, `.` or `..`. A name that is longer than an id may
/// be is cut, and a checksum of the whole name stands at its end.
pub(super) fn id(parts: &[&str]) -> BenchmarkId {
    let joined = parts.join("/");
    let escaped: Vec<String> = joined.split('/').map(part).collect();
    let mut text = escaped.join("/");
    if !text.contains('/') {
        text = format!("%/{text}");
    }
    if text.len() > BenchmarkId::MAX_BYTES {
        let checksum: String = Sha256::digest(text.as_bytes())[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let mut end = BenchmarkId::MAX_BYTES - checksum.len() - 4;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        // A cut right after a slash must not leave an empty part.
        text = format!("{}%…{checksum}", &text[..end]);
    }
    BenchmarkId::new(text).unwrap_or_else(|_| unnamed())
}

/// `id` with `#number` at its end.
pub(super) fn numbered(id: &BenchmarkId, number: usize) -> BenchmarkId {
    let text = format!("{id}#{number}");
    BenchmarkId::new(text.as_str()).unwrap_or_else(|_| self::id(&[&text]))
}

/// `text` with control characters written out.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .flat_map(|character| {
            let escaped: Vec<char> = if character.is_control() {
                character.escape_default().collect()
            } else {
                vec![character]
            };
            escaped
        })
        .collect()
}

fn part(text: &str) -> String {
    if text.is_empty() {
        return "%".to_owned();
    }
    let whole = text.trim().is_empty() || text == "." || text == "..";
    let mut out = String::with_capacity(text.len());
    for (at, character) in text.char_indices() {
        let ambiguous = character == '%' && reads_as_escape(&text[at + 1..]);
        if character.is_control() || ambiguous || (whole && at == 0) || text == "%" {
            let mut bytes = [0; 4];
            for byte in character.encode_utf8(&mut bytes).bytes() {
                out.push_str(&format!("%{byte:02X}"));
            }
        } else {
            out.push(character);
        }
    }
    out
}

fn reads_as_escape(rest: &str) -> bool {
    let digits = rest.as_bytes();
    digits.len() >= 2 && digits[..2].iter().all(u8::is_ascii_hexdigit)
}

/// For a rule of [`BenchmarkId`] that is not known here.
fn unnamed() -> BenchmarkId {
    BenchmarkId::new("unnamed/unnamed").unwrap_or_else(|_| unreachable!("a valid literal"))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_names_stay_as_they_are() {
        for name in [
            "fib/recursive/10",
            "tests.sort/TestSum::test_range[ü-1]",
            "a/100 % full",
        ] {
            assert_eq!(id(&[name]).as_str(), name);
        }
        assert_eq!(id(&["a", "b/../c"]).as_str(), "a/b/%2E./c");
        assert_eq!(id(&["a", "//x"]).as_str(), "a/%/%/x");
        assert_eq!(id(&["a", "50%25"]).as_str(), "a/50%2525");
        assert_eq!(id(&["single"]).as_str(), "%/single");
    }

    proptest! {
        #[test]
        fn every_name_has_an_id_of_its_own(names in prop::collection::vec("[a%/. \u{0}\n25é]{0,6}|.{0,600}", 2..40)) {
            let mut seen = BTreeMap::new();
            for name in names {
                let id = id(&["x", &name]);
                if let Some(other) = seen.insert(id.clone(), name.clone()) {
                    prop_assert_eq!(other, name, "{}", id);
                }
            }
        }
    }
}
