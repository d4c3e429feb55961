//! Plain columns: no rules, no wrapping, widths by what a terminal shows.

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

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
