//! `fabench check`: from a first baseline to a named regression.

mod support;

use std::fs;

use support::Project;

#[test]
fn the_same_code_passes_and_a_slow_down_is_named() {
    let project = Project::with_baseline();
    project.run("", &[]).expect(0);
    let same = project.call(&["check", "--fail-on-regression"]).expect(0);
    assert!(
        !same.verdict().contains("regression:"),
        "{}",
        same.verdict()
    );

    project.run("slow", &[]).expect(0);
    let called = project.call(&["check", "--fail-on-regression"]).expect(3);
    assert!(
        called.verdict().starts_with("regression: work/first"),
        "{}",
        called.verdict()
    );
    assert!(
        !called.verdict().contains("regression: work/first, "),
        "only the slowed one: {}",
        called.verdict()
    );
    project.call(&["check"]).expect(0).says("regression");
    project
        .call(&["check", "--explain", "work/first"])
        .expect(0)
        .says("why:");
    project
        .call(&["check", "--explain", "work/frist"])
        .expect(2)
        .says("`work/first`");

    let report = project.json("ci_results/latest_regression_report.json");
    assert_eq!(report["overall"]["verdict"], "regression");
    let named = fs::read_dir(project.path("ci_results"))
        .unwrap()
        .filter(|entry| {
            let name = entry.as_ref().unwrap().file_name();
            name.to_string_lossy().starts_with("regression_report_2")
        });
    assert!(named.count() >= 1);
}

#[test]
fn a_regression_becomes_the_baseline_only_by_force() {
    let project = Project::with_baseline();
    let before = fs::read(project.baseline()).unwrap();
    project.run("slow", &[]).expect(0);
    project
        .call(&["check", "--update-baseline"])
        .expect(3)
        .says("not updated")
        .says("--force-baseline");
    assert_eq!(fs::read(project.baseline()).unwrap(), before);
    project
        .call(&["check", "--update-baseline", "--force-baseline"])
        .expect(0)
        .says("baseline updated");
    assert_eq!(
        project.json("baselines/performance_baseline.json")["forced"],
        true
    );
    project
        .call(&["check", "--force-baseline"])
        .expect(2)
        .says("--update-baseline");
}

#[test]
fn an_improvement_shows_the_command_that_would_accept_it() {
    let project = Project::new();
    project.run("slow", &[]).expect(0);
    project
        .call(&["check", "--update-baseline"])
        .expect(0)
        .says("first baseline");
    project.run("", &[]).expect(0);
    project
        .call(&["check"])
        .expect(0)
        .says("improvement")
        .says("fabench check --update-baseline");
}

#[test]
fn nothing_to_compare_is_no_pass() {
    let project = Project::new();
    project
        .call(&["check"])
        .expect(1)
        .says("latest.json does not exist")
        .says("fabench run");
    project.run("", &[]).expect(0);
    project
        .call(&["check"])
        .expect(4)
        .says("no baseline")
        .says("--update-baseline");
}

#[test]
fn a_quick_result_is_no_baseline() {
    let project = Project::new();
    project.run("", &["--quick"]).expect(0).says("quick");
    project
        .call(&["check", "--update-baseline"])
        .expect(4)
        .says("a quick run is no baseline");
    assert!(!project.baseline().exists());
}

#[test]
fn another_machine_is_not_comparable() {
    let project = Project::with_baseline();
    project.edit("baselines/performance_baseline.json", |baseline| {
        baseline["run"]["environment"]["machine"]["cpu"] = "another".into();
    });
    project
        .call(&["check", "--fail-on-regression"])
        .expect(4)
        .says("not comparable")
        .says("another");
    let before = fs::read(project.baseline()).unwrap();
    project
        .call(&["check", "--update-baseline"])
        .expect(4)
        .says("--force-baseline");
    assert_eq!(fs::read(project.baseline()).unwrap(), before);
}

#[test]
fn another_method_is_not_comparable() {
    let project = Project::with_baseline();
    project.edit("results/latest.json", |run| {
        run["method"]["version"] = 99.into();
    });
    project.call(&["check"]).expect(4).says("not comparable");
}

#[test]
fn a_benchmark_that_is_gone_is_missing() {
    let project = Project::with_baseline();
    project.run("fewer", &[]).expect(0);
    let called = project
        .call(&["check"])
        .expect(0)
        .says("missing: work/second, trouble/maybe");
    assert!(
        !called.verdict().starts_with("no regression"),
        "{}",
        called.verdict()
    );
    project
        .call(&["check", "--update-baseline"])
        .expect(4)
        .says("missing");
}

#[test]
fn recorded_runs_narrow_what_check_has_to_assume() {
    let project = Project::with_baseline();
    let width = |project: &Project| {
        project.call(&["check"]).expect(0);
        let report = project.json("ci_results/latest_regression_report.json");
        let spread = report["benchmarks"][0]["run_spread"].clone();
        (
            spread["observed"].as_u64().unwrap(),
            spread["log_sd"].as_f64().unwrap(),
        )
    };
    let (none, before) = width(&project);
    for _ in 0..3 {
        project.run("", &["--record"]).expect(0);
    }
    let (some, after) = width(&project);
    assert_eq!(none, 0);
    assert!(
        some > 0 && after != before,
        "{some} differences seen, spread {before} and then {after}"
    );
}

#[test]
fn a_broken_history_is_a_warning_and_changes_no_verdict() {
    let project = Project::with_baseline();
    fs::create_dir_all(project.path(".fabench")).unwrap();
    fs::write(
        project.path(".fabench/history.db"),
        "no database at all, and longer than a header would be".repeat(20),
    )
    .unwrap();
    project
        .run("", &["--record"])
        .expect(0)
        .says("the run is not recorded")
        .says("history.db");
    project
        .call(&["check"])
        .expect(0)
        .says("the history is not used");
}
