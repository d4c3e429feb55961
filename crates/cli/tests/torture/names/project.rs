//! A project in a folder of its own, the calls in it, and what may lie there afterwards.

use std::cell::Cell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::judge::terminal;
use crate::tool::call;

/// A suite that answers by files: it is a shell, since any program may be a suite.
const SUITE: &str = r#"#!/bin/sh
cd "$(dirname "$0")/in" || exit 9
say() { cat "$1" >&3; }
last=done
say hello
while read -r line <&3; do
    case $line in
        *'"command":"list"'*) say list ;;
        *'"command":"start"'*'"profile":"cpu"'*) last=profiled; say ready ;;
        *'"command":"start"'*) say ready ;;
        *'"command":"round"'*) say round ;;
        *'"command":"finish"'*) say "$last"; exit 0 ;;
    esac
done
"#;

pub(super) struct Project {
    folder: tempfile::TempDir,
    calls: Cell<u64>,
}

/// What a call printed and how it ended.
pub(super) struct Called {
    pub(super) exit: i32,
    pub(super) stdout: String,
    stderr: String,
}

impl Project {
    pub(super) fn new() -> anyhow::Result<Self> {
        let project = Self {
            folder: tempfile::tempdir()?,
            calls: Cell::new(0),
        };
        for folder in ["", "in", "tmp", "out"] {
            fs::create_dir(project.path(folder))?;
        }
        project.write("fabench.toml", "[suite]\nexecutable = 'suite.sh'\n")?;
        project.write("suite.sh", SUITE)?;
        fs::set_permissions(project.path("suite.sh"), fs::Permissions::from_mode(0o755))?;
        Ok(project)
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        let project = self.folder.path().join("project");
        if name.is_empty() {
            project
        } else {
            project.join(name)
        }
    }

    pub(super) fn write(&self, name: &str, text: &str) -> anyhow::Result<()> {
        Ok(fs::write(self.path(name), text)?)
    }

    pub(super) fn read(&self, name: &str) -> anyhow::Result<String> {
        fs::read_to_string(self.path(name)).with_context(|| format!("{name} can't be read"))
    }

    pub(super) fn json(&self, name: &str) -> anyhow::Result<Value> {
        Ok(serde_json::from_str(&self.read(name)?)?)
    }

    pub(super) fn calls(&self) -> u64 {
        self.calls.get()
    }

    /// Calls fabench. Its standard error is judged here; it may end in any way that is promised.
    pub(super) fn call(&self, arguments: &[&str]) -> anyhow::Result<Called> {
        let output = call(&self.path(""), arguments)?.output()?;
        self.calls.set(self.calls.get() + 1);
        let stderr = String::from_utf8(output.stderr).context("standard error is no text")?;
        let exit = output.status.code().context("it was ended by a signal")?;
        let context = || {
            format!(
                "fabench {} ended with {exit}: {}",
                arguments.join(" ").escape_debug(),
                stderr.chars().take(2_000).collect::<String>()
            )
        };
        ensure!(
            (0..=4).contains(&exit) && !stderr.contains("panicked"),
            "{}",
            context()
        );
        terminal::judge(&stderr)
            .context("standard error")
            .with_context(context)?;
        Ok(Called {
            exit,
            stdout: String::from_utf8(output.stdout).context("standard output is no text")?,
            stderr,
        })
    }

    /// A call that must succeed, or find a regression.
    pub(super) fn succeed(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let called = self.call(arguments)?;
        ensure!(
            called.exit == 0,
            "fabench {} ended with {}: {}",
            arguments.join(" ").escape_debug(),
            called.exit,
            called.stderr
        );
        Ok(called.stdout)
    }

    /// A call whose standard output is for people.
    pub(super) fn show(&self, arguments: &[&str]) -> anyhow::Result<i32> {
        let called = self.call(arguments)?;
        terminal::judge(&called.stdout)
            .with_context(|| format!("fabench {}", arguments.join(" ").escape_debug()))?;
        Ok(called.exit)
    }

    /// Nothing lies beside the project, and no name in it is made of what was drawn unless it is harmless.
    pub(super) fn judge_folders(&self) -> anyhow::Result<()> {
        let beside: Vec<_> = fs::read_dir(self.folder.path())?
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        ensure!(beside == ["project"], "beside the project: {beside:?}");
        let known = [
            "fabench.toml",
            "suite.sh",
            "in",
            "tmp",
            "out",
            "drawn",
            "results",
            "baselines",
            "ci_results",
            ".fabench",
        ];
        for entry in fs::read_dir(self.path(""))?.flatten() {
            let name = entry.file_name();
            ensure!(
                known.iter().any(|known| name == *known),
                "within the project: {name:?}"
            );
        }
        let left: Vec<_> = fs::read_dir(self.path("tmp"))?.flatten().collect();
        ensure!(left.is_empty(), "temporary files are left: {left:?}");
        harmless(&self.path(""))
    }
}

fn harmless(folder: &Path) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let (name, path) = (entry.file_name(), entry.path());
        let name = name
            .to_str()
            .with_context(|| format!("{path:?} is no text"))?;
        let allowed = |it: char| it.is_ascii_alphanumeric() || "._-".contains(it);
        ensure!(
            name.len() <= 150
                && name.chars().all(allowed)
                && (!name.starts_with('.') || name == ".fabench"),
            "a file called {path:?}"
        );
        ensure!(!path.is_symlink(), "a link {path:?}");
        if path.is_dir() {
            harmless(&path)?;
        }
    }
    Ok(())
}
