//! `fabench history`: what was recorded is listed, shown, told with its change points, pruned, carried and merged.

mod support;

use std::fs;
use std::path::Path;

use fabench_history::History;
use fabench_record::Run;
use jiff::{SignedDuration, Timestamp};
use support::{Called, Project};

/// A day's run each until now, made of the latest result of `project`; from `step` on its times are 1.3-fold.
fn record_days(project: &Project, days: i64, step: i64) {
    let result = fs::read(project.path("results/latest.json")).unwrap();
    let measured = Run::from_json(&result).unwrap();
    let mut history = History::open(&project.path(".fabench/history.db")).unwrap();
    let now: Timestamp = measured.started_at.parse().unwrap();
    for day in 0..days {
        let mut run = measured.clone();
        let started = now - SignedDuration::from_hours(24 * (days - day));
        run.id = format!("{}-{day:07}", started.strftime("%Y%m%dT%H%M%SZ"));
        run.started_at = started.to_string();
        run.source.commit = Some(format!("{day:07}abcdef"));
        run.source.branch = Some("main".into());
        let ripple = 1.0 + 0.001 * (day % 5) as f64;
        let factor = ripple * if day >= step { 1.3 } else { 1.0 };
        let benchmarks = run.benchmarks.iter_mut();
        let launches = benchmarks.flat_map(|bench| &mut bench.launches);
        for round in launches.flat_map(|launch| &mut launch.rounds) {
            for ns in round.wall_ns.iter_mut().chain(&mut round.cpu_ns) {
                *ns = (*ns as f64 * factor) as u64;
            }
        }
        history.append(&run).unwrap();
    }
}

fn json(called: &Called) -> serde_json::Value {
    serde_json::from_str(&called.stdout).unwrap()
}

#[test]
fn without_a_history_the_way_to_one_is_told_and_none_is_made() {
    let project = Project::new();
    for action in [
        &["list"][..],
        &["show"],
        &["trend", "a/b"],
        &["prune"],
        &["export"],
    ] {
        let called = project.call(&[&["history"], action].concat()).expect(1);
        called.says("run --record");
    }
    assert!(!project.path(".fabench").exists());
}

#[test]
fn a_recorded_run_is_listed_shown_and_judged() {
    let project = Project::with_baseline();
    project.run("slow", &["--record"]).expect(0);
    project.call(&["check"]).expect(0);
    let listed = project
        .call(&["history", "list"])
        .expect(0)
        .says("regression");
    assert!(listed.verdict().starts_with("1 runs"), "{}", listed.stdout);
    let shown = project
        .call(&["history", "show"])
        .expect(0)
        .says("work/first");
    assert!(shown.verdict().contains("regression"), "{}", shown.stdout);
    let shown = json(
        &project
            .call(&["history", "show", "--format", "json"])
            .expect(0),
    );
    assert_eq!(shown["comparisons"].as_array().unwrap().len(), 1);
    let id = shown["row"]["id"].as_str().unwrap();
    project
        .call(&["history", "show", &id[..id.len() - 1]])
        .expect(0);
    project
        .call(&["history", "show", "nothing"])
        .expect(2)
        .says(id);
    let trends = project.json("ci_results/performance_trends.json");
    assert_eq!(trends["run"], id);
}

#[test]
fn a_step_is_told_with_its_commit_wherever_it_matters() {
    let project = Project::with_baseline();
    record_days(&project, 40, 28);
    // The baseline is older than the step.
    project.edit("baselines/performance_baseline.json", |baseline| {
        let started: Timestamp = baseline["run"]["started_at"]
            .as_str()
            .unwrap()
            .parse()
            .unwrap();
        let before = started - SignedDuration::from_hours(24 * 41);
        baseline["run"]["started_at"] = before.to_string().into();
    });
    let called = project.call(&["history", "trend", "work/first"]).expect(0);
    let called = called
        .says("slower since 0000028 (after 0000027)")
        .says("confidence 99.5 %");
    assert!(
        called.stdout.contains('▲') && called.stdout.contains('•'),
        "{}",
        called.stdout
    );
    assert!(
        called.verdict().contains("1 change points in 1 series"),
        "{}",
        called.verdict()
    );
    let found = json(
        &project
            .call(&["history", "trend", "work/first", "--format", "json"])
            .expect(0),
    );
    assert_eq!(found[0]["trend"]["changes"][0]["commit"], "0000028abcdef");
    assert_eq!(found[0]["trend"]["creep"]["verdict"], "regression");

    project
        .run("slow", &["--record"])
        .expect(0)
        .says("slower since 0000028, 12 days ago");
    project
        .call(&["check"])
        .expect(0)
        .says("slower since 0000028, 12 days ago, +");
    let report = project.json("ci_results/latest_regression_report.json");
    let mut flagged = report["benchmarks"].as_array().unwrap().iter();
    let first = flagged.find(|one| one["id"] == "work/first").unwrap();
    assert_eq!(first["since"]["commit"], "0000028abcdef", "{first}");
    assert_eq!(first["since"]["days"], 12);

    project
        .call(&["history", "trend", "work/frist"])
        .expect(2)
        .says("`work/first`");
    let said = project.call(&["history", "trend", "work/first", "--metric", "speed"]);
    said.expect(2).says("its metrics are: ");
}

