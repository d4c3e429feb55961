//! Names and free text within Markdown.
//!
//! Invariant: what comes out stays within its table cell and its line, mentions nobody, links nowhere, and is read by
//! people as it is by programs.

use crate::markup::{escape, is_unsafe, push_escaped, reads_right_to_left};

/// Longest name or reason that is shown, in characters.
const MOST_CHARACTERS: usize = 300;

/// A name as code. Ordinary names stay readable in the source; others become entities, which no syntax is read from.
pub(super) fn inline_code(name: &str) -> String {
    if name.is_empty() {
        return "–".to_owned();
    }
    let ordinary =
        |character: char| character.is_alphanumeric() || " /_-.,:;=()+%!?".contains(character);
    let code = if !name.trim().is_empty() && name.chars().all(ordinary) {
        format!("`{}`", shortened(name).trim())
    } else {
        format!("<code>{}</code>", entities(name, Within::Code))
    };
    // Isolated, so that a name read from right to left does not turn what stands beside it.
    if reads_right_to_left(name) {
        format!("\u{2068}{code}\u{2069}")
    } else {
        code
    }
}

/// A name as code within HTML, where Markdown is not read: the summary of a fold.
pub(super) fn html_code(name: &str) -> String {
    format!("<code>{}</code>", escape(&shortened(name)))
}

/// Free text in one line.
pub(super) fn text(text: &str) -> String {
    entities(text, Within::Text)
}

/// Where text stands. GitHub looks for mentions and numbers of issues in what readers see, except in code: an entity hides
/// none of them.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Text,
}

fn entities(text: &str, within: Within) -> String {
    let mut out = String::new();
    let mut before = ' ';
    let mut characters = shortened(text)
        .chars()
        .collect::<Vec<_>>()
        .into_iter()
        .peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or(' ');
        let refers = match character {
            '@' => next.is_alphanumeric(),
            '#' => next.is_ascii_digit(),
            '-' => next.is_ascii_digit() && ends_in_gh(&out),
            _ => false,
        };
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            sign if refers && within == Within::Text => {
                out.push_str(&format!("<code>&#{};</code>", u32::from(sign)));
            }
            unseen if is_unsafe(unseen) => push_escaped(&mut out, unseen),
            // Plain punctuation that Markdown reads nothing from within a line.
            ',' | '%' | '+' | '-' | '=' | ';' | '(' | ')' | '?' | '\'' | '"' | '/' => {
                out.push(character);
            }
            // Not the beginning of an address.
            ':' if next != '/' => out.push(':'),
            // GitHub links what follows `www.`.
            '.' if before != 'w' => out.push('.'),
            '_' if before.is_ascii_alphanumeric() => out.push('_'),
            punctuation if punctuation.is_ascii_punctuation() => {
                out.push_str(&format!("&#{};", u32::from(punctuation)));
            }
            other => out.push(other),
        }
        before = character;
    }
    out
}

fn ends_in_gh(text: &str) -> bool {
    let end = text.len().checked_sub(2).and_then(|at| text.get(at..));
    end.is_some_and(|end| end.eq_ignore_ascii_case("gh"))
}

fn shortened(text: &str) -> String {
    let mut short: String = text.chars().take(MOST_CHARACTERS).collect();
    if short.len() < text.len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_are_left_readable() {
        assert_eq!(inline_code("agent_spawn/single"), "`agent_spawn/single`");
        assert_eq!(inline_code("größe/n=5, k=2"), "`größe/n=5, k=2`");
    }

    #[test]
    fn no_syntax_is_left_in_others() {
        for name in [
            "a/x|y",
            r"a/x\|y",
            "a/`x`",
            "a/<script>",
            "a/@everyone",
            "a/[x](y)",
            "a/#12",
            "a/*b*",
            "a/&lt;",
        ] {
            let code = inline_code(name);
            let inner = code
                .strip_prefix("<code>")
                .unwrap()
                .strip_suffix("</code>")
                .unwrap();
            assert!(
                !inner.contains(['|', '\\', '`', '<', '>', '@', '[', ']', '*']),
                "{code}"
            );
        }
        assert_eq!(inline_code("a/@b"), "<code>a/&#64;b</code>");
    }

    #[test]
    fn what_turns_the_reading_order_is_shown_or_kept_apart() {
        assert_eq!(inline_code("a/\u{202e}b"), r"<code>a/\u{202e}b</code>");
        assert_eq!(inline_code("א/ב"), "\u{2068}`א/ב`\u{2069}");
    }

    #[test]
    fn free_text_stays_in_its_line_and_links_nowhere() {
        let shown = text("see\nhttps://x.example, www.example.org, @you, #1, GH-1 | __a__ <b>");
        assert_eq!(
            shown,
            "see https&#58;//x.example, www&#46;example.org, <code>&#64;</code>you, <code>&#35;</code>1, \
             GH<code>&#45;</code>1 &#124; &#95;&#95;a_&#95; &#60;b&#62;"
        );
        assert!(text(&"x".repeat(10_000)).len() < 400);
    }
}
