//! `examples/pytest-benchmark`: two commits of a Python project are compared by one command.

mod support;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use support::Called;

/// The folder of a `python` that has pytest-benchmark; `None`, and said, where there is none.
fn python() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join("pytest-benchmark"))
        .find_map(|program| program.canonicalize().ok());
    // The script lies beside the Python that it belongs to.
    let folder = found.and_then(|script| Some(script.parent()?.to_owned()));
    let folder = folder.filter(|folder| folder.join("python").exists());
    if folder.is_none() {
        let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
        assert!(
            !required,
            "FABENCH_REQUIRE_SERVERS=1, but there is no pytest-benchmark"
        );
        eprintln!("skipped: there is no pytest-benchmark; `cargo xtask test` installs it");
    }
    folder
}

fn git(folder: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(["-c", "user.name=a", "-c", "user.email=a@b.c"])
        .args(arguments)
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn the_slower_function_is_found_and_the_other_is_not_flagged() {
    let Some(python) = python() else { return };
    let scratch = tempfile::tempdir().unwrap();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/pytest-benchmark");
    for file in ["fabench.toml", "words.py", "bench_words.py"] {
        fs::copy(example.join(file), scratch.path().join(file)).unwrap();
    }
    git(scratch.path(), &["init", "--quiet"]);
    git(scratch.path(), &["add", "--all"]);
    git(
        scratch.path(),
        &["commit", "--quiet", "--message", "count words"],
    );
    let words = scratch.path().join("words.py");
    let text = fs::read_to_string(&words).unwrap();
    let slower = text.replace(
        "for word in text.split():",
        "for word in sorted(text.split()):",
    );
    assert_ne!(slower, text);
    fs::write(&words, slower).unwrap();
    git(
        scratch.path(),
        &["commit", "--quiet", "--all", "--message", "count in order"],
    );

    let mut path = vec![python];
    path.extend(std::env::split_paths(
        &std::env::var_os("PATH").unwrap_or_default(),
    ));
    let output = Command::new(env!("CARGO_BIN_EXE_fabench"))
        .args([
            "compare",
            "HEAD~1",
            "HEAD",
            "--fail-on-regression",
            "--budget",
            "180",
        ])
        .current_dir(scratch.path())
        .env("PATH", std::env::join_paths(path).unwrap())
        .output()
        .unwrap();
    let called = Called::of(&output).expect(3);
    let report = fs::read(
        scratch
            .path()
            .join("ci_results/latest_regression_report.json"),
    )
    .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&report).unwrap();
    let verdict = |id: &str| {
        let all = report["benchmarks"].as_array().unwrap();
        let one = all.iter().find(|one| one["id"] == id);
        one.unwrap()["verdict"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        verdict("bench_words/test_count"),
        "regression",
        "{}",
        called.stdout
    );
    let other = verdict("bench_words/test_longest");
    assert!(
        ["unchanged", "inconclusive"].contains(&other.as_str()),
        "{other}: {}",
        called.stdout
    );
}
