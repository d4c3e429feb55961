//! Every error that a user of `fabench` can cause, in one snapshot: text, exit code and remedy, to be judged together.
//!
//! `INSTA_UPDATE=always cargo nextest run -p fabench every_error` writes it anew.

mod support;

use std::fmt::Write as _;
use std::fs;

use support::{Project, fixture_suite};

/// What is wrong, and the call that meets it.
type Case<'a> = (&'a str, &'a dyn Fn(&Project), &'a [&'a str]);

fn nothing(_: &Project) {}

fn configured(text: &'static str) -> impl Fn(&Project) {
    file("fabench.toml", text)
}

fn file(name: &'static str, text: &'static str) -> impl Fn(&Project) {
    move |project| {
        let path = project.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// What was printed, without what differs from place to place.
fn normalised(text: &str, project: &Project) -> String {
    let folder = project.path("").canonicalize().unwrap();
    let mut text = text.to_owned();
    for (found, shown) in [
        (format!("{}/:", folder.display()), "FOLDER:"),
        (format!("{}/", folder.display()), ""),
        (folder.display().to_string(), "FOLDER"),
        (fixture_suite().display().to_string(), "SUITE"),
        (
            fixture_suite()
                .canonicalize()
                .unwrap()
                .display()
                .to_string(),
            "SUITE",
        ),
        (
            format!("fabench {}", env!("CARGO_PKG_VERSION")),
            "fabench VERSION",
        ),
    ] {
        text = text.replace(&found, shown);
    }
    text
}

fn told(project: &Project, arguments: &[&str]) -> String {
    let called = project.call(arguments);
    // What is typed may hold a password; what is answered may not.
    let typed = arguments.join(" ").replace("secret", "PASSWORD");
    let mut text = format!("$ fabench {typed}\nexit {}\n", called.exit);
    // A verdict is the last line of standard output; errors are on standard error.
    if let Some(verdict) = called.stdout.lines().last() {
        let _ = writeln!(text, "{verdict}");
    }
    text.push_str(&called.stderr);
    normalised(&text, project)
}

#[test]
fn every_error_says_what_where_and_what_to_do() {
    let broken = "{\"schema_version\": 1,";
    let newer = "{\"schema_version\": 4000000000}";
    let cases: &[Case<'_>] = &[
        ("no command", &nothing, &[]),
        ("a wrong command", &nothing, &["chek"]),
        ("a wrong flag", &nothing, &["run", "--quik"]),
        ("a flag without its value", &nothing, &["run", "--category"]),
        (
            "a number that is none",
            &nothing,
            &["run", "--launches", "many"],
        ),
        ("no launches", &nothing, &["run", "--launches", "0"]),
        ("a negative time", &nothing, &["run", "--max-time", "-1"]),
        (
            "an unknown category",
            &nothing,
            &["run", "--category", "wrok"],
        ),
        (
            "a filter that fits nothing",
            &nothing,
            &["run", "work/frist"],
        ),
        ("an unknown column", &nothing, &["run", "--columns", "meen"]),
        (
            "a name that leaves its folder",
            &nothing,
            &["run", "--save", "../out"],
        ),
        (
            "two databases",
            &nothing,
            &["run", "--postgres", "--database-url", "postgres://h/d"],
        ),
        (
            "a database URL that is none",
            &nothing,
            &["run", "--database-url", "mysql://user:secret@h/d"],
        ),
        (
            "a WebSocket URL that is none",
            &nothing,
            &["run", "--websocket-url", "http://h/"],
        ),
        (
            "a NATS URL that is none",
            &nothing,
            &["run", "--nats", "http://h/"],
        ),
        (
            "a configuration that is not there",
            &nothing,
            &["--config", "gone.toml", "run"],
        ),
        (
            "a configuration that is no TOML",
            &configured("[suite\n"),
            &["run"],
        ),
        (
            "an unknown key",
            &configured("[suite]\npakage = 'x'\n"),
            &["run"],
        ),
        (
            "two kinds of suite",
            &configured("[suite]\npackage = 'x'\ncommand = ['x']\n"),
            &["run"],
        ),
        ("no suite", &configured(""), &["run"]),
        (
            "a threshold that is none",
            &configured("[policy]\ncritical = 'ten'\n"),
            &["check"],
        ),
        (
            "thresholds in the wrong order",
            &configured("[policy]\ncritical = '5 %'\nwarning = '10 %'\n"),
            &["check"],
        ),
        (
            "a mute without a reason",
            &configured("[[policy.mute]]\nbenchmark = 'a/b'\n"),
            &["check"],
        ),
        (
            "a goal without a limit",
            &configured("[[goal]]\nbenchmark = 'a/b'\n"),
            &["check"],
        ),
        (
            "a suite that is not there",
            &configured("[suite]\nexecutable = 'gone'\n"),
            &["run"],
        ),
        (
            "a program that is no suite",
            &configured("[suite]\nexecutable = '/bin/true'\n"),
            &["run"],
        ),
        (
            "a command that is not there",
            &configured("[suite]\ncommand = ['./gone']\n"),
            &["run"],
        ),
        (
            "a command that fails",
            &configured("[suite]\ncommand = ['sh', '-c', 'echo no luck >&2; exit 5']\n"),
            &["run", "--launches", "1"],
        ),
        (
            "a format that is not known",
            &configured("[suite]\ncommand = ['x']\nformat = 'xml'\n"),
            &["run"],
        ),
        (
            "a build that fails",
            &configured("[suite]\nexecutable = 'x'\nbuild = ['false']\n"),
            &["run"],
        ),
        ("no result to judge", &nothing, &["check"]),
        (
            "a result that is cut off",
            &file("results/latest.json", broken),
            &["check"],
        ),
        (
            "a result of a newer version",
            &file("results/latest.json", newer),
            &["check"],
        ),
        (
            "a result that is empty",
            &file("results/latest.json", ""),
            &["check"],
        ),
        (
            "a result that is a folder",
            &file("folder/x", ""),
            &["check", "--results-file", "folder"],
        ),
        (
            "a revision outside of git",
            &nothing,
            &["compare", "HEAD~1", "HEAD"],
        ),
        (
            "a saved result that is not there",
            &nothing,
            &["compare", "before", "after"],
        ),
        (
            "a budget of nothing",
            &nothing,
            &["compare", "a", "b", "--budget", "0"],
        ),
        (
            "an acceptance without a reason",
            &nothing,
            &["check", "--accept", "a/b"],
        ),
        ("nothing to report", &nothing, &["report"]),
        (
            "a report of a file that is none",
            &file("x.json", "[]"),
            &["report", "x.json"],
        ),
        (
            "a form that is not known",
            &nothing,
            &["report", "--format", "pdf"],
        ),
        ("nothing to import", &nothing, &["import", "gone.json"]),
        (
            "a file of no known tool",
            &file("x.txt", "hello\n"),
            &["import", "x.txt"],
        ),
        (
            "a benchmark without history",
            &nothing,
            &["history", "trend", "a/b"],
        ),
        (
            "a run that is not recorded",
            &nothing,
            &["history", "show", "2026"],
        ),
        (
            "a history that is no database",
            &file(
                ".fabench/history.db",
                "no database, but long enough to be one if it were",
            ),
            &["history", "list"],
        ),
        (
            "an export that is damaged",
            &file("x.jsonl", "{}\n"),
            &["history", "import", "x.jsonl"],
        ),
        (
            "a history at a URL that is none",
            &nothing,
            &["--history", "mysql://user:secret@h/d", "history", "list"],
        ),
        (
            "a history in the configuration at a URL that is none",
            &configured("[history]\nlocation = 'mysql://user:secret@h/d'\n"),
            &["history", "list"],
        ),
        (
            "a history that is kept for no day",
            &configured("[history]\nretention_days = 0\n"),
            &["history", "list"],
        ),
        (
            "a page where a file is",
            &file("site", ""),
            &["dashboard", "--out", "site"],
        ),
        (
            "an address that is none",
            &nothing,
            &["serve", "--host", "nowhere"],
        ),
        (
            "commits outside of git",
            &nothing,
            &["bisect", "HEAD~3", "HEAD"],
        ),
        (
            "no time for a self-test",
            &nothing,
            &["selftest", "--minutes", "0"],
        ),
        (
            "no time to calibrate",
            &nothing,
            &["calibrate", "--time", "0"],
        ),
        ("a profile of nothing", &nothing, &["profile", "work/frist"]),
        ("a configuration that is there already", &nothing, &["init"]),
        (
            "a CI that is not known",
            &nothing,
            &["init", "--ci", "jenkins"],
        ),
        (
            "a shell that is not known",
            &nothing,
            &["completions", "dos"],
        ),
    ];
    let mut all = String::new();
    for (what, prepare, arguments) in cases {
        let project = Project::new();
        prepare(&project);
        let _ = writeln!(all, "## {what}\n{}", told(&project, arguments));
    }
    assert!(!all.contains("secret"), "a password is printed:\n{all}");
    insta::assert_snapshot!("errors", all);
}
