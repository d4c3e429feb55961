//! Text within XML, HTML and SVG.
//!
//! Invariant: what comes out is one run of characters of its element or attribute, whatever goes in, and XML 1.0 allows
//! each of them.

use std::fmt::Write as _;

/// `text` for an element or a quoted attribute: markup becomes entities, what XML forbids or what would turn the reading
/// order becomes its escape, `\u{202e}`.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#10;"),
            '\t' => out.push_str("&#9;"),
            other if is_unsafe(other) => push_escaped(&mut out, other),
            other => out.push(other),
        }
    }
    out
}

/// Characters that are not seen and change what is: controls, line separators, marks of reading order, non-characters.
pub(crate) fn is_unsafe(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{feff}' | '\u{fff9}'..='\u{ffff}'
        ) && character != '\u{fffd}'
}

/// Writes the character as `\u{…}`.
pub(crate) fn push_escaped(out: &mut String, character: char) {
    // Writing to a String cannot fail.
    let _ = write!(out, "{}", character.escape_unicode());
}

/// Whether the text holds letters that are read from right to left.
pub(crate) fn reads_right_to_left(text: &str) -> bool {
    text.chars().any(|character| {
        matches!(
            character,
            '\u{590}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}' | '\u{10800}'..='\u{10fff}'
                | '\u{1e800}'..='\u{1efff}'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_and_what_is_not_seen_become_text() {
        assert_eq!(
            escape("<b a=\"1\">&'"),
            "&lt;b a=&quot;1&quot;&gt;&amp;&#39;"
        );
        assert_eq!(escape("a\u{202e}b\u{0}c\u{1b}"), r"a\u{202e}b\u{0}c\u{1b}");
        assert_eq!(escape("größer 速い 👩‍💻"), "größer 速い 👩‍💻");
    }
}
