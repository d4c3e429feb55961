//! `fabench calibrate`: what the machine shows, saved and said.

mod support;

use support::{Called, Project};

#[test]
fn every_benchmark_gets_its_noise_floor_and_the_machine_its_advice() {
    let project = Project::new();
    project
        .call(&["calibrate", "--category", "work", "--time", "1"])
        .expect(0)
        .says("in 10 s")
        .says("advice: ")
        .says("2 benchmarks calibrated");
    let saved = project.json(".fabench/calibration.json");
    assert_eq!(saved["schema_version"], 1);
    assert!(saved["environment"]["machine"]["cores"].as_u64().unwrap() >= 1);
    let benchmarks = saved["benchmarks"].as_array().unwrap();
    assert_eq!(benchmarks.len(), 2);
    for benchmark in benchmarks {
        let floor = &benchmark["noise_floor"];
        assert!(floor["pairs"].as_u64().unwrap() >= 3, "{benchmark}");
        assert!(floor["pair_ms"].as_f64().unwrap() > 0.0, "{benchmark}");
        let changes: Vec<_> = benchmark["detectable"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["change"].as_f64())
            .collect();
        assert_eq!(changes.len(), 3);
        // More time never shows less, and nothing below the warning threshold is promised.
        let known: Vec<f64> = changes.into_iter().flatten().collect();
        assert!(known.is_sorted_by(|a, b| a >= b), "{benchmark}");
        assert!(known.iter().all(|change| *change >= 0.05), "{benchmark}");
    }
    assert!(!saved["advice"].as_array().unwrap().is_empty());
}

#[test]
fn a_benchmark_that_fails_is_named_and_the_others_are_saved() {
    let project = Project::new();
    let output = project
        .command(&["calibrate", "--time", "0.3"])
        .env("CLI_FIXTURE", "crash")
        .output()
        .unwrap();
    let called = Called::of(&output)
        .expect(1)
        .says("trouble/maybe: failed")
        .says("1 could not be");
    assert!(!called.stdout.contains("trouble/maybe "), "{called:?}");
    let saved = project.json(".fabench/calibration.json");
    assert_eq!(saved["benchmarks"].as_array().unwrap().len(), 2);
}
