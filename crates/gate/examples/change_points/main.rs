//! Prints precision, recall and F1 of the change-point detectors and of simple rules on labelled series.
//!
//! `cargo run --release -p fabench-gate --example change_points -- [SERIES] [SEED]`; see `docs/statistics.md`.

mod series;

use fabench_gate::{Algorithm, ChangePointSettings, Thresholds, Verdict, change_points, creep};

type Detector = fn(&[f64]) -> Vec<usize>;

/// Whether a series gets worse.
type Answer = fn(&[f64]) -> bool;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let count = arguments.next().and_then(Result::ok).unwrap_or(1000);
    let seed = arguments.next().and_then(Result::ok).unwrap_or(1);
    println!("{count} series of 90 runs, seed {seed}: precision, recall, F1");
    let detectors: [(&str, Detector); 4] = [
        ("E-divisive", |values| found(values, Algorithm::EDivisive)),
        ("PELT", |values| found(values, Algorithm::Pelt)),
        ("10 % beyond the run before", series::jump_rule),
        ("10 % beyond the last five", series::window_rule),
    ];
    for (name, detect) in detectors {
        let mut score = series::Score::default();
        for number in 0..count {
            let labelled = series::series(seed + number);
            score.add(&labelled, &detect(&labelled.values));
        }
        let (precision, recall, f1) = score.precision_recall_f1();
        println!("  {name:28} {precision:.3} {recall:.3} {f1:.3}");
    }
    println!("{count} series that rise slowly or stay: does it get worse?");
    let answers: [(&str, Answer); 3] = [
        ("creep", crept),
        ("10 % beyond the run before", |values| {
            !series::jump_rule(values).is_empty()
        }),
        ("10 % beyond the last five", |values| {
            !series::window_rule(values).is_empty()
        }),
    ];
    for (name, says) in answers {
        let mut score = series::Score::default();
        for number in 0..count {
            let (values, rises) = series::slow(seed + number);
            score.add_answer(rises, says(&values));
        }
        let (precision, recall, f1) = score.precision_recall_f1();
        println!("  {name:28} {precision:.3} {recall:.3} {f1:.3}");
    }
}

/// The last eight runs against the first eight, as `fabench history trend` holds them.
fn crept(values: &[f64]) -> bool {
    let (first, latest) = (&values[..8], &values[values.len() - 8..]);
    let found = creep(first, latest, &Thresholds::default());
    found.is_some_and(|found| matches!(found.verdict, Verdict::Regression | Verdict::Warning))
}

fn found(values: &[f64], algorithm: Algorithm) -> Vec<usize> {
    let settings = ChangePointSettings {
        algorithm,
        ..ChangePointSettings::default()
    };
    let points = change_points(values, &settings);
    points.iter().map(|point| point.index).collect()
}
