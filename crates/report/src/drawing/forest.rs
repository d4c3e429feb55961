//! A comparison as a forest plot: the cost ratio of each benchmark with its interval, gravest first.

use fabench_gate::{BenchmarkComparison, Comparison, Verdict};

use super::canvas::{Anchor, Canvas};
use crate::percent_change;

const WIDTH: f64 = 860.0;
const LEFT: f64 = 270.0;
const RIGHT: f64 = WIDTH - 230.0;
const HEADING: f64 = 56.0;
const ROW: f64 = 30.0;

/// Most benchmarks in the picture.
const MOST_ROWS: usize = 150;

/// The picture, `None` if nothing has a ratio.
pub(crate) fn forest(comparison: &Comparison) -> Option<Canvas> {
    let mut entries: Vec<_> = comparison
        .benchmarks
        .iter()
        .filter(|it| it.ratio.is_some())
        .collect();
    let cost = |entry: &BenchmarkComparison| entry.ratio.map_or(1.0, |ratio| ratio.estimate);
    entries.sort_by(|a, b| {
        let by_size = cost(b).total_cmp(&cost(a));
        a.verdict
            .cmp(&b.verdict)
            .then(by_size)
            .then_with(|| (&a.id, &a.metric).cmp(&(&b.id, &b.metric)))
    });
    let total = entries.len();
    entries.truncate(MOST_ROWS);
    if entries.is_empty() {
        return None;
    }
    let bottom = HEADING + entries.len() as f64 * ROW + 8.0;
    let mut canvas = Canvas::new(WIDTH, bottom + 44.0);
    canvas.text(
        "title",
        Anchor::Start,
        [16.0, 22.0],
        "Cost relative to the baseline",
    );
    let left_out = if total > MOST_ROWS {
        format!("the gravest {MOST_ROWS} of {total}; ")
    } else {
        String::new()
    };
    let told = format!(
        "{left_out}estimate and {} % interval; right of the line is worse",
        (comparison.confidence.interval * 1e4).round() / 100.0
    );
    canvas.text("", Anchor::Start, [16.0, 40.0], &told);
    let scale = Scale::of(&entries);
    grid(&mut canvas, &scale, &entries, bottom);
    for (index, entry) in entries.iter().enumerate() {
        row(
            &mut canvas,
            &scale,
            entry,
            HEADING + (index as f64 + 0.5) * ROW,
        );
    }
    canvas.text(
        "",
        Anchor::Middle,
        [f64::midpoint(LEFT, RIGHT), bottom + 34.0],
        "change of cost",
    );
    Some(canvas)
}

/// Logarithm of the ratio, from `-most` to `most`.
struct Scale {
    most: f64,
}

impl Scale {
    /// Wide enough for every estimate and the thresholds; long intervals are cut.
    fn of(entries: &[&BenchmarkComparison]) -> Self {
        let size = |entry: &&BenchmarkComparison| {
            let estimate = entry
                .ratio
                .map_or(1.0, |ratio| ratio.estimate)
                .clamp(1e-6, 1e6)
                .ln()
                .abs();
            let threshold = entry.thresholds.critical.get().min(1.0).ln_1p();
            (estimate * 1.25).max(threshold * 1.6)
        };
        let most = entries.iter().map(size).fold(0.02, f64::max);
        Self { most }
    }

    fn place(&self, ratio: f64) -> f64 {
        let log = ratio.max(1e-300).ln().clamp(-self.most, self.most);
        LEFT + (log / self.most + 1.0) / 2.0 * (RIGHT - LEFT)
    }
}

fn grid(canvas: &mut Canvas, scale: &Scale, entries: &[&BenchmarkComparison], bottom: f64) {
    let most = scale.most.exp();
    let candidates = [
        1.02, 1.05, 1.1, 1.2, 1.5, 2.0, 3.0, 5.0, 10.0, 100.0, 1e4, 1e6,
    ];
    let mut shown: Vec<f64> = vec![1.0];
    for ratio in candidates.into_iter().rev().filter(|ratio| *ratio <= most) {
        // Labels need room.
        let last = shown
            .iter()
            .map(|it| scale.place(*it))
            .fold(f64::INFINITY, |near, x| {
                near.min((x - scale.place(ratio)).abs())
            });
        if last >= 46.0 {
            shown.push(ratio);
        }
    }
    for ratio in shown.iter().flat_map(|ratio| [*ratio, 1.0 / ratio]) {
        let x = scale.place(ratio);
        canvas.line(
            if ratio == 1.0 { "axis" } else { "grid" },
            [x, HEADING],
            [x, bottom],
        );
        canvas.text("", Anchor::Middle, [x, bottom + 16.0], &rounded(ratio));
    }
    let first = entries[0].thresholds;
    if entries.iter().all(|entry| entry.thresholds == first) {
        for fraction in [first.warning.get(), first.critical.get()] {
            let x = scale.place(1.0 + fraction);
            canvas.line("limit", [x, HEADING], [x, bottom]);
        }
    }
}

/// `+10 %`, `-33 %`, `×100`.
fn rounded(ratio: f64) -> String {
    match ratio {
        _ if ratio == 1.0 => "0".to_owned(),
        ratio if ratio >= 10.0 => format!("×{ratio:.0}"),
        ratio if ratio <= 0.1 => format!("÷{:.0}", 1.0 / ratio),
        ratio => format!("{:+.0} %", (ratio - 1.0) * 100.0),
    }
}

fn row(canvas: &mut Canvas, scale: &Scale, entry: &BenchmarkComparison, middle: f64) {
    let Some(ratio) = entry.ratio else {
        return;
    };
    let class = match entry.verdict {
        Verdict::Regression | Verdict::Warning => "worse",
        Verdict::Improvement => "better",
        _ => "same",
    };
    let name = if entry.primary {
        entry.id.to_string()
    } else {
        format!("{} {}", entry.id, entry.metric)
    };
    canvas.short_text(
        "strong",
        Anchor::End,
        [LEFT - 12.0, middle + 4.0],
        &name,
        42,
    );
    let (lower, upper) = (scale.place(ratio.lower), scale.place(ratio.upper));
    canvas.line(&format!("span {class}"), [lower, middle], [upper, middle]);
    canvas.circle(class, [scale.place(ratio.estimate), middle], 5.0);
    let excused = if entry.excuse.is_some() {
        ", let pass"
    } else {
        ""
    };
    let text = format!(
        "{} ({} … {})",
        percent_change(ratio.estimate),
        percent_change(ratio.lower),
        percent_change(ratio.upper)
    );
    canvas.text("strong", Anchor::Start, [RIGHT + 12.0, middle - 1.0], &text);
    canvas.text(
        "",
        Anchor::Start,
        [RIGHT + 12.0, middle + 10.0],
        &format!("{}{excused}", entry.verdict),
    );
}
