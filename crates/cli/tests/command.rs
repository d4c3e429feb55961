//! Suites that are any command: measured by `run`, compared between checkouts, and contained when they misbehave.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use support::{Called, Project};

/// A program of another tool: it prints what Go would, after work whose size is the file `work`.
const SPIN: &str = r#"#!/bin/sh
echo "goos: linux"
echo "pkg: example.com/x"
for name in Slow Steady; do
    work=2000
    test $name = Slow && work=$(cat work)
    begin=$(date +%s%N)
    i=0
    while [ $i -lt $work ]; do i=$((i + 1)); done
    end=$(date +%s%N)
    echo "Benchmark$name-2  $work  $((end - begin)) ns/op"
done
"#;

fn project(suite: &str) -> Project {
    let project = Project::new();
    fs::write(project.path("fabench.toml"), suite).unwrap();
    program(&project.path("spin"), SPIN);
    fs::write(project.path("work"), "2000").unwrap();
    project
}

fn program(path: &Path, text: &str) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

fn git(project: &Project, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(project.path(""))
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

fn commit_all(project: &Project, message: &str) {
    git(project, &["add", "--all"]);
    git(project, &["commit", "--quiet", "--message", message]);
}

const GO: &str = "[suite]\ncommand = ['./spin']\nformat = 'go'\n";

#[test]
fn every_run_of_a_command_is_a_launch_of_all_that_it_reports() {
    let project = project(GO);
    project
        .call(&["run", "--list"])
        .expect(0)
        .says("BenchmarkSteady-2");
    project
        .call(&["run", "--launches", "3"])
        .expect(0)
        .says("2 of 2 benchmarks measured");
    let run = project.json("results/latest.json");
    for benchmark in run["benchmarks"].as_array().unwrap() {
        let launches = benchmark["launches"].as_array().unwrap();
        assert_eq!(launches.len(), 3, "{benchmark}");
        for launch in launches {
            assert_eq!(launch["values"]["wall_time"].as_array().unwrap().len(), 1);
        }
    }
    // Both benchmarks were told by the same three runs, not by six.
    let walls = |index: usize| run["benchmarks"][index]["launches"][0]["rounds"].clone();
    assert_eq!(walls(0), walls(1));
}

#[test]
fn commands_are_measured_in_time_and_memory() {
    let project = project(
        "[suite.commands]\nspin = ['./spin']\n'memory/block' = ['sh', '-c', 'head -c 60000000 /dev/zero | tail -c 50000000 | wc -c']\n",
    );
    project
        .call(&["run", "--launches", "2"])
        .expect(0)
        .says("2 of 2 benchmarks measured");
    let run = project.json("results/latest.json");
    let block = &run["benchmarks"][0];
    assert_eq!(block["id"], "command/spin");
    let launch = &run["benchmarks"][1]["launches"][0];
    assert!(launch["rounds"][0]["wall_ns"][0].as_u64().unwrap() > 0);
    assert!(launch["rounds"][0]["cpu_ns"][0].as_u64().unwrap() > 0);
    assert!(
        launch["peak_rss_bytes"].as_u64().unwrap() > 40_000_000,
        "{launch}"
    );
}

#[test]
fn two_commits_are_compared_by_alternating_whole_runs() {
    let project = project(GO);
    git(&project, &["init", "--quiet"]);
    fs::write(project.path(".gitignore"), ".fabench\nci_results\n").unwrap();
    commit_all(&project, "fast");
    fs::write(project.path("work"), "3000").unwrap();
    commit_all(&project, "slow");
    let called = project
        .call(&[
            "compare",
            "HEAD~1",
            "HEAD",
            "BenchmarkS",
            "--fail-on-regression",
            "--budget",
            "60",
        ])
        .expect(3);
    let report = project.json("ci_results/latest_regression_report.json");
    let verdict = |name: &str| {
        let all = report["benchmarks"].as_array().unwrap();
        let one = all
            .iter()
            .find(|one| one["id"].as_str().unwrap().contains(name))
            .unwrap();
        (
            one["verdict"].as_str().unwrap().to_owned(),
            one["side_by_side"]["launches"].as_u64().unwrap(),
        )
    };
    assert_eq!(verdict("Slow").0, "regression", "{}", called.stdout);
    assert!(
        ["unchanged", "inconclusive"].contains(&verdict("Steady").0.as_str()),
        "{}",
        called.stdout
    );
    assert!(verdict("Steady").1 >= 7, "the same runs tell about both");
    // Both checkouts are kept, by commit.
    let kept = fs::read_dir(project.path(".fabench/checkouts")).unwrap();
    assert_eq!(
        kept.filter(|entry| entry.as_ref().unwrap().path().is_dir())
            .count(),
        2
    );
}

/// What `fabench run` says of a command of this shell text.
fn run_of(shell: &str) -> Called {
    let suite =
        format!("[suite]\ncommand = ['sh', '-c', '''{shell}''']\nformat = 'go'\ntimeout = 2\n");
    project(&suite).call(&["run", "--launches", "2"])
}

#[test]
fn commands_that_misbehave_are_told_with_what_they_said() {
    run_of("echo the cause >&2; exit 3")
        .expect(1)
        .says("exit status: 3")
        .says("it printed: the cause");
    run_of("echo rubbish").expect(1).says("no benchmark in it");
    run_of("true").expect(1).says("the file is empty");
    run_of("sleep 100 & sleep 100")
        .expect(1)
        .says("no answer within 2 s");
    project("[suite]\ncommand = ['./missing']\nformat = 'go'\n")
        .call(&["run"])
        .expect(1)
        .says("can't be started");
    project("[suite]\ncommand = ['true']\nformat = 'go'\noutput = 'work'\n")
        .call(&["run"])
        .expect(1)
        .says("did not write");
    project("[suite]\ncommand = ['true']\nformat = 'gotest'\n")
        .call(&["run"])
        .expect(1)
        .says("there is no format");
}

#[test]
fn a_file_that_the_command_writes_is_read_and_a_stale_one_is_not() {
    let project = project("[suite]\ncommand = ['sh', '-c', './spin > {output}']\n");
    project
        .call(&["run", "--launches", "1"])
        .expect(0)
        .says("2 of 2");
    assert_eq!(fs::read_to_string(project.path("work")).unwrap(), "2000");
}

#[test]
fn an_output_of_200_mb_is_refused_and_not_held() {
    let file = project(
        "[suite]\ncommand = ['truncate', '--size=200000000', 'out']\nformat = 'go'\noutput = 'out'\n",
    );
    let stdout =
        project("[suite]\ncommand = ['head', '--bytes=200000000', '/dev/zero']\nformat = 'go'\n");
    for (project, said) in [(file, "200000000 bytes"), (stdout, "its standard output")] {
        project
            .call(&["run", "--launches", "1"])
            .expect(1)
            .says(said)
            .says("more than the 67108864 (64 MiB)");
    }
}

/// What criterion leaves: `sample.json` of each benchmark, and its name beside it.
const CRITERION: &str = r#"#!/bin/sh
for name in "$@"; do
    folder=target/criterion/$name/new
    mkdir -p $folder
    echo "{\"full_id\": \"sort/$name\"}" > $folder/benchmark.json
    echo "{\"iters\": [1, 2, 3], \"times\": [1000.5, 2000.5, 3000.5]}" > $folder/sample.json
done
"#;

#[test]
fn a_folder_that_the_command_writes_is_read_and_what_is_stale_in_it_is_not() {
    for format in ["format = 'criterion'\n", ""] {
        let suite = |names: &str| {
            format!("[suite]\ncommand = ['./bench'{names}]\n{format}output = 'target/criterion'\n")
        };
        let project = project(&suite(", 'ten', 'hundred'"));
        program(&project.path("bench"), CRITERION);
        let run = ["run", "--launches", "2"];
        project.call(&run).expect(0).says("hundred").says("2 of 2");

        // The other one is still in the folder, and no result of this run.
        fs::write(project.path("fabench.toml"), suite(", 'ten'")).unwrap();
        let called = project.call(&run).expect(0).says("1 of 1");
        assert!(!called.stdout.contains("hundred"), "{}", called.stdout);

        fs::write(project.path("fabench.toml"), suite("")).unwrap();
        project
            .call(&run)
            .expect(1)
            .says("wrote no results into the folder")
            .says("target/criterion");
    }
}

#[test]
fn a_folder_of_a_format_that_has_none_is_told() {
    let project =
        project("[suite]\ncommand = ['mkdir', '-p', 'out']\nformat = 'go'\noutput = 'out'\n");
    project
        .call(&["run", "--launches", "1"])
        .expect(1)
        .says("out is a folder")
        .says("name the file");
}

#[test]
fn benchmarks_of_one_side_are_new_or_missing() {
    let old = project(GO);
    let new = project(GO);
    program(&new.path("spin"), &SPIN.replace("Steady", "Other"));
    old.call(&[
        "compare",
        old.path("").to_str().unwrap(),
        new.path("").to_str().unwrap(),
        "--budget",
        "3",
    ])
    .says("missing")
    .says("new");
}
