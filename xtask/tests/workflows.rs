//! The workflows, those of this project and those that others get, are what GitHub accepts.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The program, if it is in the search path or among the workspace's own tools.
fn actionlint() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::iter::once(root.join("target/tools/bin"))
        .chain(std::env::split_paths(&path))
        .map(|folder| folder.join("actionlint"))
        .find(|program| program.is_file())
}

#[test]
fn github_accepts_the_workflows() {
    let Some(program) = actionlint() else {
        assert!(
            std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none(),
            "actionlint is missing; `cargo xtask test --only system` installs it"
        );
        eprintln!("skipped: actionlint is missing; `cargo xtask test --only system` installs it");
        return;
    };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut workflows: Vec<PathBuf> = std::fs::read_dir(root.join(".github/workflows"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    workflows.sort();
    assert!(workflows.len() >= 2, "{workflows:?}");
    let lint = |files: &[PathBuf]| Command::new(&program).args(files).output().unwrap();
    let output = lint(&workflows);
    let said = String::from_utf8_lossy(&output.stdout).into_owned()
        + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");

    // It finds what is wrong: a job that needs one that is not there.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let text = std::fs::read_to_string(&workflows[1]).unwrap();
    let broken = folder.join("broken.yml");
    std::fs::write(
        &broken,
        text.replacen("    runs-on:", "    needs: nothing\n    runs-on:", 1),
    )
    .unwrap();
    assert!(!lint(&[broken]).status.success());
}
