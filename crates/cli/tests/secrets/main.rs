//! Passwords and tokens, given in every place where one can be given: they stand in nothing that is printed or written and
//! in no process title, and no program that fabench starts finds the history's.

#[path = "../support/mod.rs"]
mod support;

mod cluster;
mod forms;
mod scene;
mod titles;

use scene::{Given, Scene};

/// What no text may hold. Within an address it has to be encoded.
const SECRET: &str = "Zwiebel/Kuchen+7319";
const ENCODED: &str = "Zwiebel%2FKuchen%2B7319";

/// A server that nobody keeps.
fn nowhere() -> String {
    format!("postgres://ann:{ENCODED}@127.0.0.1:1/runs")
}

/// All that measures, judges, shows or writes something.
const COMMANDS: &[&[&str]] = &[
    &[
        "run",
        "first",
        "--record",
        "--json",
        "extra.json",
        "--histogram",
        "drawn",
    ],
    &["check", "--update-baseline"],
    &["check", "--github-comment", "--github-annotations"],
    &["check", "--explain", "work/first"],
    &[
        "compare",
        "HEAD~1",
        "HEAD",
        "first",
        "--budget",
        "1",
        "--github-comment",
    ],
    &[
        "bisect",
        "HEAD~1",
        "HEAD",
        "work/first",
        "--max-time",
        "0.5",
    ],
    &["calibrate", "first", "--time", "0.2"],
    &["profile", "first", "--time", "0.1"],
    &["report", "results/latest.json"],
    &["report", "--format", "html", "--output", "out/report.html"],
    &[
        "report",
        "--format",
        "markdown",
        "--output",
        "out/report.md",
    ],
    &["report", "--format", "json", "--output", "out/report.json"],
    &["report", "--format", "junit", "--output", "out/report.xml"],
    &["report", "--format", "csv", "--output", "out/report.csv"],
    &["report", "--format", "svg", "--output", "out/report.svg"],
    &[
        "export",
        "--format",
        "pytest-benchmark",
        "--output",
        "out/export.json",
    ],
    &["export", "--format", "openmetrics"],
    &["history", "list", "--format", "json"],
    &["history", "show"],
    &["history", "trend", "work/first"],
    &["history", "export", "out/history.jsonl"],
    &["history", "prune"],
    &["dashboard", "--out", "out/dashboard"],
    &["doctor"],
    &["doctor", "--format", "json"],
];

fn everything(given: Given, history: &str) -> Scene {
    let scene = Scene::new(given, history);
    for arguments in COMMANDS {
        scene.call(arguments);
    }
    scene.serve(&["/", "/api/dashboard"]);
    scene
}

#[test]
fn a_server_that_is_not_there_leaves_no_trace_of_its_password() {
    for given in [Given::Variable, Given::File] {
        let scene = everything(given, &nowhere());
        let said = scene.call(&["run", "first", "--record"]).stderr;
        assert!(said.contains("PostgreSQL ann@127.0.0.1:1/runs"), "{said}");
        scene.judge(&[SECRET, ENCODED]);
        scene.judge_children(&[SECRET, ENCODED]);
    }
}

#[test]
fn a_server_that_is_there_leaves_no_trace_of_its_password() {
    let Some(cluster) = cluster::start() else {
        return;
    };
    let url = cluster.tcp_url();
    let password = url.split([':', '@']).nth(2).expect("a password");
    let scene = everything(Given::Flag, &url);
    let listed = scene.call(&["history", "list"]).stdout;
    assert!(
        listed.contains("nogit") || listed.lines().count() > 1,
        "nothing was recorded: {listed}"
    );
    scene.judge(&[password]);
    scene.judge_children(&[password]);
}

#[test]
fn what_a_suite_is_told_it_may_say_and_it_is_not_kept() {
    let addresses = [
        ("--database-url", nowhere()),
        ("--nats", format!("nats://bob:{ENCODED}@127.0.0.1:1")),
        ("--token", SECRET.to_owned()),
    ];
    let url = ["--websocket-url", "ws://127.0.0.1:1/ws"];
    for (flag, value) in &addresses {
        let scene = Scene::new(Given::Variable, ".fabench/history.db");
        let variables = [("TELL_ALL", "1"), ("CLI_FIXTURE", "crash")];
        let told = scene.call_with(
            &variables,
            &[&["run", "maybe", flag, value][..], &url].concat(),
        );
        assert_eq!(told.exit, 1, "{}", told.stderr);
        let result = scene.read("results/latest.json");
        assert!(
            result.contains("told of FREEAGENTICS_"),
            "the suite has said nothing: {result}"
        );
        scene.judge(&[SECRET, ENCODED]);
        // It has what it was given, under the names that are meant for it.
        scene.judge_names();
    }
}

#[test]
fn what_is_typed_at_the_wrong_place_is_not_repeated() {
    let scene = Scene::new(Given::Nowhere, "");
    let (history, websocket) = (nowhere(), format!("ws://ann:{SECRET}@host/"));
    let joined = format!("--histroy={history}");
    for arguments in [
        &["run", &history][..],
        &["rnu", &history],
        &[&history],
        &["history", &history],
        &["history", "list", &history],
        &["check", &joined],
        &["run", "--websocket-url", &websocket],
        &["report", &history],
        &["compare", &history, &history],
        &["run", "--nats", &history],
        &[
            "run",
            "--database-url",
            &history.replace("postgres", "mysql"),
        ],
        &["run", "--history", &history.replace("postgres", "mysql")],
        &["run", "--save", &history],
        &["check", "--accept", &history],
        &["history", "import", &history],
        &["--config", &history, "run"],
    ] {
        let said = scene.call(arguments);
        assert_ne!(said.exit, 0, "{arguments:?}");
    }
    scene.judge(&[SECRET, ENCODED]);
}

#[test]
fn a_configuration_that_is_wrong_where_the_password_stands_is_told_without_it() {
    for line in [
        "locaton = 'URL'",
        "location = 'URL",
        "location = ['URL']",
        "retention_days = 'URL'",
        "location = 'URL' # 'URL'\nreference = 5",
        "= 'URL'",
    ] {
        let scene = Scene::new(Given::Variable, ".fabench/history.db");
        scene.write(
            "fabench.toml",
            &format!("[history]\n{}\n", line.replace("URL", &nowhere())),
        );
        for arguments in [
            &["run"][..],
            &["history", "list"],
            &["doctor"],
            &["doctor", "--format", "json"],
        ] {
            let said = scene.call(arguments);
            assert_ne!(said.exit, 0, "{line}: {arguments:?}");
            assert!(
                (said.stdout + &said.stderr).contains("not a valid configuration"),
                "{line}"
            );
        }
        scene.judge(&[SECRET, ENCODED]);
    }
}

#[test]
fn every_child_is_started_without_the_variables_that_are_fabench_s_own() {
    let crates = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).with_file_name("");
    let mut started = 0;
    for path in ["cli/src", "harness/src"]
        .iter()
        .flat_map(|folder| scene::files_in(&crates.join(folder)))
    {
        let text = std::fs::read_to_string(&path).expect("a source file");
        // Tests of a module stand at its end.
        let code = text.split("#[cfg(test)]").next().unwrap_or_default();
        started += code.matches("secrets::command(").count();
        let own = ["harness/src/secrets.rs", "cli/src/command_line.rs"];
        assert!(
            !code.contains("Command::new(") || own.iter().any(|own| path.ends_with(own)),
            "{} starts a child with `Command::new`; use `secrets::command`",
            path.display()
        );
    }
    assert!(started > 8, "only {started} children are started");
}
