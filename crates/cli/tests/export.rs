//! `fabench export`, and what users of older tools hand over: histories, flat baselines.

mod support;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use support::Project;

/// A file that another tool wrote.
fn foreign(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../record/tests/data/formats")
        .join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_result_is_written_in_every_format_and_what_is_left_out_is_said() {
    let project = Project::new();
    let file = foreign("google-benchmark.json");
    for format in [
        "bencher",
        "openmetrics",
        "csv",
        "github-action-benchmark",
        "pytest-benchmark",
    ] {
        let called = project
            .call(&["export", text(&file), "--format", format])
            .expect(0);
        assert!(
            called.stdout.contains("BM_Sort"),
            "{format}: {}",
            called.stdout
        );
        assert!(
            called.stderr.contains("1 of 7 benchmarks"),
            "{format}: {}",
            called.stderr
        );
    }
    project
        .call(&[
            "export",
            text(&file),
            "--format",
            "csv",
            "--output",
            "out/all.csv",
        ])
        .expect(0)
        .says("6 benchmarks written as csv");
    let csv = fs::read_to_string(project.path("out/all.csv")).unwrap();
    assert!(csv.starts_with("run,started_at,commit,benchmark,"));
    project
        .call(&["export", text(&file), "--format", "xml"])
        .expect(2);
    project
        .call(&["export", "--format", "csv"])
        .expect(1)
        .says("does not exist");
}

#[test]
fn an_export_is_a_result_that_check_takes() {
    let project = Project::new();
    let file = foreign("pytest-benchmark.json");
    project
        .call(&["check", "--results-file", text(&file), "--update-baseline"])
        .expect(0);
    project
        .call(&[
            "export",
            text(&file),
            "--format",
            "pytest-benchmark",
            "--output",
            "again.json",
        ])
        .expect(0);
    project
        .call(&["check", "--results-file", "again.json"])
        .expect(0)
        .says("test_sort[100]");
}

#[test]
fn a_history_of_another_tool_is_read_into_ours() {
    let project = Project::new();
    let file = foreign("github-action-benchmark/data.js");
    project
        .call(&["history", "import", text(&file)])
        .expect(0)
        .says("4 runs");
    project
        .call(&["history", "list"])
        .expect(0)
        .says("20260102T120000Z-bbbbbbb");
    project
        .call(&["check", "--results-file", text(&file)])
        .expect(1)
        .says("4 runs");
}

#[test]
fn a_flat_baseline_is_converted_once_and_kept() {
    let project = Project::new();
    let results = foreign("pytest-benchmark.json");
    let path = project.path("baselines/performance_baseline.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let flat = json!({
        "test_sort.test_sort[100]": {"duration_ms": 0.0001, "throughput_ops_sec": 1e7, "memory_mb": 1.0, "cpu_percent": 50.0,
            "timestamp": "2026-02-03T10:11:12", "git_commit": "0123456"},
        "test_sort.gone": {"duration_ms": 1.5, "throughput_ops_sec": 666.0, "memory_mb": 1.0, "cpu_percent": 50.0,
            "timestamp": "2026-02-03T10:11:12", "git_commit": "0123456"},
    })
    .to_string();
    fs::write(&path, &flat).unwrap();
    let check = |project: &Project| project.call(&["check", "--results-file", text(&results)]);
    let called = check(&project).expect(0);
    assert!(
        called.stderr.contains("the old file is kept as"),
        "{}",
        called.stderr
    );
    // Twenty times slower: as much as two values without a spread can say.
    assert!(called.stdout.contains("warning"), "{}", called.stdout);
    assert!(called.stdout.contains("missing"), "{}", called.stdout);
    let kept = project.path("baselines/performance_baseline.flat.json");
    assert_eq!(fs::read_to_string(kept).unwrap(), flat);
    assert_eq!(
        project.json("baselines/performance_baseline.json")["forced"],
        false
    );
    let again = check(&project).expect(0);
    assert!(!again.stderr.contains("flat"), "{}", again.stderr);
}

#[test]
fn a_flat_baseline_is_compared_with_what_we_measure() {
    let project = Project::new();
    let results = Path::new(env!("CARGO_MANIFEST_DIR")).join("../record/tests/data/run_v1.json");
    let run: serde_json::Value = serde_json::from_slice(&fs::read(&results).unwrap()).unwrap();
    let id = run["benchmarks"][0]["id"]
        .as_str()
        .unwrap()
        .replace('/', ".");
    let path = project.path("baselines/performance_baseline.json");
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let flat = json!({id: {"duration_ms": 1e-6, "throughput_ops_sec": 1e12, "memory_mb": 1.0, "cpu_percent": 1.0}});
    fs::write(&path, flat.to_string()).unwrap();
    let called = project.call(&["check", "--results-file", text(&results)]);
    assert!(called.stdout.contains("warning"), "{}", called.stdout);
}
