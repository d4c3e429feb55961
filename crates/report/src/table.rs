//! Plain columns: no rules, no wrapping, widths by what a terminal shows.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::Style;
use crate::markup::is_unsafe;

/// A table of texts that may come from anywhere, with a quiet header. The first `left` columns are set left.
///
/// Control characters are shown as what they are, so that a name can't steer the terminal.
pub fn plain_table(header: &[String], rows: &[Vec<String>], left: usize, style: Style) -> String {
    let text = table(header, rows, left);
    let mut lines = text.lines();
    let mut out = format!("{}\n", style.dim(lines.next().unwrap_or_default()));
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `text` with what is not seen and changes what is seen escaped: controls, marks of reading order. `::` at its beginning is
/// escaped, too: such a line is a command to GitHub Actions, wherever it is printed.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    if text.trim_start().starts_with("::") {
        let begin = text.len() - text.trim_start().len();
        shown.push_str(&printable(&text[..begin]));
        shown.extend(':'.escape_unicode());
        rest = &text[begin + 1..];
    }
    for character in rest.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// The same for each line of a text that may have several.
pub fn printable_lines(text: &str) -> String {
    let lines: Vec<String> = text.split('\n').map(printable).collect();
    lines.join("\n")
}

/// Header and rows of texts that may come from anywhere, a line each. The first `left` columns are set left, as words are, the others right.
pub(crate) fn table(header: &[String], rows: &[Vec<String>], left: usize) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    let printable = |cell: &String| printable(cell);
    table.add_rows(rows.iter().map(|row| row.iter().map(printable)));
    for (index, column) in table.column_iter_mut().enumerate() {
        column.set_cell_alignment(if index < left {
            CellAlignment::Left
        } else {
            CellAlignment::Right
        });
        column.set_padding((0, 2));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_terminals_or_commands_github_is_shown_as_what_it_is() {
        assert_eq!(printable("a\u{1b}[31m\u{202e}b"), r"a\u{1b}[31m\u{202e}b");
        assert_eq!(printable("  ::error::x"), r"  \u{3a}:error::x");
        assert_eq!(printable("a::b"), "a::b");
        assert_eq!(
            printable_lines("a\n::stop-commands::x\r"),
            "a\n\\u{3a}:stop-commands::x\\r"
        );
        let rows = [vec!["a\nb".to_owned(), "\u{2028}".to_owned()]];
        let drawn = table(&["x".to_owned(), "y".to_owned()], &rows, 2);
        assert_eq!(drawn.lines().nth(1), Some(r"a\nb  \u{2028}"));
    }
}
