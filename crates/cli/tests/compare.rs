//! `fabench compare`: two executables, two revisions, two results.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use support::{Project, fixture_suite};

/// The fixture suite with some trouble in it, as an executable of its own.
fn troubled(project: &Project, trouble: &str) -> String {
    let path = project.path(trouble);
    let script = format!(
        "#!/bin/sh\nCLI_FIXTURE={trouble} exec '{}' \"$@\"\n",
        fixture_suite().display()
    );
    fs::write(&path, script).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.display().to_string()
}

#[test]
fn a_copy_of_itself_is_clean_and_a_slow_down_is_confirmed_and_named() {
    let project = Project::new();
    let suite = fixture_suite().display().to_string();
    let arguments = [
        "compare",
        &suite,
        &suite,
        "--category",
        "work",
        "--budget",
        "20",
        "--fail-on-regression",
    ];
    let same = project.call(&arguments).expect(0);
    assert!(!same.verdict().starts_with("regression"), "{}", same.stdout);

    let slow = troubled(&project, "slow");
    let called = project.call(&[
        "compare",
        &suite,
        &slow,
        "--category",
        "work",
        "--budget",
        "30",
        "--fail-on-regression",
    ]);
    let called = called.expect(3).says("fresh launches confirmed it");
    assert!(
        called.verdict().starts_with("regression: work/first"),
        "{}",
        called.verdict()
    );
    let report = project.json("ci_results/latest_regression_report.json");
    assert_eq!(report["kind"], "side_by_side");
    assert!(
        report["benchmarks"][0]["side_by_side"]["confirming_launches"]
            .as_u64()
            .unwrap()
            > 0
    );
}

#[test]
fn different_and_failing_benchmarks_are_said_and_the_others_measured() {
    let project = Project::new();
    let suite = fixture_suite().display().to_string();
    let fewer = troubled(&project, "fewer");
    project
        .call(&["compare", &suite, &fewer, "--budget", "5"])
        .expect(0)
        .says("missing: work/second, trouble/maybe");
    let crash = troubled(&project, "crash");
    project
        .call(&["compare", &suite, &crash, "--budget", "5"])
        .expect(1)
        .says("failed")
        .says("candidate");
}

#[test]
fn saved_results_are_compared_with_each_other_only() {
    let project = Project::new();
    project.run("", &["--save", "before"]).expect(0);
    project.run("slow", &["--save", "after"]).expect(0);
    project
        .call(&["compare", "before", "after", "--fail-on-regression"])
        .expect(3)
        .says("regression: work/first");
    let suite = fixture_suite().display().to_string();
    project
        .call(&["compare", "before", &suite])
        .expect(1)
        .says("only be compared with a saved result");
}

#[test]
fn what_is_neither_file_nor_revision_is_named() {
    let project = Project::new();
    project
        .call(&["compare", "nowhere", "main"])
        .expect(1)
        .says("`nowhere`")
        .says("revision");
}

#[test]
fn two_revisions_are_built_apart_and_kept() {
    let project = Project::new();
    let git = |arguments: &[&str]| {
        let identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let status = Command::new("git")
            .current_dir(project.path("."))
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(status.status.success(), "git {arguments:?}: {status:?}");
    };
    let configure = |trouble: &str| {
        let script = troubled(&project, trouble);
        let text = fs::read_to_string(&script).unwrap();
        fs::write(project.path("suite.sh"), text).unwrap();
        fs::set_permissions(project.path("suite.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    };
    fs::write(
        project.path("fabench.toml"),
        "[suite]\nexecutable = 'suite.sh'\nbuild = ['true']\n",
    )
    .unwrap();
    git(&["init", "--quiet", "--initial-branch=main"]);
    configure("none");
    git(&["add", "fabench.toml", "suite.sh"]);
    git(&["commit", "--quiet", "-m", "fast"]);
    configure("slow");
    git(&["commit", "--quiet", "-am", "slow"]);
    let arguments = [
        "compare",
        "HEAD~1",
        "HEAD",
        "first",
        "--budget",
        "30",
        "--fail-on-regression",
    ];
    project
        .call(&arguments)
        .expect(3)
        .says("regression: work/first");
    assert_eq!(
        fs::read_dir(project.path(".fabench/suites"))
            .unwrap()
            .count(),
        2
    );
    // The checkout itself was left alone.
    assert!(
        fs::read_to_string(project.path("suite.sh"))
            .unwrap()
            .contains("slow")
    );
    project
        .call(&[
            "compare",
            "HEAD",
            "HEAD",
            "first",
            "--budget",
            "10",
            "--fail-on-regression",
        ])
        .expect(0);
}