#[test]
fn an_export_carries_everything_and_merges_once() {
    let project = Project::with_baseline();
    record_days(&project, 10, 99);
    project
        .call(&["history", "export", "all.jsonl"])
        .expect(0)
        .says("10 runs");
    let other = Project::new();
    let file = project.path("all.jsonl").display().to_string();
    let latest = project.path("results/latest.json").display().to_string();
    let into = ["history", "--history", "elsewhere.db", "import"];
    let added = other
        .call(&[&into[..], &[&file, &latest]].concat())
        .expect(0);
    assert!(
        added.verdict().starts_with("11 runs"),
        "{}",
        added.verdict()
    );
    let again = other.call(&[&into[..], &[&file]].concat()).expect(0);
    assert!(
        again.verdict().contains("10 runs were known"),
        "{}",
        again.verdict()
    );
    assert!(other.path("elsewhere.db").exists() && !other.path(".fabench").exists());
    let lines = project.call(&["history", "export"]).expect(0);
    assert_eq!(lines.stdout, fs::read_to_string(&file).unwrap());

    let text = fs::read_to_string(&file).unwrap();
    fs::write(other.path("cut.jsonl"), &text[..text.len() / 2]).unwrap();
    other
        .call(&["history", "import", "cut.jsonl"])
        .expect(1)
        .says("line ");
    other
        .call(&["history", "import", "missing.jsonl"])
        .expect(1)
        .says("does not exist");
    assert!(
        !other.path(".fabench").exists(),
        "nothing is begun for what can't be read"
    );
}

#[test]
fn pruning_keeps_the_baseline_and_a_week() {
    let project = Project::with_baseline();
    record_days(&project, 30, 99);
    project.run("", &["--record"]).expect(0);
    project
        .call(&["check", "--update-baseline", "--force-baseline"])
        .expect(0);
    let values = project.json("baselines/performance_history.json");
    assert!(values["series"][0]["points"].as_array().unwrap().len() >= 31);
    project.call(&["history", "prune", "--days", "0"]).expect(2);
    let pruned = json(
        &project
            .call(&[
                "history", "prune", "--days", "5", "--delete", "--format", "json",
            ])
            .expect(0),
    );
    assert_eq!(pruned["runs"], 26);
    let listed = json(
        &project
            .call(&["history", "list", "--format", "json"])
            .expect(0),
    );
    assert!(listed[0]["baseline"].as_bool().unwrap());
    assert_eq!(listed.as_array().unwrap().len(), 5);
}

#[test]
fn a_history_that_fails_is_a_warning_and_changes_no_verdict() {
    let project = Project::with_baseline();
    fs::create_dir_all(project.path(".fabench")).unwrap();
    let damage = "this is no database ".repeat(500);
    fs::write(project.path(".fabench/history.db"), &damage).unwrap();
    project
        .run("slow", &["--record"])
        .expect(0)
        .says("the run is not recorded")
        .says("move it away");
    let checked = project.call(&["check", "--fail-on-regression"]).expect(3);
    checked.says("the history is not used");
    project
        .call(&["history", "list"])
        .expect(1)
        .says("history.db");
    assert_eq!(
        fs::read_to_string(project.path(".fabench/history.db")).unwrap(),
        damage
    );

    let server = "postgres://ann:s3cret@127.0.0.1:1/db";
    let called = project
        .call(&["check", "--fail-on-regression", "--history", server])
        .expect(3);
    assert!(
        called.stderr.contains("warning: the history is not used"),
        "{}",
        called.stderr
    );
    assert!(!called.stderr.contains("s3cret"), "{}", called.stderr);
    let by_variable = project
        .command(&["history", "list"])
        .env("FABENCH_HISTORY", server)
        .output()
        .unwrap();
    let called = Called::of(&by_variable).expect(1).says("ann@127.0.0.1:1");
    assert!(!called.stderr.contains("s3cret"), "{}", called.stderr);
}

#[test]
fn hostile_names_steer_no_terminal() {
    let project = Project::with_baseline();
    record_days(&project, 1, 99);
    let mut history = History::open(Path::new(&project.path(".fabench/history.db"))).unwrap();
    let result = fs::read(project.path("results/latest.json")).unwrap();
    let mut run = Run::from_json(&result).unwrap();
    run.id = "evil\u{1b}[2J<script>'\"".into();
    run.source.branch = Some("\u{1b}]0;owned\u{7}".into());
    history.append(&run).unwrap();
    drop(history);
    for action in [&["list"][..], &["show", "evil"]] {
        let called = project
            .call(&[&["history"], action].concat())
            .expect(0)
            .says("<script>'\"");
        assert!(
            !called.stdout.contains('\u{1b}') && !called.stdout.contains('\u{7}'),
            "{:?}",
            called.stdout
        );
    }
}

#[test]
fn a_clock_that_was_set_back_is_told() {
    let project = Project::with_baseline();
    let result = fs::read(project.path("results/latest.json")).unwrap();
    let mut ahead = Run::from_json(&result).unwrap();
    ahead.id = "ahead".into();
    ahead.started_at = "2190-01-01T00:00:00Z".into();
    let mut history = History::open(&project.path(".fabench/history.db")).unwrap();
    history.append(&ahead).unwrap();
    drop(history);
    project
        .run("", &["--record"])
        .expect(0)
        .says("was the clock set back?");
    let listed = project.call(&["history", "list"]).expect(0);
    assert!(listed.verdict().starts_with("2 runs"), "{}", listed.stdout);
}
