//! The benchmarks of a category side by side: a box plot each, on one axis for each unit.

use fabench_record::{Benchmark, Metric, Unit};

use super::WIDTH;
use super::axis::Axis;
use super::box_plot::box_plot;
use super::canvas::{Anchor, Canvas};
use super::samples::Samples;
use crate::quantity;

const LEFT: f64 = 190.0;
const RIGHT: f64 = WIDTH - 84.0;
const HEADING: f64 = 50.0;
const ROW: f64 = 30.0;
const AXIS: f64 = 46.0;

/// Most benchmarks in one picture.
const MOST_ROWS: usize = 60;

struct Row<'a> {
    benchmark: &'a Benchmark,
    metric: &'a Metric,
    samples: Samples,
}

/// The picture of `benchmarks`, in their order; `None` where none has samples.
pub(crate) fn group(title: &str, benchmarks: &[&Benchmark]) -> Option<Canvas> {
    let rows: Vec<Row<'_>> = benchmarks
        .iter()
        .filter_map(|benchmark| row(benchmark))
        .collect();
    let (total, rows) = (
        rows.len(),
        rows.into_iter().take(MOST_ROWS).collect::<Vec<_>>(),
    );
    let mut units: Vec<&Unit> = Vec::new();
    for row in &rows {
        if !units.contains(&&row.metric.unit) {
            units.push(&row.metric.unit);
        }
    }
    if rows.is_empty() {
        return None;
    }
    let height = HEADING + rows.len() as f64 * ROW + units.len() as f64 * AXIS;
    let mut canvas = Canvas::new(WIDTH, height);
    canvas.short_text("title", Anchor::Start, [16.0, 22.0], title, 72);
    let mut told =
        "medians at the right; the box is the middle half, dots are outside the whiskers"
            .to_owned();
    if total > rows.len() {
        told = format!("the first {} of {total} benchmarks; {told}", rows.len());
    }
    canvas.text("", Anchor::Start, [16.0, 40.0], &told);
    let mut top = HEADING;
    for unit in units {
        let of_unit: Vec<&Row<'_>> = rows.iter().filter(|row| row.metric.unit == *unit).collect();
        block(&mut canvas, &of_unit, unit, top);
        top += of_unit.len() as f64 * ROW + AXIS;
    }
    Some(canvas)
}

fn row(benchmark: &Benchmark) -> Option<Row<'_>> {
    let metric = benchmark.primary_metric()?;
    let samples = Samples::of(benchmark, metric)?;
    Some(Row {
        benchmark,
        metric,
        samples,
    })
}

fn block(canvas: &mut Canvas, rows: &[&Row<'_>], unit: &Unit, top: f64) {
    let low = rows
        .iter()
        .map(|row| row.samples.min())
        .fold(f64::INFINITY, f64::min);
    let high = rows.iter().map(|row| row.samples.max()).fold(0.0, f64::max);
    let axis = Axis::fitting([low, high], [LEFT, RIGHT]);
    let bottom = top + rows.len() as f64 * ROW + 4.0;
    axis.draw(canvas, unit, [top, bottom]);
    for (index, row) in rows.iter().enumerate() {
        let middle = top + (index as f64 + 0.5) * ROW;
        canvas.short_text(
            "strong",
            Anchor::End,
            [LEFT - 12.0, middle],
            row.benchmark.id.name(),
            28,
        );
        let below = format!(
            "{}, {} launches",
            row.metric.name,
            row.samples.launches.len()
        );
        canvas.short_text("", Anchor::End, [LEFT - 12.0, middle + 12.0], &below, 30);
        box_plot(canvas, &axis, &row.samples, middle, 14.0);
        let median = quantity(row.samples.median, unit);
        canvas.text(
            "strong",
            Anchor::Start,
            [RIGHT + 10.0, middle + 4.0],
            &median,
        );
    }
}
