//! Plain columns: no rules, no wrapping, widths by what a terminal shows.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use crate::Style;
use crate::markup::is_unsafe;

/// A table of texts that may come from anywhere, with a quiet header. The first `left` columns are set left.
///
/// Control characters are shown as what they are, so that a name can't steer the terminal.
pub fn plain_table(header: &[String], rows: &[Vec<String>], left: usize, style: Style) -> String {
    let rows: Vec<Vec<String>> = rows
        .iter()
        .map(|row| row.iter().map(|cell| printable(cell)).collect())
        .collect();
    let text = table(header, &rows, left);
    let mut lines = text.lines();
    let mut out = format!("{}\n", style.dim(lines.next().unwrap_or_default()));
    for line in lines {
        out.push_str(line);
        out.push('\n');
    }
    out
}

/// `text` with what is not seen and changes what is seen escaped: controls, marks of reading order.
pub fn printable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        if is_unsafe(character) {
            shown.extend(character.escape_default());
        } else {
            shown.push(character);
        }
    }
    shown
}

/// Header and rows, a line each. The first `left` columns are set left, as words are, the others right.
pub(crate) fn table(header: &[String], rows: &[Vec<String>], left: usize) -> String {
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    table.add_rows(rows);
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
