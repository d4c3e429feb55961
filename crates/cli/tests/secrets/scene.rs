//! A repository whose suite, build, hook and tools note the environment that they are given, and a history that is named in one of
//! the places where it can be.

use std::cell::RefCell;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::forms::forms;
use crate::support::server::Server;
use crate::support::{Called, fixture_suite};
use crate::titles;

/// Where the history is named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    Flag,
    Variable,
    File,
    /// In no place of its own.
    Nowhere,
}

/// Variables that are fabench's own.
const OWN: [&str; 4] = [
    "FABENCH_HISTORY=",
    "FABENCH_DATABASE_URL=",
    "FABENCH_NATS_URL=",
    "FABENCH_WEBSOCKET_TOKEN=",
];

/// Programs that fabench starts by their name.
const TOOLS: [&str; 6] = ["git", "cargo", "rustc", "valgrind", "perf", "py-spy"];

pub(crate) struct Scene {
    folder: tempfile::TempDir,
    given: Given,
    history: String,
    /// What was printed and seen, with the call.
    said: RefCell<Vec<(String, String)>>,
}

impl Scene {
    pub(crate) fn new(given: Given, history: &str) -> Self {
        let scene = Self {
            folder: tempfile::tempdir().expect("a scratch folder"),
            given,
            history: history.to_owned(),
            said: RefCell::default(),
        };
        for folder in ["project", "tools", "notes", "project/out"] {
            fs::create_dir(scene.root().join(folder)).expect("a folder");
        }
        for tool in TOOLS {
            let path = scene.root().join("tools").join(tool);
            let found = found(tool).unwrap_or_else(|| "false".into());
            scene.script(&path, tool, &format!("exec '{}' \"$@\"", found.display()));
        }
        let fixture = fixture_suite();
        let tells =
            "if [ -n \"$TELL_ALL\" ]; then env | grep ^FREEAGENTICS_ | sed 's/^/told of /' >&2; fi";
        scene.script(
            &scene.path("suite.sh"),
            "suite",
            &format!("{tells}\nexec '{}' \"$@\"", fixture.display()),
        );
        scene.script(&scene.path("build.sh"), "build", "");
        let mut text = "[suite]\nexecutable = 'suite.sh'\nbuild = ['./build.sh']\n".to_owned();
        if given == Given::File {
            text += &format!("[history]\nlocation = '{history}'\n");
        }
        scene.write("fabench.toml", &text);
        scene.commit();
        scene
    }

    /// A repository of two commits, whose remote is reached with a token, and whose checkouts run a hook.
    fn commit(&self) {
        let remote = format!("https://{}@127.0.0.1:1/x.git", crate::SECRET);
        self.git(&["init", "--quiet"]);
        self.git(&["remote", "add", "origin", &remote]);
        self.git(&["add", "suite.sh", "build.sh"]);
        // The password of the file stays out of the objects of git, in which the commits are.
        self.write("fabench.toml.kept", &self.read("fabench.toml"));
        self.write(
            "fabench.toml",
            "[suite]\nexecutable = 'suite.sh'\nbuild = ['./build.sh']\n",
        );
        self.git(&["add", "fabench.toml"]);
        let who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"];
        for message in ["one", "two"] {
            self.git(
                &[
                    &who[..],
                    &["commit", "--quiet", "--allow-empty", "-m", message],
                ]
                .concat(),
            );
        }
        fs::rename(self.path("fabench.toml.kept"), self.path("fabench.toml")).expect("moved");
        let hook = self.path(".git/hooks/post-checkout");
        fs::create_dir_all(hook.parent().expect("a folder")).expect("a folder");
        self.script(&hook, "hook", "");
    }

    fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root().join("project").join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_default()
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("written");
    }

    /// A program that notes its environment, and does `then`.
    fn script(&self, path: &Path, name: &str, then: &str) {
        let notes = self.root().join("notes").join(name);
        let text = format!("#!/bin/sh\nenv >> '{}'\n{then}\n", notes.display());
        fs::write(path, text).expect("written");
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).expect("executable");
    }

    fn git(&self, arguments: &[&str]) {
        let status = Command::new("git")
            .arg("-C")
            .arg(self.path(""))
            .args(arguments)
            .status();
        assert!(status.expect("git starts").success(), "{arguments:?}");
    }

    pub(crate) fn call(&self, arguments: &[&str]) -> Called {
        self.call_with(&[], arguments)
    }

    /// Calls fabench, and keeps what it prints and what can be seen of its processes.
    pub(crate) fn call_with(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Called {
        let effort = ["--launches", "2", "--max-time", "0.05", "--warmup", "0.01"];
        let effort = if arguments.first() == Some(&"run") {
            &effort[..]
        } else {
            &[]
        };
        let (output, titles) = titles::run(self.command(variables, &[arguments, effort].concat()));
        let called = Called::of(&output);
        // What is typed at the wrong place stays where it was typed.
        let titles = if self.given == Given::Nowhere {
            Vec::new()
        } else {
            titles
        };
        let all = format!(
            "{}\n{}\n{}",
            called.stdout,
            called.stderr,
            titles.join("\n")
        );
        self.said.borrow_mut().push((arguments.join(" "), all));
        called
    }

    /// Serves the history, and keeps what clients are told, the log and the server's title.
    pub(crate) fn serve(&self, paths: &[&str]) {
        let log = self.path("serve.log");
        let mut command = self.command(&[], &["serve", "--port", "0"]);
        command.stderr(fs::File::create(&log).expect("a log"));
        let server = Server::of(&mut command);
        let mut said = titles::title(server.child.id());
        for path in paths {
            let (status, body) = server.get(path, "");
            assert_eq!(status, 200, "{path}: {body}");
            said += &body;
        }
        drop(server);
        self.said.borrow_mut().push(("serve".to_owned(), said));
    }

    fn command(&self, variables: &[(&str, &str)], arguments: &[&str]) -> Command {
        let mut path = vec![self.root().join("tools")];
        path.extend(std::env::split_paths(
            &std::env::var_os("PATH").unwrap_or_default(),
        ));
        let mut command = Command::new(env!("CARGO_BIN_EXE_fabench"));
        command
            .args(arguments)
            .current_dir(self.path(""))
            .env("PATH", std::env::join_paths(path).expect("a search path"))
            .env("RUST_LOG", "trace")
            .env("RUST_BACKTRACE", "full")
            .envs(variables.iter().copied())
            .env_remove("FABENCH_HISTORY")
            .env_remove("GITHUB_ACTIONS");
        match self.given {
            Given::Flag => {
                command.args(["--history", &self.history]);
            }
            Given::Variable => {
                command.env("FABENCH_HISTORY", &self.history);
            }
            Given::File | Given::Nowhere => {}
        }
        command
    }

    /// Holds all that was printed, seen or written against the secrets.
    pub(crate) fn judge(&self, secrets: &[&str]) {
        let forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        for (call, said) in self.said.borrow().iter() {
            for form in &forms {
                assert!(
                    !said.contains(form),
                    "`{form}` after `{}`:\n{said}",
                    shown(call, &forms)
                );
            }
        }
        let mut files = 0;
        for path in files_in(&self.path("")) {
            let named = path.strip_prefix(self.path("")).expect("below it");
            // Where it was given.
            if named == Path::new("fabench.toml") || named == Path::new(".git/config") {
                continue;
            }
            files += 1;
            let text = fs::read(&path).unwrap_or_default();
            for form in &forms {
                let found = text.windows(form.len()).any(|part| part == form.as_bytes());
                assert!(!found, "`{form}` stands in {}", named.display());
            }
        }
        assert!(files > 3, "there is nothing to be looked at");
    }

    /// Holds the environments of all that was started against the secrets.
    pub(crate) fn judge_children(&self, secrets: &[&str]) {
        let forms: Vec<String> = secrets.iter().flat_map(|secret| forms(secret)).collect();
        for name in ["suite", "build", "hook", "git"] {
            let noted = self.root().join("notes").join(name);
            assert!(noted.exists(), "`{name}` was not started");
        }
        for path in files_in(&self.root().join("notes")) {
            let text = fs::read_to_string(&path).expect("text");
            for form in &forms {
                assert!(
                    !text.contains(form),
                    "`{form}` is in the environment of {}",
                    path.display()
                );
            }
        }
        self.judge_names();
    }

    /// Holds the names of the variables of all that was started against fabench's own.
    pub(crate) fn judge_names(&self) {
        for path in files_in(&self.root().join("notes")) {
            let text = fs::read_to_string(&path).expect("text");
            let own = text
                .lines()
                .find(|line| OWN.iter().any(|own| line.starts_with(own)));
            assert_eq!(own, None, "in the environment of {}", path.display());
        }
    }
}

/// The call without what it was given.
fn shown(call: &str, forms: &[String]) -> String {
    forms
        .iter()
        .fold(call.to_owned(), |call, form| call.replace(form, "…"))
}

fn found(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|program| program.is_file())
}

pub(crate) fn files_in(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_symlink() {
            continue;
        }
        if path.is_dir() {
            found.extend(files_in(&path));
        } else {
            found.push(path);
        }
    }
    found
}
