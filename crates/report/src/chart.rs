//! A series as a small chart for a terminal: one column for each run, or for a few of them.

use fabench_record::Unit;

use crate::{Style, printable, quantity};

/// Rows of the chart.
const ROWS: usize = 8;

/// Most columns.
const COLUMNS: usize = 72;

/// A value and whether a new level begins with it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChartPoint {
    /// The value, in the chart's unit.
    pub value: f64,
    /// A change point.
    pub change: bool,
}

/// The values from left to right, the change points marked under them. Empty for no values.
///
/// Of more values than columns, each column shows the median of its share, so that a single spike does not hide a level.
pub fn chart(points: &[ChartPoint], unit: &Unit, style: Style) -> String {
    let columns = columns(points);
    let least = columns.iter().map(|point| point.value).reduce(f64::min);
    let most = columns.iter().map(|point| point.value).reduce(f64::max);
    let (Some(least), Some(most)) = (least, most) else {
        return String::new();
    };
    let labels = [most, least].map(|value| printable(&quantity(value, unit)));
    let width = labels.iter().map(|label| label.chars().count()).max();
    let width = width.unwrap_or_default();
    // A flat series is drawn in the middle.
    let range = (most - least).max(f64::MIN_POSITIVE);
    let row_of = |value: f64| {
        if most > least {
            (((most - value) / range) * (ROWS - 1) as f64).round() as usize
        } else {
            ROWS / 2
        }
    };
    let mut out = String::new();
    for row in 0..ROWS {
        let label = match row {
            0 => labels[0].as_str(),
            _ if row == ROWS - 1 => labels[1].as_str(),
            _ => "",
        };
        let cells: String = columns
            .iter()
            .map(|point| {
                if row_of(point.value) == row {
                    '•'
                } else {
                    ' '
                }
            })
            .collect();
        let pad = " ".repeat(width - label.chars().count());
        out.push_str(&format!(
            "{pad}{} │{}\n",
            style.dim(label),
            cells.trim_end()
        ));
    }
    let marks: String = columns
        .iter()
        .map(|point| if point.change { '▲' } else { ' ' })
        .collect();
    if !marks.trim().is_empty() {
        let marks = style.notice(marks.trim_end());
        out.push_str(&format!("{} └{marks}\n", " ".repeat(width)));
    }
    out
}

fn columns(points: &[ChartPoint]) -> Vec<ChartPoint> {
    let share = points.len().div_ceil(COLUMNS).max(1);
    points
        .chunks(share)
        .map(|chunk| {
            let mut values: Vec<f64> = chunk.iter().map(|point| point.value).collect();
            values.sort_unstable_by(f64::total_cmp);
            ChartPoint {
                value: values[values.len() / 2],
                change: chunk.iter().any(|point| point.change),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[f64], change: usize) -> String {
        let points: Vec<ChartPoint> = values
            .iter()
            .enumerate()
            .map(|(index, &value)| ChartPoint {
                value,
                change: index == change,
            })
            .collect();
        chart(&points, &Unit::Nanoseconds, Style::Plain)
    }

    #[test]
    fn a_step_goes_from_one_corner_to_the_other() {
        let text = of(&[100.0, 100.0, 100.0, 200.0, 200.0], 3);
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), ROWS + 1);
        assert_eq!(lines[0], "200 ns │   ••");
        assert_eq!(lines[ROWS - 1], "100 ns │•••");
        assert_eq!(lines[ROWS], "       └   ▲");
    }

    #[test]
    fn none_one_and_many_values_fit() {
        assert_eq!(of(&[], 0), "");
        assert!(of(&[5.0], 9).contains('•'));
        let many: Vec<f64> = (0..1000).map(f64::from).collect();
        let text = of(&many, 500);
        assert!(text.lines().all(|line| line.chars().count() < COLUMNS + 12));
        assert!(text.contains('▲'));
    }
}
