//! A box plot along an axis: quartiles, median, whiskers, and the samples outside of them.

use super::axis::Axis;
use super::canvas::Canvas;
use super::samples::Samples;

/// Most samples outside the whiskers that are drawn, evenly chosen: more would be one blot.
const MOST_DOTS: usize = 80;

/// Draws at height `middle`, `height` high.
pub(crate) fn box_plot(
    canvas: &mut Canvas,
    axis: &Axis,
    samples: &Samples,
    middle: f64,
    height: f64,
) {
    let half = height / 2.0;
    let [low, high] = samples.whiskers.map(|value| axis.place(value));
    let (first, third) = (axis.place(samples.first), axis.place(samples.third));
    let outside: Vec<f64> = samples
        .sorted
        .iter()
        .copied()
        .filter(|value| *value < samples.whiskers[0] || *value > samples.whiskers[1])
        .collect();
    let every = outside.len().div_ceil(MOST_DOTS).max(1);
    // The outermost comes first, so that it is always there.
    for value in outside.iter().rev().step_by(every) {
        canvas.circle("dot", [axis.place(*value), middle], 2.2);
    }
    canvas.line("whisker", [low, middle], [first, middle]);
    canvas.line("whisker", [third, middle], [high, middle]);
    for end in [low, high] {
        canvas.line(
            "whisker",
            [end, middle - half * 0.5],
            [end, middle + half * 0.5],
        );
    }
    canvas.rect(
        "box",
        [first, middle - half],
        [(third - first).max(1.0), height],
    );
    let median = axis.place(samples.median);
    canvas.line("median", [median, middle - half], [median, middle + half]);
}
