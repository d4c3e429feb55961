//! What is exported is what other tools read, and what was imported comes back the same.

use fabench_record::formats::export::{self, ALL};
use fabench_record::formats::{Document, only, recognise};
use fabench_record::{Run, formats};
use proptest::prelude::*;

use crate::support::{as_saved, files, import};

/// The run in a text of this format.
fn read_back(format: &str, text: &str) -> Run {
    let document = Document::new("exported", text.as_bytes()).unwrap();
    assert_eq!(recognise(&document).unwrap().name(), format, "{text}");
    let runs = formats::named(format).unwrap().read(&document).unwrap();
    as_saved(only(runs).unwrap())
}

fn export(format: &str, run: &Run) -> String {
    export::named(format).unwrap().write(run).text
}

#[test]
fn every_import_comes_back_the_same_from_its_own_format() {
    for name in [
        "pytest-benchmark.json",
        "pytest-benchmark-without-data.json",
    ] {
        let mut run = as_saved(import(name));
        let mut back = read_back("pytest-benchmark", &export("pytest-benchmark", &run));
        // The file has the zone that was assumed for its time.
        run.started_at.clear();
        back.started_at.clear();
        assert_eq!(back, run, "{name}");
    }
    let run = as_saved(import("bencher.json"));
    assert_eq!(read_back("bencher", &export("bencher", &run)), run);

    let run = as_saved(import("github-action-benchmark/custom.json"));
    let mut back = read_back(
        "github-action-benchmark",
        &export("github-action-benchmark", &run),
    );
    let bigger = export("github-action-benchmark-bigger", &run);
    back.benchmarks
        .extend(read_back("github-action-benchmark", &bigger).benchmarks);
    back.benchmarks.sort_by(|a, b| a.id.cmp(&b.id));
    let mut expected = run.benchmarks;
    expected.sort_by(|a, b| a.id.cmp(&b.id));
    assert_eq!(back.benchmarks, expected);
}

#[test]
fn every_file_can_be_exported_and_nothing_is_lost_unsaid() {
    for (_, document) in files() {
        let runs = recognise(&document).unwrap().read(&document).unwrap();
        for run in runs.into_iter().map(as_saved) {
            for format in ALL {
                let exported = format.write(&run);
                assert!(
                    exported.left_out <= run.benchmarks.len(),
                    "{}",
                    format.name()
                );
                assert!(exported.text.ends_with('\n'));
            }
            let lines = export("csv", &run).lines().count() - 1;
            let values = run.benchmarks.iter().flat_map(|one| &one.launches);
            let peaks = values
                .clone()
                .filter(|one| one.peak_rss_bytes.is_some())
                .count();
            let values: usize = values
                .flat_map(|one| one.values.values())
                .map(Vec::len)
                .sum();
            assert_eq!(lines, values + peaks, "{}", document.name());
        }
    }
}

#[test]
fn openmetrics_has_types_units_and_an_end() {
    let run = as_saved(import("go.txt"));
    let text = export("openmetrics", &run);
    for line in [
        "# TYPE fabench_wall_time_seconds gauge",
        "# UNIT fabench_wall_time_seconds seconds",
        "# TYPE fabench_allocated_bytes gauge",
        "# TYPE fabench_throughput_MB_s gauge",
    ] {
        assert!(text.lines().any(|one| one == line), "{line}\n{text}");
    }
    let sample = text
        .lines()
        .find(|line| line.starts_with("fabench_wall_time_seconds{benchmark=\"example.com/sorting/BenchmarkSort/ten-2\",statistic=\"min\"}"));
    let value: f64 = sample.unwrap().rsplit(' ').next().unwrap().parse().unwrap();
    assert!((value - 254.2e-9).abs() < 1e-18, "{value}");
    assert!(text.ends_with("# EOF\n"));
    let families: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("# TYPE"))
        .collect();
    let mut unique = families.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(families.len(), unique.len());
}

proptest! {
    #[test]
    fn times_and_names_of_pytest_survive(
        times in prop::collection::vec(prop_oneof![Just(0.0), 1e-12..1e6_f64], 1..20),
        name in "[a-zA-Z_][a-zA-Z0-9_ .%/é\\[\\]-]{0,20}",
        folder in "[a-z.%]{1,8}",
        group in prop::option::of("[a-z ]{1,8}"),
    ) {
        let text = serde_json::json!({"machine_info": {"system": "Linux"}, "benchmarks": [
            {"group": group, "name": name, "fullname": format!("{folder}/test_x.py::{name}"), "params": {"size": 3}, "stats": {"mean": 1.0, "data": times}},
        ], "datetime": "2026-01-01T00:00:00Z"}).to_string();
        let first = read_back("pytest-benchmark", &text);
        let second = read_back("pytest-benchmark", &export("pytest-benchmark", &first));
        prop_assert_eq!(&first.benchmarks, &second.benchmarks);
        // Our own JSON is the identity for every format.
        let own = Run::from_json(&serde_json::to_vec(&first).unwrap()).unwrap();
        prop_assert_eq!(own, first);
    }

    #[test]
    fn values_and_bounds_of_bencher_survive(
        name in "[a-zA-Z/ .%é]{1,20}",
        value in 0.0..1e12_f64,
        lower in prop::option::of(0.0..1e12_f64),
        measure in prop::sample::select(vec!["latency", "throughput", "build-time", "file-size", "score", "own"]),
    ) {
        let mut measured = serde_json::json!({"value": value});
        if let Some(lower) = lower {
            measured["lower_value"] = lower.into();
        }
        let text = serde_json::json!({name: {measure: measured}}).to_string();
        let first = read_back("bencher", &text);
        let second = read_back("bencher", &export("bencher", &first));
        prop_assert_eq!(first, second);
    }
}

#[test]
fn own_runs_can_be_exported_and_read_back_by_name() {
    let run = Run::from_json(include_bytes!("../data/run_v1.json")).unwrap();
    for format in ["pytest-benchmark", "bencher"] {
        let back = read_back(format, &export(format, &run));
        for benchmark in &back.benchmarks {
            assert!(
                run.benchmark(&benchmark.id).is_some(),
                "{format}: {}",
                benchmark.id
            );
        }
    }
}
