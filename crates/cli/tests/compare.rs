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

/// A project that is a git repository, whose suite is a script: slow or not, by what is committed.
fn repository(project: &Project) -> impl Fn(&[&str]) {
    let folder = project.path(".");
    let git = move |arguments: &[&str]| {
        let identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let called = Command::new("git")
            .current_dir(&folder)
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(called.status.success(), "git {arguments:?}: {called:?}");
    };
    fs::write(
        project.path("fabench.toml"),
        "[suite]\nexecutable = 'suite.sh'\nbuild = ['sh', '-c', 'test ! -e broken']\n",
    )
    .unwrap();
    git(&["init", "--quiet", "--initial-branch=main"]);
    commit_suite(project, &git, "none", "fast");
    git
}

fn commit_suite(project: &Project, git: &dyn Fn(&[&str]), trouble: &str, message: &str) {
    let text = fs::read_to_string(troubled(project, trouble)).unwrap();
    fs::write(project.path("suite.sh"), text).unwrap();
    fs::set_permissions(project.path("suite.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    git(&["add", "fabench.toml", "suite.sh"]);
    git(&["commit", "--quiet", "-m", message]);
}

#[test]
fn a_slow_down_that_a_commit_accepts_is_a_note_and_one_accepted_before_is_not() {
    let project = Project::new();
    let git = repository(&project);
    commit_suite(
        &project,
        &git,
        "slow",
        "slow\n\nPerf-Accept: work/first now checks signatures",
    );
    let arguments = [
        "compare",
        "HEAD~1",
        "HEAD",
        "first",
        "--budget",
        "30",
        "--fail-on-regression",
    ];
    let called = project
        .call(&arguments)
        .expect(0)
        .says("let pass: accepted, now checks signatures (commit ");
    assert_eq!(called.verdict(), "no regression: 1 let pass");
    let report = project.json("ci_results/latest_regression_report.json");
    let entry = &report["benchmarks"][0];
    assert_eq!(entry["verdict"], "regression", "the verdict stays");
    assert_eq!(entry["excuse"]["kind"], "accepted");
    // Back to fast, then slow again without the trailer: the old one lies outside.
    commit_suite(&project, &git, "none", "fast again");
    commit_suite(
        &project,
        &git,
        "slow",
        "slow again\n\nPerf-Accept: work/first",
    );
    project
        .call(&arguments)
        .expect(3)
        .says("gives no reason")
        .says("regression: work/first");
    let mut labelled = project.command(&arguments);
    labelled.env("FABENCH_ACCEPT", "work/* the label says so\n");
    support::Called::of(&labelled.output().unwrap())
        .expect(0)
        .says("accepted, the label says so");
    project
        .call(&[&arguments[..], &["--accept", "work/first"]].concat())
        .expect(2)
        .says("gives no reason");
}

#[test]
fn revisions_that_do_not_build_and_changes_that_are_not_committed_are_said() {
    let project = Project::new();
    let git = repository(&project);
    fs::write(project.path("broken"), "").unwrap();
    git(&["add", "broken"]);
    git(&["commit", "--quiet", "-m", "broken"]);
    project
        .call(&["compare", "HEAD~1", "HEAD", "first", "--budget", "5"])
        .expect(1)
        .says("can't be compared")
        .says("failed");
    git(&["rm", "--quiet", "broken"]);
    git(&["commit", "--quiet", "-m", "mended"]);
    fs::write(project.path("suite.sh"), "#!/bin/sh\nexit 9\n").unwrap();
    project
        .call(&["compare", "HEAD", "HEAD", "first", "--budget", "5"])
        .expect(0)
        .says("uncommitted changes are not measured");
}

#[test]
fn what_was_calibrated_is_printed_and_another_machine_is_not_believed() {
    let project = Project::new();
    let suite = fixture_suite().display().to_string();
    let arguments = ["compare", &suite, &suite, "first", "--budget", "5"];
    project
        .call(&arguments)
        .expect(0)
        .says("this machine is not calibrated");
    project
        .call(&["calibrate", "first", "--time", "1.5"])
        .expect(0);
    project
        .call(&arguments)
        .expect(0)
        .says("10 s a benchmark show changes from +")
        .says("advice: ");
    project.edit(".fabench/calibration.json", |saved| {
        saved["environment"]["machine"]["cpu"] = "another".into();
    });
    project
        .call(&arguments)
        .expect(0)
        .says("of another machine (cpu was another");
    fs::write(project.path(".fabench/calibration.json"), "{").unwrap();
    project.call(&arguments).expect(0).says("is not used");
}

#[test]
fn instructions_are_counted_where_valgrind_is_and_missed_plainly_where_it_is_not() {
    let project = Project::new();
    let suite = fixture_suite().display().to_string();
    let arguments = ["compare", &suite, &suite, "--counter", "instructions"];
    let mut without = project.command(&arguments);
    without.env("PATH", project.path("nothing"));
    support::Called::of(&without.output().unwrap())
        .expect(1)
        .says("valgrind is not there");
    if Command::new("valgrind").arg("--version").output().is_err() {
        assert!(
            std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none(),
            "valgrind is missing"
        );
        eprintln!("skipped: valgrind is not installed");
        return;
    }
    project
        .call(&[&arguments[..], &["first"]].concat())
        .expect(0)
        .says("1 unchanged");
    let report = project.json("ci_results/latest_regression_report.json");
    assert_eq!(report["method"]["name"], "callgrind-instructions");
    let entry = &report["benchmarks"][0];
    assert_eq!(entry["metric"], "instructions");
    assert_eq!(entry["verdict"], "unchanged");
    let ratio = entry["ratio"]["estimate"].as_f64().unwrap();
    assert!((ratio - 1.0).abs() < 1e-3, "{ratio}");
    let per_iteration = entry["baseline"]["value"].as_f64().unwrap();
    // 20 000 rounds of a handful of instructions each, and nothing of the start of the process.
    assert!((6e4..1e6).contains(&per_iteration), "{per_iteration}");
}
