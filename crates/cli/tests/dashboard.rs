//! `fabench dashboard`: what it writes, and what it says of a history that it can't show.

mod support;

use support::Project;
use support::days::{Course, record, ripple};

const HISTORY: &str = ".fabench/history.db";

fn page(project: &Project) -> String {
    std::fs::read_to_string(project.path("out/index.html")).expect("the page")
}

/// The data in the page.
fn data(page: &str) -> serde_json::Value {
    let start = page.find("id=\"data\">").expect("the data") + "id=\"data\">".len();
    let end = start + page[start..].find("</script>").expect("its end");
    serde_json::from_str(&page[start..end]).expect("JSON")
}

#[test]
fn without_a_history_the_page_says_so() {
    let project = Project::new();
    project
        .call(&["dashboard", "--out", "out"])
        .expect(0)
        .says("no run is recorded yet");
    assert_eq!(data(&page(&project))["groups"], serde_json::json!([]));
    assert!(!project.path(HISTORY).exists(), "looking makes no history");
}

#[test]
fn a_step_a_spike_and_calm_are_told_apart() {
    let project = Project::new();
    let courses = [
        Course {
            id: "net/step",
            factor: |day| ripple(day) * if day < 3 { 1.25 } else { 1.0 },
        },
        Course {
            id: "net/old",
            factor: |day| ripple(day) * if day < 15 { 1.12 } else { 1.0 },
        },
        Course {
            id: "net/spike",
            factor: |day| if day == 0 { 1.5 } else { ripple(day) },
        },
        Course {
            id: "net/better",
            factor: |day| ripple(day) * if day < 5 { 0.8 } else { 1.0 },
        },
        Course {
            id: "net/calm",
            factor: ripple,
        },
    ];
    record(&project.path(HISTORY), &courses, 30);
    project
        .call(&["dashboard", "--out", "out"])
        .expect(0)
        .says("30 runs, 5 series on 1 machine class: 1 worse in the last 7 days");
    let data = data(&page(&project));
    let found = |id: &str| {
        let all = data["groups"][0]["benchmarks"]
            .as_array()
            .expect("benchmarks")
            .iter();
        all.clone()
            .find(|one| one["id"] == id)
            .expect("the benchmark")
            .clone()
    };
    let step = found("net/step");
    assert_eq!(step["recent"]["verdict"], "regression");
    assert_eq!(
        step["recent"]["run"], 27,
        "three of thirty days have the new level"
    );
    assert_eq!(found("net/old")["changes"][0]["run"], 15);
    assert_eq!(found("net/old")["recent"], serde_json::Value::Null);
    assert_eq!(found("net/better")["recent"]["verdict"], "improvement");
    for calm in ["net/spike", "net/calm"] {
        assert_eq!(found(calm)["changes"], serde_json::json!([]), "{calm}");
    }
    let run = &data["groups"][0]["runs"][27];
    assert_eq!(run["commit"], support::days::commit(2));
    assert!(step["distribution"]["samples"].as_u64().expect("samples") > 0);
}

#[test]
fn a_history_that_cannot_be_read_replaces_no_page() {
    let project = Project::new();
    std::fs::create_dir_all(project.path("out")).unwrap();
    std::fs::create_dir_all(project.path(".fabench")).unwrap();
    std::fs::write(project.path("out/index.html"), "before").unwrap();
    std::fs::write(
        project.path(HISTORY),
        "no database at all, but long enough to be looked at",
    )
    .unwrap();
    let called = project.call(&["dashboard", "--out", "out"]).expect(1);
    called.says("history.db");
    assert_eq!(page(&project), "before");
    project.call(&["dashboard"]).expect(2).says("--out");
}

#[test]
fn names_cannot_leave_the_data() {
    let project = Project::new();
    let courses = [
        Course {
            id: "x/</script><script>owned()</script>",
            factor: ripple,
        },
        Course {
            id: "x/<!--<img src=x onerror=owned()>",
            factor: ripple,
        },
    ];
    record(&project.path(HISTORY), &courses, 2);
    project.call(&["dashboard", "--out", "out"]).expect(0);
    let page = page(&project);
    assert!(!page.contains("<script>owned()") && !page.contains("<img src=x"));
    let data = data(&page);
    let all = data["groups"][0]["benchmarks"]
        .as_array()
        .expect("benchmarks");
    assert!(all.iter().any(|one| one["id"] == courses[0].id));
}

#[test]
fn profiles_of_the_newest_runs_are_in_the_page_as_far_as_there_is_room() {
    let project = Project::new();
    let names: Vec<String> = (0..700).map(|at| format!("many/b{at:03}")).collect();
    let courses: Vec<Course<'_>> = names
        .iter()
        .map(|id| Course { id, factor: ripple })
        .collect();
    record(&project.path(HISTORY), &courses, 2);
    let run = support::days::newest(&project.path(HISTORY));
    let stacks: String = (0..150)
        .map(|at| format!("main;f{at} {}\n", 10 + at))
        .collect();
    for at in 0..700 {
        let folder = project.path(&format!("results/profiles/{run}/many.b{at:03}"));
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join("cpu.collapsed.txt"), &stacks).unwrap();
    }
    // No run has this name, and no profile of it is looked for.
    std::fs::create_dir_all(project.path("results/profiles/other/many.b000")).unwrap();
    let called = project.call(&["dashboard", "--out", "out"]).expect(0);
    let called = called.says("flame graphs are not in this page, which holds 60000 frames");
    assert!(called.stderr.contains("warning"), "{}", called.stderr);
    let page = page(&project);
    assert!(page.len() < 8 << 20, "{} bytes", page.len());
    let data = data(&page);
    let group = &data["groups"][0];
    let profiles = group["profiles"].as_array().expect("profiles");
    assert!((500..700).contains(&profiles.len()), "{}", profiles.len());
    let first = &profiles[0];
    assert_eq!((&first["run"], &first["cost"]), (&1.into(), &"cpu".into()));
    assert_eq!(first["folder"], format!("results/profiles/{run}/many.b000"));
    let widths = first["values"].as_array().expect("widths");
    assert!((50..=100).contains(&widths.len()), "{}", widths.len());
    assert_eq!(first["omitted"], 152 - widths.len());
    assert_eq!(group["benchmarks"][0]["profiles"], serde_json::json!([0]));
    assert_eq!(group["benchmarks"][699]["profiles"], serde_json::json!([]));
}
