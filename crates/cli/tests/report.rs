//! `fabench report`, `run --histogram` and `--github-comment`: real results in every format.

mod support;

use std::fs;
use std::path::Path;

use support::Project;

#[test]
fn a_result_and_a_comparison_are_shown_in_every_format() {
    let project = Project::with_baseline();
    let of_run = |format: &str| {
        project
            .call(&["report", "results/latest.json", "--format", format])
            .expect(0)
            .stdout
    };
    assert!(
        of_run("terminal")
            .lines()
            .last()
            .unwrap_or_default()
            .starts_with("3 of 3 benchmarks measured")
    );
    assert!(of_run("markdown").starts_with("🟢 **Measured**: 3 of 3"));
    assert!(of_run("html").starts_with("<!doctype html>") && of_run("html").contains("work/first"));
    assert!(of_run("junit").contains("<testcase classname=\"work\" name=\"first\"/>"));
    assert!(of_run("csv").contains("\nwork/first,cpu_time,ns,lower,true,measured,6,"));
    assert!(of_run("svg").starts_with("<svg ") && of_run("svg").contains("6 launches"));
    let json = of_run("json");
    assert_eq!(
        json,
        fs::read_to_string(project.path("results/latest.json")).unwrap()
    );

    project
        .call(&["check", "--github-comment"])
        .expect(0)
        .says("github_comment.md");
    let comment = fs::read_to_string(project.path("ci_results/github_comment.md")).unwrap();
    let shown = project
        .call(&["report", "--format", "markdown"])
        .expect(0)
        .stdout;
    assert_eq!(shown, comment, "the latest comparison is the default");
    let json = project
        .call(&["report", "--format", "json", "--output", "again.json"])
        .expect(0);
    assert!(
        json.stdout.starts_with("report again.json"),
        "{}",
        json.stdout
    );
    let again = project
        .call(&["report", "again.json", "--format", "json"])
        .expect(0)
        .stdout;
    assert_eq!(
        again,
        fs::read_to_string(project.path("ci_results/latest_regression_report.json")).unwrap()
    );
    let baseline = project.baseline().display().to_string();
    project
        .call(&["report", &baseline])
        .expect(0)
        .says("3 of 3 benchmarks measured");
}

#[test]
fn what_is_no_report_is_named_with_what_to_do() {
    let project = Project::new();
    project
        .call(&["report"])
        .expect(1)
        .says("latest.json does not exist")
        .says("fabench run");
    project
        .call(&["report", "--format", "docx"])
        .expect(2)
        .says("junit");
    for (text, part) in [
        (
            "{\"schema_version\": 9, \"overall\": {}}",
            "is not a usable comparison",
        ),
        ("{\"schema_version\": 1, \"overall\": {}}", "line 1"),
        ("{\"schema_version\": 7, \"benchmarks\": []}", "version 7"),
        ("{\"past_runs\": []}", "is not a usable baseline"),
        ("", "empty"),
        ("[1]", "no file of fabench"),
    ] {
        fs::write(project.path("x.json"), text).unwrap();
        let called = project
            .call(&["report", "x.json", "--format", "html"])
            .expect(1)
            .says("x.json")
            .says(part);
        assert_eq!(called.stdout, "");
    }
}

#[test]
fn pictures_are_drawn_and_drawn_again() {
    let project = Project::new();
    for _ in 0..2 {
        project
            .run("", &["work", "--histogram", "pictures"])
            .expect(0)
            .says("drawn 3 pictures");
    }
    for name in ["work.svg", "work/first.svg", "work/second.svg"] {
        let svg = fs::read_to_string(project.path("pictures").join(name)).unwrap();
        assert!(
            svg.contains("prefers-color-scheme:dark") && !svg.contains("<script"),
            "{name}"
        );
    }
}

#[test]
fn annotations_and_summary_are_for_workflows() {
    let project = Project::with_baseline();
    project.run("slow", &[]).expect(0);
    let plain = project
        .command(&["check"])
        .env_remove("GITHUB_ACTIONS")
        .output()
        .unwrap();
    assert!(!String::from_utf8_lossy(&plain.stdout).contains("::error"));
    project
        .call(&["check", "--github-annotations"])
        .expect(0)
        .says("::error title=regression%3A work/first::work/first (cpu_time): cost +");
    let summary = project.path("summary.md");
    fs::write(&summary, "of another step\n").unwrap();
    let mut command = project.command(&["check", "--github-comment"]);
    assert!(
        command
            .env("GITHUB_STEP_SUMMARY", &summary)
            .status()
            .unwrap()
            .success()
    );
    let text = fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("of another step\n🔴 **Slower**"), "{text}");
    // What can't be written is told, and changes nothing else.
    let mut command = project.command(&["check", "--github-comment"]);
    let output = command
        .env("GITHUB_STEP_SUMMARY", project.path("no/such/folder"))
        .output()
        .unwrap();
    assert!(output.status.success() && String::from_utf8_lossy(&output.stderr).contains("summary"));
}

