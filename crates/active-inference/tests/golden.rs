//! Parity with pymdp 0.0.7.1: every recorded number of every recorded run, to 1e-9 in f64.

use active_inference::golden::{GoldenFile, replay, replay_file};

const TOLERANCE: f64 = 1e-9;

fn check(json: &str, at_least: usize) {
    let results = replay_file(json).expect("a readable file");
    assert!(results.len() >= at_least);
    for (name, result) in results {
        let report = result.unwrap_or_else(|error| panic!("{name}: {error}"));
        assert!(report.compared > 0, "{name}: nothing was compared");
        assert!(
            report.worst <= TOLERANCE,
            "{name}: {:e} at {}",
            report.worst,
            report.place
        );
    }
}

#[test]
fn the_twenty_public_models_agree() {
    check(include_str!("data/golden_public.json"), 20);
}

/// Random models recorded by peers/inference/record_golden.py: quirks, learning, message passing, custom policies.
#[test]
fn random_models_agree() {
    check(include_str!("data/golden_random.json"), 15);
}

#[test]
fn a_wrong_number_is_found() {
    let mut file = GoldenFile::from_json(include_str!("data/golden_public.json")).expect("a file");
    let model = &mut file.models[2];
    let g = model.steps[1].fields.get_mut("G").expect("a recorded G");
    g[0] = serde_json::json!(g[0].as_f64().expect("a number") + 1e-6);
    let report = replay::<f64>(model).expect("a replay");
    assert!((report.worst - 1e-6).abs() < 1e-9, "{report:?}");
    assert!(report.place.starts_with("step 1 G[0]"), "{report:?}");
}

#[test]
fn a_model_survives_serialisation() {
    let file = GoldenFile::from_json(include_str!("data/golden_public.json")).expect("a file");
    for golden in &file.models {
        let model = golden.model.build::<f64>().expect("a model");
        let json = serde_json::to_string(&model).expect("a document");
        let mut again = golden.clone();
        let note = std::mem::take(&mut again.model.note);
        again.model = serde_json::from_str(&json).expect("a document");
        let report = replay::<f64>(&again).expect("a replay");
        assert!(
            report.worst <= TOLERANCE,
            "{} ({note}): {report:?}",
            golden.model.name
        );
    }
}

#[test]
fn single_precision_is_close_where_nothing_branches() {
    let file = GoldenFile::from_json(include_str!("data/golden_public.json")).expect("a file");
    for golden in file
        .models
        .iter()
        .filter(|m| m.model.b.len() == 1 && m.model.agent.gamma <= 1.0)
    {
        let report = replay::<f32>(golden).expect("a replay");
        let name = &golden.model.name;
        // Ties below single precision may choose another action; every number must still be near.
        assert!(
            report.worst < 2e-3 || report.place.ends_with("action"),
            "{name}: {report:?}"
        );
    }
}
