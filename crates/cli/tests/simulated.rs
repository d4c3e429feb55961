//! Sixty simulated days whose truth is known: the step, the ramp and the spike are each told where they belong, in
//! `history trend`, in the dashboard, and in the comment on a pull request.

#[allow(dead_code, reason = "its `main` reads arguments")]
#[path = "../../history/examples/simulate_history/main.rs"]
mod simulate_history;
mod support;

use std::fs;
use std::process::Command;

use serde_json::Value;
use simulate_history::{Plan, simulate};
use support::{Called, Project};

/// Benchmark and commit of each change.
struct Truth {
    changes: Vec<Value>,
    commits: Vec<String>,
}

impl Truth {
    fn read(project: &Project) -> Self {
        let listed = Command::new("git")
            .args(["rev-list", "--reverse", "main"])
            .current_dir(project.path("scratch"))
            .output()
            .expect("git starts");
        let listed = String::from_utf8(listed.stdout).expect("hashes");
        let truth = project.json("scratch/simulated.json");
        Self {
            changes: truth["changes"].as_array().expect("changes").clone(),
            commits: listed.lines().map(str::to_owned).collect(),
        }
    }

    /// The commit at which `benchmark` changes, and its neighbours: a change is found within one run.
    fn near(&self, benchmark: &str) -> Vec<&str> {
        let change = self
            .changes
            .iter()
            .find(|one| one["benchmark"] == benchmark);
        let commit = change.expect("a change")["commit"].as_str();
        let at = self
            .commits
            .iter()
            .position(|one| Some(one.as_str()) == commit);
        let at = at.expect("a commit");
        let near = &self.commits[at.saturating_sub(2)..=at + 2];
        near.iter().map(|hash| &hash[..7]).collect()
    }
}

fn call(project: &Project, arguments: &[&str]) -> Called {
    let mut command = project.command(arguments);
    command.current_dir(project.path("scratch"));
    // Where this very test runs in a workflow, its own comment is not to be added to the job's summary.
    command.env_remove("GITHUB_STEP_SUMMARY");
    command.env_remove("GITHUB_ACTIONS");
    Called::of(&command.output().expect("fabench starts"))
}

const STEP: &str = "database_query/single";
const RAMP: &str = "memory_usage/agent_lifecycle";
const SPIKE: &str = "agent_spawn/single";

#[test]
fn a_step_a_ramp_and_a_spike_are_shown_where_they_belong() {
    let project = Project::new();
    let plan = Plan {
        folder: project.path("scratch"),
        days: 60,
        seed: 1,
        benchmarks: 12,
    };
    simulate(&plan).expect("simulated");
    let truth = Truth::read(&project);
    told_by_trend(&project, &truth);
    shown_on_the_page(&project, &truth);
    written_in_the_comment(&project, &truth);
}

/// Both machine classes, each for itself.
fn told_by_trend(project: &Project, truth: &Truth) {
    let step = call(project, &["history", "trend", STEP]).expect(0);
    let since: Vec<&str> = step
        .stdout
        .lines()
        .filter(|line| line.contains("slower since "))
        .collect();
    assert_eq!(since.len(), 2, "{}", step.stdout);
    for line in since {
        assert!(
            truth
                .near(STEP)
                .iter()
                .any(|commit| line.contains(&format!("since {commit}"))),
            "{line}"
        );
        assert!(line.contains("confidence 99."), "{line}");
    }
    assert!(
        step.verdict().contains("2 change points in 2 series"),
        "{}",
        step.stdout
    );
    let ramp = call(project, &["history", "trend", RAMP]).expect(0);
    let crept =
        |line: &&str| line.contains("against the runs from") && line.ends_with("regression");
    assert_eq!(
        ramp.stdout.lines().filter(crept).count(),
        2,
        "{}",
        ramp.stdout
    );
    let spike = call(project, &["history", "trend", SPIKE]).expect(0);
    assert!(
        spike.verdict().contains("0 change points in 2 series"),
        "{}",
        spike.stdout
    );
}

fn shown_on_the_page(project: &Project, truth: &Truth) {
    call(project, &["dashboard", "--out", "site"]).expect(0);
    let page = fs::read_to_string(project.path("scratch/site/index.html")).expect("the page");
    let (_, rest) = page.split_once("id=\"data\">").expect("the data");
    let (data, _) = rest.split_once("</script>").expect("its end");
    let data: Value = serde_json::from_str(data).expect("JSON");
    let groups = data["groups"].as_array().expect("groups");
    assert_eq!(groups.len(), 2, "machine classes are kept apart");
    for group in groups {
        let benchmark = |id: &str| {
            let all = group["benchmarks"].as_array().expect("benchmarks");
            all.iter()
                .find(|one| one["id"] == id)
                .expect("the benchmark")
        };
        let changes = benchmark(STEP)["changes"].as_array().expect("changes");
        assert_eq!(changes.len(), 1, "{changes:?}");
        let run = changes[0]["run"].as_u64().expect("a run") as usize;
        let commit = group["runs"][run]["commit"].as_str().expect("a commit");
        assert!(truth.near(STEP).contains(&&commit[..7]), "{commit}");
        assert_eq!(changes[0]["verdict"], "regression");
        assert_eq!(benchmark(SPIKE)["changes"], serde_json::json!([]));
    }
    // The baseline is of the first class, the first of its runs: what crept is worse than it was then.
    let judged = groups.iter().find(|group| !group["baseline"].is_null());
    let judged = judged.expect("a baseline")["benchmarks"]
        .as_array()
        .expect("benchmarks");
    let verdict = |id: &str| {
        let one = judged
            .iter()
            .find(|one| one["id"] == id)
            .expect("the benchmark");
        one["finding"]["verdict"].clone()
    };
    assert_eq!(verdict(RAMP), "regression");
    // Two single runs far apart in time are no proof of 10 %, which the series is.
    assert!(["regression", "warning"].contains(&verdict(STEP).as_str().expect("a verdict")));
    assert!(["inconclusive", "unchanged"].contains(&verdict(SPIKE).as_str().expect("a verdict")));
}

fn written_in_the_comment(project: &Project, truth: &Truth) {
    let check = ["check", "--github-comment", "--fail-on-regression"];
    call(project, &check).expect(3);
    let comment = fs::read_to_string(project.path("scratch/ci_results/github_comment.md"))
        .expect("the comment");
    let first = comment.lines().next().expect("a verdict");
    assert!(
        first.starts_with("🔴 **Slower**") && first.contains(STEP),
        "{comment}"
    );
    let (_, worse) = comment.split_once("### Worse").expect("what is worse");
    let (worse, rest) = worse.split_once("\n\n<details>").unwrap_or((worse, ""));
    let row = |id: &str| worse.lines().find(|line| line.contains(id));
    let step = row(STEP).unwrap_or_else(|| panic!("no {STEP} in\n{comment}"));
    let since = |commit: &&str| step.contains(&format!("slower since {commit}, 11 days ago"));
    assert!(truth.near(STEP).iter().any(since), "{step}");
    let ramp = row(RAMP).unwrap_or_else(|| panic!("no {RAMP} in\n{comment}"));
    // It has no step, so that there is no commit to name.
    assert!(ramp.contains("regression"), "{ramp}");
    assert!(row(SPIKE).is_none() && rest.contains(SPIKE), "{comment}");
}
