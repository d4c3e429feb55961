//! Text that a suite chose, made safe to show: bounded, and without characters that steer a terminal.

/// Longest text that is kept of a failure.
const MOST_CHARS: usize = 4_000;

/// `text` with control characters written out, except line feeds and tabs, cut at its bound.
pub(super) fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len().min(MOST_CHARS));
    for (index, letter) in text.chars().enumerate() {
        if index == MOST_CHARS {
            shown.push('…');
            break;
        }
        if letter.is_control() && letter != '\n' && letter != '\t' {
            shown.extend(letter.escape_debug());
        } else {
            shown.push(letter);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terminals_are_not_steered_and_screens_not_filled() {
        assert_eq!(printable("two\nlines\tü"), "two\nlines\tü");
        assert_eq!(printable("\u{1b}[2Jgone\u{7}\0"), "\\u{1b}[2Jgone\\u{7}\\0");
        let long = printable(&"x".repeat(1 << 20));
        assert_eq!(long.chars().count(), MOST_CHARS + 1);
        assert!(long.ends_with('…'));
    }
}
