//! Benchmarks and machines that are hard to judge: each is told plainly, and no verdict pretends to more than was measured.

mod support;

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use support::{Called, Project, fixture_suite};

fn odd_suite() -> PathBuf {
    fixture_suite().with_file_name("cli-odd")
}

/// Compares the odd suite with itself.
fn compare_with_itself(project: &Project, arguments: &[&str]) -> Called {
    let suite = odd_suite().display().to_string();
    let all = [&["compare", &suite, &suite], arguments].concat();
    let output = project
        .command(&all)
        .env("ODD_FILE", project.path("launches"))
        .output();
    Called::of(&output.expect("fabench starts"))
}

/// What the shell says of `script`, or nothing where it may not do that here.
fn shell(project: &Project, script: &str) -> Called {
    let mut command = Command::new("sh");
    command
        .args(["-c", script])
        .current_dir(project.path(""))
        .env("FABENCH", env!("CARGO_BIN_EXE_fabench"))
        .env("SUITE", odd_suite());
    Called::of(&command.output().expect("sh starts"))
}

fn of<'a>(report: &'a Value, benchmark: &str) -> &'a Value {
    let all = report["benchmarks"].as_array().unwrap();
    let found = all.iter().find(|one| one["id"] == benchmark);
    found.unwrap_or_else(|| panic!("{benchmark} is not in {report}"))
}

#[test]
fn a_copy_is_never_slower_however_odd_its_times_are() {
    let project = Project::new();
    let called = compare_with_itself(
        &project,
        &[
            "instant",
            "doubling",
            "bimodal",
            "--budget",
            "20",
            "--fail-on-regression",
        ],
    )
    .expect(0);
    let report = project.json("ci_results/latest_regression_report.json");
    for benchmark in ["odd/instant", "odd/doubling", "odd/bimodal"] {
        let verdict = of(&report, benchmark)["verdict"].as_str().unwrap();
        assert!(
            ["unchanged", "inconclusive"].contains(&verdict),
            "{benchmark} is {verdict}\n{}",
            called.stdout
        );
    }
}

#[test]
fn a_crash_in_one_launch_of_many_is_told_with_its_last_words_and_the_others_are_judged() {
    let project = Project::new();
    let called = compare_with_itself(&project, &["steady", "rare-crash", "--budget", "10"])
        .expect(1)
        .says("odd/rare-crash")
        .says("has bad luck");
    let report = project.json("ci_results/latest_regression_report.json");
    assert_eq!(
        of(&report, "odd/steady")["verdict"],
        "unchanged",
        "{}",
        called.stdout
    );
}

#[test]
fn an_iteration_longer_than_the_budget_is_inconclusive_with_what_could_have_been_seen() {
    let project = Project::new();
    let called = compare_with_itself(&project, &["odd/long", "--budget", "2"]).expect(0);
    let report = project.json("ci_results/latest_regression_report.json");
    let long = of(&report, "odd/long");
    assert_eq!(long["verdict"], "inconclusive", "{}", called.stdout);
}

#[test]
fn one_core_is_enough_and_the_launches_are_on_it() {
    let project = Project::new();
    shell(
        &project,
        "taskset -c 0 \"$FABENCH\" compare \"$SUITE\" \"$SUITE\" steady --budget 10",
    )
    .expect(0)
    .says("there is one core");
}

#[test]
fn a_full_disk_is_told_and_the_last_report_stays() {
    let project = Project::new();
    // A file system of 64 KiB of its own, seen by this shell only.
    let script = "unshare --mount sh -c '
        mkdir ci_results && mount -t tmpfs -o size=64k tmpfs ci_results || exit 77
        \"$FABENCH\" compare \"$SUITE\" \"$SUITE\" steady --budget 3 || exit 78
        cp ci_results/latest_regression_report.json kept.json
        dd if=/dev/zero of=ci_results/fill bs=1k count=64 2> /dev/null
        \"$FABENCH\" compare \"$SUITE\" \"$SUITE\" steady --budget 3
        exit_code=$?
        cmp ci_results/latest_regression_report.json kept.json || exit 79
        exit $exit_code'";
    let called = shell(&project, script);
    if called.exit == 77 || called.stderr.contains("unshare: ") {
        eprintln!("skipped: no file system of one's own may be mounted here");
        return;
    }
    called
        .expect(1)
        .says("No space left on device")
        .says("ci_results");
}
