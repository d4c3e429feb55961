//! `init`, `doctor`, completions, listings for programs.

mod support;

use std::fs;
use std::process::Command;

use support::{Called, Project};

/// fabench in `folder`, which is no project of its own.
fn call(folder: &std::path::Path, arguments: &[&str]) -> Called {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fabench"));
    Called::of(
        &command
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap(),
    )
}

#[test]
fn init_writes_what_is_missing_and_overwrites_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    fs::write(path("go.mod"), "module example\n").unwrap();
    call(folder.path(), &["init"])
        .expect(0)
        .says("found a Go module")
        .says("written fabench.toml");
    let written = fs::read_to_string(path("fabench.toml")).unwrap();
    // The suite starts `go`, which not everybody has.
    let doctor = |path: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fabench"));
        command.arg("doctor").current_dir(folder.path());
        Called::of(&command.env("PATH", path).output().unwrap())
    };
    doctor("/nowhere")
        .expect(1)
        .says("it starts `go`, which is not there")
        .says("not ready");
    fs::create_dir(path("bin")).unwrap();
    fs::write(path("bin/go"), "").unwrap();
    doctor("bin")
        .expect(0)
        .says("configured, no goals")
        .says("ready");
    call(folder.path(), &["init"])
        .expect(1)
        .says("fabench.toml exists already");

    fs::create_dir(path(".git")).unwrap();
    fs::write(path(".gitignore"), "target\n/results\n").unwrap();
    fs::write(path("fabench.toml"), "# mine\n").unwrap();
    call(folder.path(), &["init", "--ci", "github"])
        .expect(0)
        .says("not for git, write into .gitignore: /.fabench/, /ci_results/\n")
        .says("written .github/workflows/performance.yml");
    assert_eq!(
        fs::read_to_string(path("fabench.toml")).unwrap(),
        "# mine\n"
    );
    fs::remove_file(path(".github/workflows/performance.yml")).unwrap();
    call(folder.path(), &["init", "--ci", "github"])
        .expect(1)
        .says("performance-comment.yml exists already");
    assert!(
        !path(".github/workflows/performance.yml").exists(),
        "nothing is written by halves"
    );
    assert!(written.contains("[policy]"));
    call(folder.path(), &["init", "--ci", "gitlab"])
        .expect(2)
        .says("github");
}

#[test]
fn the_doctor_names_what_is_wrong_and_what_to_do() {
    let project = Project::new();
    project
        .call(&["doctor"])
        .expect(0)
        .says("ok     configuration")
        .says("fabench run && fabench check");
    let json = project
        .call(&["doctor", "--format", "json"])
        .expect(0)
        .stdout;
    let report: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["schema_version"], 1);
    let findings = report["findings"].as_array().unwrap();
    assert!(findings.len() >= 10, "{json}");
    for finding in findings {
        assert_eq!(
            finding["state"] != "ok",
            finding["remedy"].is_string(),
            "{finding}"
        );
    }
    fs::write(project.path("fabench.toml"), "[sweet]\n").unwrap();
    project
        .call(&["doctor"])
        .expect(1)
        .says("wrong")
        .says("sweet")
        .says("not ready");
}

#[test]
fn lists_are_for_programs_too() {
    let project = Project::new();
    let json = project
        .call(&["run", "--list", "--format", "json"])
        .expect(0)
        .stdout;
    let list: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(list[0]["id"], "work/first");
    project
        .call(&["run", "--format", "json"])
        .expect(2)
        .says("--list");
}

#[test]
fn no_colour_where_it_is_not_wanted() {
    let project = Project::new();
    for (name, value) in [("NO_COLOR", "1"), ("TERM", "dumb")] {
        let output = project
            .command(&["doctor"])
            .env(name, value)
            .output()
            .unwrap();
        assert!(!output.stdout.contains(&0x1b), "{name}");
    }
}

#[test]
fn every_shell_has_completions_that_name_the_commands() {
    let project = Project::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        project
            .call(&["completions", shell])
            .expect(0)
            .says("fail-on-regression");
    }
}
