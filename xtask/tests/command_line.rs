//! The real executable: what a stranger types, and what comes back.

use std::process::{Command, Output};

fn xtask(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .output()
        .unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn help_names_the_tasks() {
    let output = xtask(&["--help"]);
    assert!(output.status.success());
    let help = text(&output.stdout);
    assert!(
        help.contains("cargo xtask") && help.contains("test") && help.contains("peers"),
        "{help}"
    );
}

#[test]
fn list_names_every_step_and_runs_none() {
    let output = xtask(&["test", "--list"]);
    assert!(output.status.success());
    let list = text(&output.stdout);
    for step in ["system", "fmt", "clippy", "doc", "test", "deny"] {
        assert!(list.lines().any(|line| line.starts_with(step)), "{list}");
    }
    assert!(output.stderr.is_empty());
}

#[test]
fn a_wrong_step_is_a_usage_error_that_names_the_right_ones() {
    let output = xtask(&["test", "--only", "clipy"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(
        message.contains("clippy") && message.contains("deny"),
        "{message}"
    );
}

#[test]
fn a_wrong_peer_is_a_usage_error_that_names_the_right_ones() {
    let output = xtask(&["peers", "databse"]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("database"), "{message}");
}

#[test]
fn the_campaigns_are_listed_and_a_wrong_one_is_an_error_that_names_the_right_ones() {
    let output = xtask(&["torture", "--list"]);
    assert!(output.status.success());
    let list = text(&output.stdout);
    assert!(
        list.lines().any(|line| line.starts_with("gateway ")),
        "{list}"
    );
    let output = xtask(&["torture", "--only", "gatway"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("gateway"));
    let output = xtask(&["torture", "--minutes", "NaN"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_failing_step_is_the_verdict_and_says_how_to_run_it_again() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["test", "--only", "fmt", "--only", "deny"])
        .env("CARGO", "false")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let verdict = text(&output.stdout);
    let last = verdict.lines().last().unwrap();
    assert!(last.contains("failed at fmt"), "{verdict}");
    assert!(last.ends_with("cargo xtask test --only fmt"), "{verdict}");
    assert!(text(&output.stderr).contains("not run: deny"));
}

#[test]
fn steps_that_pass_end_in_a_verdict_on_the_last_line() {
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["test", "--only", "fmt"])
        .env("CARGO", "true")
        .output()
        .unwrap();
    assert!(output.status.success());
    let verdict = text(&output.stdout);
    assert!(
        verdict.lines().last().unwrap().contains("passed"),
        "{verdict}"
    );
}

/// Runs `arguments` with a cargo that lacks these subcommands; returns what it was asked for as well.
#[cfg(unix)]
fn with_cargo_lacking(lacking: &str, name: &str, arguments: &[&str]) -> (Output, String) {
    let notes = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.notes"));
    std::fs::write(&notes, "").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .env(
            "CARGO",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/cargo.sh"),
        )
        .env("LACKING", lacking)
        .env("NOTES", &notes)
        .output()
        .unwrap();
    (output, std::fs::read_to_string(notes).unwrap())
}

#[cfg(unix)]
#[test]
fn without_nextest_and_deny_the_tests_run_all_the_same() {
    let arguments = ["test", "--skip", "system", "--", "a_filter"];
    let (output, asked) = with_cargo_lacking("nextest deny", "without-tools", &arguments);
    let errors = text(&output.stderr);
    assert!(output.status.success(), "{errors}");
    assert!(asked.contains("|fmt --all --check"), "{asked}");
    assert!(
        asked.contains("|clippy --workspace --all-targets -- --deny warnings"),
        "{asked}"
    );
    assert!(asked.contains("|test --workspace --doc"), "{asked}");
    let tests = asked
        .lines()
        .find(|line| line.contains("--no-fail-fast"))
        .unwrap();
    assert!(
        tests.starts_with("1|test --workspace") && tests.ends_with("a_filter"),
        "{asked}"
    );
    let verdict = text(&output.stdout);
    assert!(
        verdict.contains("passed")
            && verdict.contains("memory (cargo-nextest is not installed")
            && verdict.contains("deny (cargo-deny is not installed"),
        "{verdict}"
    );
}

#[cfg(unix)]
#[test]
fn with_nextest_and_deny_both_are_used() {
    let arguments = ["test", "--only", "test", "--only", "deny", "--advisories"];
    let (output, asked) = with_cargo_lacking("", "with-tools", &arguments);
    assert!(output.status.success());
    assert!(
        asked.contains("1|nextest run --profile ci --workspace"),
        "{asked}"
    );
    assert!(
        asked.contains("deny check --hide-inclusion-graph bans licenses sources advisories"),
        "{asked}"
    );
    assert!(!text(&output.stdout).contains("skipped"));
}
