//! Results and baselines that can't be used: exit 1, the file, the place and a remedy; nothing is overwritten.

mod support;

use std::fs;

use support::Project;

/// What can be wrong with a file, and what is said of it.
fn damages(good: &str) -> Vec<(&'static str, String, &'static str)> {
    let replace = |from: &str, to: &str| {
        assert!(good.contains(from), "the file has no {from}");
        good.replacen(from, to, 1)
    };
    let duplicate = good.replace("work/second", "work/first");
    vec![
        ("empty", String::new(), "empty"),
        ("truncated", good[..good.len() / 2].to_owned(), "truncated"),
        ("not JSON", "benchmark: fast".to_owned(), "line 1"),
        ("no record", "{}".to_owned(), "schema_version"),
        (
            "newer schema",
            replace("\"schema_version\": 1", "\"schema_version\": 99"),
            "update fabench",
        ),
        (
            "NaN",
            replace("\"load_average\": ", "\"load_average\": NaN, \"x\": "),
            "line",
        ),
        (
            "infinite",
            replace("\"load_average\": ", "\"load_average\": 1e999, \"x\": "),
            "load_average",
        ),
        (
            "negative",
            replace("\"load_average\": ", "\"load_average\": -1.0, \"x\": "),
            "load_average",
        ),
        ("duplicate ids", duplicate, "work/first"),
    ]
}

#[test]
fn every_damage_to_a_result_is_told_and_leaves_the_baseline_alone() {
    let project = Project::with_baseline();
    let baseline = fs::read(project.baseline()).unwrap();
    let good = fs::read_to_string(project.path("results/latest.json")).unwrap();
    for (name, text, said) in damages(&good) {
        fs::write(project.path("bad.json"), &text).unwrap();
        let called = project.call(&[
            "check",
            "--results-file",
            "bad.json",
            "--update-baseline",
            "--force-baseline",
        ]);
        let called = called.expect(1).says("bad.json").says(said);
        assert!(
            called.stderr.contains(';'),
            "{name}: no remedy in {}",
            called.stderr
        );
        assert_eq!(fs::read(project.baseline()).unwrap(), baseline, "{name}");
        assert_eq!(
            fs::read_to_string(project.path("bad.json")).unwrap(),
            text,
            "{name}"
        );
    }
}

#[test]
fn every_damage_to_a_baseline_is_told_and_it_is_not_overwritten() {
    let project = Project::with_baseline();
    let good = fs::read_to_string(project.baseline()).unwrap();
    for (name, text, said) in damages(&good) {
        fs::write(project.baseline(), &text).unwrap();
        project
            .call(&["check", "--update-baseline"])
            .expect(1)
            .says("performance_baseline.json")
            .says(said);
        assert_eq!(
            fs::read_to_string(project.baseline()).unwrap(),
            text,
            "{name}"
        );
    }
}

#[test]
fn a_hundred_megabytes_are_refused_without_being_read() {
    let project = Project::with_baseline();
    let file = fs::File::create(project.path("huge.json")).unwrap();
    file.set_len(100 << 20).unwrap();
    project
        .call(&["check", "--results-file", "huge.json"])
        .expect(1)
        .says("huge.json")
        .says("right file");
}

#[test]
fn folders_and_unreadable_targets_are_named() {
    let project = Project::with_baseline();
    project
        .call(&["check", "--results-file", "results"])
        .expect(1)
        .says("is a folder");
    fs::write(project.path("file"), "x").unwrap();
    project
        .call(&["check", "--output-dir", "file/below"])
        .expect(1)
        .says("file/below");
    assert_eq!(fs::read_to_string(project.path("file")).unwrap(), "x");
}
