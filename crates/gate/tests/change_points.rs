//! The detectors on labelled series, and that the simple rules do worse on the same ones.

#[path = "../examples/change_points/series.rs"]
mod series;

use fabench_gate::{Algorithm, ChangePointSettings, Thresholds, Verdict, change_points, creep};

fn f1(detect: impl Fn(&[f64]) -> Vec<usize>) -> f64 {
    let mut score = series::Score::default();
    for seed in 0..60 {
        let labelled = series::series(seed);
        score.add(&labelled, &detect(&labelled.values));
    }
    score.precision_recall_f1().2
}

fn with(algorithm: Algorithm) -> f64 {
    let settings = ChangePointSettings {
        algorithm,
        ..ChangePointSettings::default()
    };
    f1(|values| {
        let points = change_points(values, &settings);
        points.iter().map(|point| point.index).collect()
    })
}

#[test]
fn steps_and_ramps_are_found_among_spikes() {
    let (divisive, pelt) = (with(Algorithm::EDivisive), with(Algorithm::Pelt));
    let (jump, window) = (f1(series::jump_rule), f1(series::window_rule));
    assert!(divisive > 0.85, "E-divisive {divisive}");
    assert!(pelt > 0.75, "PELT {pelt}");
    assert!(jump < 0.6 && window < 0.7, "simple rules {jump} {window}");
}

#[test]
fn a_slow_rise_is_creep_and_noise_is_not() {
    let mut score = series::Score::default();
    for seed in 0..60 {
        let (values, rises) = series::slow(seed);
        let (first, latest) = (&values[..8], &values[values.len() - 8..]);
        let found = creep(first, latest, &Thresholds::default()).expect("enough runs");
        let worse = matches!(found.verdict, Verdict::Regression | Verdict::Warning);
        score.add_answer(rises, worse);
    }
    let (precision, recall, _) = score.precision_recall_f1();
    assert!(precision > 0.95 && recall > 0.95, "{precision} {recall}");
}
