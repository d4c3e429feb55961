//! One benchmark: a histogram of its samples, below it the box plot and the median of each launch on the same axis.

use fabench_record::{Benchmark, Direction, Metric};

use super::WIDTH;
use super::axis::{Axis, round_step};
use super::box_plot::box_plot;
use super::canvas::{Anchor, Canvas};
use super::samples::Samples;
use crate::quantity;

const HEIGHT: f64 = 296.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = WIDTH - 20.0;
const TOP: f64 = 58.0;
const BARS_BOTTOM: f64 = 184.0;
const BOX_MIDDLE: f64 = 208.0;
const LAUNCH_MIDDLE: f64 = 236.0;
const BOTTOM: f64 = 252.0;

/// The picture of the benchmark's primary metric; `None` where it has no samples.
pub(crate) fn distribution(benchmark: &Benchmark) -> Option<Canvas> {
    let metric = benchmark.primary_metric()?;
    let samples = Samples::of(benchmark, metric)?;
    let mut canvas = Canvas::new(WIDTH, HEIGHT);
    heading(&mut canvas, benchmark, metric, &samples);
    // A long tail would press the body into one bar: it ends at the 99th percentile, and is told.
    let end = samples.max().min(
        samples
            .quantile(0.99)
            .max(samples.third + 3.0 * (samples.third - samples.first)),
    );
    let axis = Axis::linear([samples.min(), end], [LEFT, RIGHT]);
    axis.draw(&mut canvas, &metric.unit, [TOP, BOTTOM]);
    bars(&mut canvas, &axis, &samples, end);
    box_plot(&mut canvas, &axis, &samples.until(end), BOX_MIDDLE, 20.0);
    for value in &samples.launches {
        let x = axis.place(*value);
        canvas.line("launch", [x, LAUNCH_MIDDLE - 7.0], [x, LAUNCH_MIDDLE + 7.0]);
    }
    canvas.text(
        "",
        Anchor::End,
        [LEFT - 8.0, LAUNCH_MIDDLE + 4.0],
        "launches",
    );
    let beyond = samples.sorted.iter().filter(|value| **value > end).count();
    if beyond > 0 {
        let text = format!(
            "{beyond} beyond, up to {} →",
            quantity(samples.max(), &metric.unit)
        );
        canvas.text("accent", Anchor::End, [RIGHT, TOP - 6.0], &text);
    }
    let better = match metric.direction {
        Direction::LowerIsBetter => "lower is better",
        Direction::HigherIsBetter => "higher is better",
    };
    let below = format!("{} per {}, {better}", metric.name, what(metric));
    canvas.text(
        "",
        Anchor::Middle,
        [(LEFT + RIGHT) / 2.0, HEIGHT - 10.0],
        &below,
    );
    Some(canvas)
}

/// What one value stands for.
fn what(metric: &Metric) -> &'static str {
    use fabench_record::MetricSource as Source;
    match metric.source {
        Source::WallTime | Source::CpuTime | Source::Allocations | Source::AllocatedBytes => {
            "iteration"
        }
        Source::PeakRss => "launch",
        Source::Throughput { .. } | Source::Value => "sample",
    }
}

fn heading(canvas: &mut Canvas, benchmark: &Benchmark, metric: &Metric, samples: &Samples) {
    canvas.short_text(
        "title",
        Anchor::Start,
        [16.0, 22.0],
        benchmark.id.as_str(),
        72,
    );
    let show = |value: f64| quantity(value, &metric.unit);
    let text = format!(
        "median {}, middle half {} … {}, p99 {} · {}",
        show(samples.median),
        show(samples.first),
        show(samples.third),
        show(samples.quantile(0.99)),
        samples.counted(),
    );
    canvas.text("", Anchor::Start, [16.0, 40.0], &text);
}

fn bars(canvas: &mut Canvas, axis: &Axis, samples: &Samples, end: f64) {
    let begin = samples.min();
    let count = bin_count(samples, end);
    let width = (end - begin) / count as f64;
    let mut bins = vec![0_usize; count];
    for value in samples.sorted.iter().filter(|value| **value <= end) {
        let bin = if width > 0.0 {
            ((value - begin) / width) as usize
        } else {
            0
        };
        bins[bin.min(count - 1)] += 1;
    }
    let most = bins.iter().copied().max().unwrap_or(1).max(1) as f64;
    let height = |count: f64| count / most * (BARS_BOTTOM - TOP - 8.0);
    let step = round_step(most / 3.0).max(1.0);
    let mut tick = step;
    while tick <= most {
        let y = BARS_BOTTOM - height(tick);
        canvas.line("grid", [LEFT, y], [RIGHT, y]);
        canvas.text("", Anchor::End, [LEFT - 8.0, y + 4.0], &format!("{tick}"));
        tick += step;
    }
    canvas.text("", Anchor::End, [LEFT - 8.0, BARS_BOTTOM + 4.0], "samples");
    for (index, count) in bins.iter().enumerate().filter(|(_, count)| **count > 0) {
        let from = axis.place(begin + width * index as f64);
        let to = axis.place(begin + width * (index + 1) as f64);
        // A single value has a bar all the same.
        let (x, wide) = if width > 0.0 {
            (from, to - from)
        } else {
            (from - 12.0, 24.0)
        };
        let tall = height(*count as f64).max(1.0);
        canvas.rect(
            "bar",
            [x + 0.5, BARS_BOTTOM - tall],
            [(wide - 1.0).max(1.0), tall],
        );
    }
    canvas.line("axis", [LEFT, BARS_BOTTOM], [RIGHT, BARS_BOTTOM]);
    let median = axis.place(samples.median);
    canvas.line("median", [median, TOP], [median, BARS_BOTTOM]);
}

/// After Freedman and Diaconis, "On the histogram as a density estimator", 1981; within what can be seen.
fn bin_count(samples: &Samples, end: f64) -> usize {
    let range = end - samples.min();
    let width = 2.0 * (samples.third - samples.first) / (samples.sorted.len() as f64).cbrt();
    if range <= 0.0 {
        1
    } else if width > 0.0 {
        ((range / width).ceil() as usize).clamp(8, 56)
    } else {
        12
    }
}