#[test]
fn without_a_baseline_the_comment_shows_the_result() {
    let project = Project::new();
    project.run("", &[]).expect(0);
    project.call(&["check", "--github-comment"]).expect(4);
    let comment = fs::read_to_string(project.path("ci_results/github_comment.md")).unwrap();
    assert!(comment.starts_with("🟢 **Measured**"), "{comment}");
}

#[test]
fn machines_of_different_classes_have_baselines_of_their_own() {
    let project = Project::new();
    project.run("", &[]).expect(0);
    let accept = ["check", "--per-machine", "--update-baseline"];
    project.call(&accept).expect(0).says("first baseline");
    project.edit("results/latest.json", |run| {
        run["environment"]["machine"]["cpu"] = "another".into();
    });
    project
        .call(&["check", "--per-machine"])
        .expect(4)
        .says("--per-machine");
    project.call(&accept).expect(0).says("first baseline");
    assert_eq!(fs::read_dir(project.path("baselines")).unwrap().count(), 2);
}

#[test]
fn a_table_is_grouped_as_pytest_benchmark_groups_its_own() {
    let project = Project::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../record/tests/data/formats/pytest-benchmark.json");
    fs::copy(data, project.path("pytest.json")).unwrap();
    let titles = |keys: &str| {
        let called = project.call(&["report", "pytest.json", "--group-by", keys]);
        let table = called.expect(0).stdout;
        let lines = table.lines().skip(1);
        lines
            .take_while(|line| !line.starts_with("3 of 3"))
            .filter(|line| !line.starts_with(' '))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    assert_eq!(titles("category"), ["test_sort"]);
    assert_eq!(titles("group"), ["no group", "sort"]);
    assert_eq!(titles("func"), ["test_range", "test_sort"]);
    assert_eq!(
        titles("name"),
        ["test_range", "test_sort[1000]", "test_sort[100]"]
    );
    assert_eq!(titles("fullname").len(), 3);
    assert_eq!(titles("param"), ["no parameters", "size=100", "size=1000"]);
    assert_eq!(
        titles("param:size,group"),
        ["no size, no group", "size=100, sort", "size=1000, sort"]
    );
    project
        .call(&["report", "pytest.json", "--group-by", "size"])
        .expect(2)
        .says("param:NAME");
    project
        .call(&[
            "report",
            "pytest.json",
            "--columns",
            "min",
            "--format",
            "csv",
        ])
        .expect(1)
        .says("leave them out");
}

#[test]
fn comparisons_are_grouped_too_the_gravest_group_first() {
    let project = Project::new();
    let data = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../record/tests/data/formats/pytest-benchmark.json");
    let old = fs::read_to_string(data).unwrap();
    let mut new: serde_json::Value = serde_json::from_str(&old).unwrap();
    let slower = new["benchmarks"].as_array_mut().unwrap();
    let slower = slower
        .iter_mut()
        .find(|one| one["name"] == "test_sort[1000]")
        .unwrap();
    for time in slower["stats"]["data"].as_array_mut().unwrap() {
        *time = (time.as_f64().unwrap() * 10.0).into();
    }
    fs::write(project.path("old.json"), old).unwrap();
    fs::write(project.path("new.json"), new.to_string()).unwrap();
    let titles = |arguments: &[&str]| {
        let table = project.call(arguments).expect(0).stdout;
        let lines = table.lines().skip(1).take_while(|line| !line.is_empty());
        lines
            .filter(|line| !line.starts_with(' '))
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let by_size = ["size=1000", "no size", "size=100"];
    let grouped = [
        "compare",
        "old.json",
        "new.json",
        "--group-by",
        "param:size",
    ];
    assert_eq!(titles(&grouped), by_size);
    assert_eq!(titles(&["report", "--group-by", "param:size"]), by_size);
    assert_eq!(
        titles(&["report", "--group-by", "group"]),
        ["sort", "no group"]
    );
    let ungrouped = project.call(&["report"]).expect(0).stdout;
    assert!(ungrouped.contains("\nwarning "), "{ungrouped}");

    let shown = project.call(&["report", "old.json"]).expect(0).stdout;
    assert!(
        shown.ends_with("3 of 3 benchmarks measured\n"),
        "the file does not say how long it took: {shown}"
    );

    let accept = ["check", "--results-file", "old.json", "--update-baseline"];
    project.call(&accept).expect(0);
    let checked = ["check", "--results-file", "new.json", "--group-by", "func"];
    assert_eq!(titles(&checked), ["test_sort", "test_range"]);
    project
        .call(&["report", "--sort", "mean"])
        .expect(1)
        .says("order of their verdicts");
}
