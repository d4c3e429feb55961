//! What the tests of the command line share: a scratch folder, the binary, the fixture suite.

#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod days;
pub(crate) mod server;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A folder with a `fabench.toml` that names the fixture suite.
pub(crate) struct Project {
    folder: TempDir,
}

/// What one call of fabench printed and how it ended.
#[derive(Debug)]
pub(crate) struct Called {
    pub(crate) exit: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Enough launches for a verdict, short enough for a test.
pub(crate) const SHORT: [&str; 6] = ["--launches", "6", "--max-time", "0.3", "--warmup", "0.02"];

impl Project {
    pub(crate) fn new() -> Self {
        let project = Self {
            folder: tempfile::tempdir().expect("a scratch folder"),
        };
        let suite = fixture_suite();
        let text = format!("[suite]\nexecutable = '{}'\n", suite.display());
        fs::write(project.path("fabench.toml"), text).expect("fabench.toml");
        project
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fabench"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("CLI_FIXTURE");
        command
    }

    pub(crate) fn call(&self, arguments: &[&str]) -> Called {
        Called::of(&self.command(arguments).output().expect("fabench starts"))
    }

    /// Runs the suite with this trouble in it.
    pub(crate) fn run(&self, trouble: &str, arguments: &[&str]) -> Called {
        let all = [&["run"], &SHORT[..], arguments].concat();
        let output = self.command(&all).env("CLI_FIXTURE", trouble).output();
        Called::of(&output.expect("fabench starts"))
    }

    /// A folder whose baseline is a run without trouble, which is also its latest result.
    pub(crate) fn with_baseline() -> Self {
        let project = Self::new();
        project.run("", &[]).expect(0);
        project.call(&["check", "--update-baseline"]).expect(0);
        project
    }

    pub(crate) fn baseline(&self) -> PathBuf {
        self.path("baselines/performance_baseline.json")
    }

    pub(crate) fn json(&self, name: &str) -> serde_json::Value {
        let text = fs::read(self.path(name)).expect("the file is there");
        serde_json::from_slice(&text).expect("it is JSON")
    }

    /// Changes a JSON file in place.
    pub(crate) fn edit(&self, name: &str, change: impl FnOnce(&mut serde_json::Value)) {
        let mut value = self.json(name);
        change(&mut value);
        fs::write(self.path(name), value.to_string()).expect("written");
    }
}

impl Called {
    pub(crate) fn of(output: &Output) -> Self {
        Self {
            exit: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Holds the exit code against the expected one; shows all that was printed if they differ.
    #[track_caller]
    pub(crate) fn expect(self, exit: i32) -> Self {
        assert_eq!(
            self.exit, exit,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    #[track_caller]
    pub(crate) fn says(self, part: &str) -> Self {
        let said = self.stdout.contains(part) || self.stderr.contains(part);
        assert!(
            said,
            "`{part}` is not in\nstdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// The last line of standard output.
    pub(crate) fn verdict(&self) -> &str {
        self.stdout.lines().last().unwrap_or_default()
    }
}

/// The fixture, built by cargo beside the tests.
pub(crate) fn fixture_suite() -> PathBuf {
    built_example("cli-fixture")
}

/// The fixture whose time and memory go to known places.
pub(crate) fn profile_suite() -> PathBuf {
    built_example("profile-fixture")
}

fn built_example(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_BIN_EXE_fabench"))
        .with_file_name("examples")
        .join(name);
    assert!(
        path.exists(),
        "{} is missing; build it with `cargo build -p fabench --examples`",
        path.display()
    );
    path
}
