//! `fabench bisect`: a history of real commits with a real slow-down in it.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Command;

use support::{Project, fixture_suite};

/// A project under git whose suite is a script; `commit` gives it one more version.
struct History {
    project: Project,
}

impl History {
    fn new() -> Self {
        let history = Self {
            project: Project::new(),
        };
        let configuration =
            "[suite]\nexecutable = 'suite.sh'\nbuild = ['sh', '-c', '. ./build.sh']\n";
        fs::write(history.project.path("fabench.toml"), configuration).unwrap();
        fs::write(history.project.path(".gitignore"), ".fabench\n").unwrap();
        history.git(&["init", "--quiet", "--initial-branch=main"]);
        history
    }

    /// Commits a version of the suite with this trouble in it; `broken` does not build.
    fn commit(&self, subject: &str, trouble: &str) {
        let suite = self.project.path("suite.sh");
        let script = format!(
            "#!/bin/sh\n# {subject}\nCLI_FIXTURE={trouble} exec '{}' \"$@\"\n",
            fixture_suite().display()
        );
        fs::write(&suite, script).unwrap();
        fs::set_permissions(&suite, fs::Permissions::from_mode(0o755)).unwrap();
        let build = if trouble == "broken" {
            "exit 1\n"
        } else {
            "true\n"
        };
        fs::write(self.project.path("build.sh"), build).unwrap();
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", subject]);
    }

    fn git(&self, arguments: &[&str]) {
        let identity = [
            "-c",
            "user.name=t",
            "-c",
            "user.email=t@example.org",
            "-c",
            "commit.gpgsign=false",
        ];
        let output = Command::new("git")
            .current_dir(self.project.path("."))
            .args(identity)
            .args(arguments)
            .output()
            .unwrap();
        assert!(output.status.success(), "git {arguments:?}: {output:?}");
    }
}

#[test]
fn the_slow_commit_is_found_past_one_that_does_not_build() {
    let history = History::new();
    history.commit("start", "none");
    history.commit("still fast", "none");
    history.commit("does not build", "broken");
    history.commit("as fast", "none");
    history.commit("three times the work", "slow");
    let project = &history.project;
    let called = project
        .call(&["bisect", "HEAD~4", "HEAD", "work/first"])
        .expect(0)
        .says("does not build: skipped")
        .says("as fast: unchanged");
    let verdict = called.verdict();
    assert!(
        verdict.starts_with("found: work/first is slower since")
            && verdict.ends_with("three times the work"),
        "{verdict}"
    );
    // What was built is kept, and what is not slower is not searched.
    let kept = fs::read_dir(project.path(".fabench/suites")).unwrap();
    assert_eq!(kept.count(), 4);
    let called = project.call(&["bisect", "HEAD~4", "HEAD~1", "work/second"]);
    let called = called.expect(4).says("work/second: unchanged");
    assert!(called.verdict().starts_with("nothing to find"));
}

#[test]
fn commits_that_hide_the_slow_one_are_all_named() {
    let history = History::new();
    history.commit("start", "none");
    history.commit("does not build", "broken");
    history.commit("slow", "slow");
    // Without a name the benchmark that got slower is found, too.
    let called = history
        .project
        .call(&["bisect", "HEAD~2", "HEAD"])
        .expect(4)
        .says("may be");
    assert!(
        called.verdict().contains("slower since one of 2 commits"),
        "{called:?}"
    );
}

#[test]
fn what_can_not_be_searched_is_said_before_anything_is_built() {
    let history = History::new();
    history.commit("start", "none");
    history.commit("next", "none");
    let project = &history.project;
    project
        .call(&["bisect", "HEAD", "HEAD~1"])
        .expect(1)
        .says("does not come before");
    project
        .call(&["bisect", "HEAD", "main"])
        .expect(1)
        .says("the same commit");
    project
        .call(&["bisect", "nowhere", "HEAD"])
        .expect(1)
        .says("`nowhere`");
    assert!(!project.path(".fabench").exists());
    project
        .call(&["bisect", "HEAD~1", "HEAD", "work/frist"])
        .expect(2)
        .says("did you mean `work/first`");
}
