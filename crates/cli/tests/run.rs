//! `fabench run` on a real suite executable.

mod support;

use support::Project;

#[test]
fn writes_the_result_under_its_id_and_as_the_latest() {
    let project = Project::new();
    let called = project
        .run("", &["--json", "out/copy.json", "--save", "before"])
        .expect(0);
    assert!(
        called.verdict().starts_with("3 of 3 benchmarks measured"),
        "{}",
        called.verdict()
    );
    assert!(!called.stdout.contains('\u{1b}'), "colours off a terminal");
    assert!(called.stderr.is_empty(), "{}", called.stderr);

    let latest = project.json("results/latest.json");
    let id = latest["id"].as_str().unwrap();
    assert!(id.ends_with("-nogit") && !id.contains(':'), "{id}");
    assert_eq!(project.json(&format!("results/{id}.json")), latest);
    assert_eq!(project.json("out/copy.json"), latest);
    assert_eq!(project.json("results/before.json"), latest);
    let benchmark = &latest["benchmarks"][0];
    assert_eq!(benchmark["launches"].as_array().unwrap().len(), 6);
    assert!(benchmark["summary"][0]["p99_9"].is_number());

    project
        .run("", &["--save", "before"])
        .expect(2)
        .says("exists already");
}

#[test]
fn lists_and_filters() {
    let project = Project::new();
    let listed = project
        .call(&["run", "--list", "--category", "work"])
        .expect(0);
    assert_eq!(listed.stdout.lines().count(), 2);
    assert!(!project.path("results").exists());
    let called = project
        .run(
            "",
            &["second", "--columns", "min,p99.9", "--sort", "min", "-v"],
        )
        .expect(0);
    assert!(
        called.verdict().starts_with("1 of 1 benchmarks measured"),
        "{}",
        called.verdict()
    );
    called.says("p99.9").says("wall_time: median");
}

#[test]
fn a_missed_goal_fails_only_if_asked_for() {
    let project = Project::new();
    let mut text = std::fs::read_to_string(project.path("fabench.toml")).unwrap();
    text.push_str("[[goal]]\nbenchmark = 'work/first'\nmetric = 'cpu_time'\nbelow = '1 ns'\n");
    std::fs::write(project.path("fabench.toml"), text).unwrap();
    project
        .run("", &["first"])
        .expect(0)
        .says("missed")
        .says("0 of 1 goals met");
    project.run("", &["first", "--fail-on-goal"]).expect(3);
    project.run("", &["second", "--fail-on-goal"]).expect(0);
    let text = "[[goal]]\nbenchmark = 'work/frist'\nbelow = '1 s'\n";
    let suite = std::fs::read_to_string(project.path("fabench.toml")).unwrap();
    std::fs::write(
        project.path("fabench.toml"),
        suite.split("[[goal]]").next().unwrap().to_owned() + text,
    )
    .unwrap();
    project
        .run("", &["first", "--fail-on-goal"])
        .expect(3)
        .says("`work/frist` is not in this run");
}

#[test]
fn an_output_that_cannot_be_written_costs_no_result() {
    let project = Project::new();
    let called = project
        .run("", &["first", "--json", "fabench.toml/x.json"])
        .expect(1)
        .says("fabench.toml/x.json");
    called.says("cpu_time").says("saved");
    assert!(project.path("results/latest.json").exists());
}

#[test]
fn one_benchmark_that_fails_leaves_the_others_their_results() {
    for (trouble, said) in [
        ("crash", "about to crash"),
        ("wrong", "2 and 2 are 5"),
        ("hang", "no answer within"),
    ] {
        let project = Project::new();
        let called = project
            .run(trouble, &["--timeout", "1"])
            .expect(1)
            .says(said);
        assert!(
            called.verdict().starts_with("failed: trouble/maybe"),
            "{trouble}: {}",
            called.verdict()
        );
        let latest = project.json("results/latest.json");
        let status = |index: usize| {
            latest["benchmarks"][index]["outcome"]["status"]
                .as_str()
                .unwrap()
                .to_owned()
        };
        assert_eq!(
            [status(0), status(1), status(2)],
            ["measured", "measured", "failed"],
            "{trouble}"
        );
    }
}

#[test]
fn an_executable_that_is_no_suite_is_named() {
    let project = Project::new();
    project
        .run("no-suite", &[])
        .expect(1)
        .says("does not answer as a suite")
        .says("cli-fixture");
    project
        .run("", &["--suite", "gone"])
        .expect(1)
        .says("gone does not exist");
    project
        .run("", &["--suite", "fabench.toml"])
        .expect(1)
        .says("fabench.toml");
}

#[test]
fn a_database_is_named_or_started_but_not_both() {
    let project = Project::new();
    project
        .run("", &["--postgres", "--database-url", "postgres://x"])
        .expect(2)
        .says("cannot be used with");
    // The fixture suite keeps no PostgreSQL.
    project
        .run("", &["--postgres"])
        .expect(1)
        .says("could not start a private PostgreSQL");
    let secret = "postgres://user:swordfish@127.0.0.1/x";
    let called = project
        .run("", &["first", "--database-url", secret])
        .expect(0);
    let saved = std::fs::read_to_string(project.path("results/latest.json")).unwrap();
    assert!(!saved.contains("swordfish") && !called.stdout.contains("swordfish"));
}

#[test]
fn a_websocket_server_is_named_and_its_token_is_told_to_nobody() {
    let project = Project::new();
    for (arguments, said) in [
        (&["--websocket-url", "http://x"][..], "expected ws://HOST"),
        (&["--websocket-url", "ws://me:pw@x"], "without a name"),
        (&["--token", "swordfish"], "--websocket-url"),
        (&["--echo-path", "/echo"], "--websocket-url"),
    ] {
        let called = project.run("", arguments).expect(2).says(said);
        assert!(!called.stderr.contains("swordfish"), "{}", called.stderr);
    }
    let url = ["--websocket-url", "ws://127.0.0.1:1/ws"];
    let missing = [&url[..], &["--token-file", "missing"]].concat();
    project
        .run("", &missing)
        .expect(1)
        .says("the token can't be read from missing");
    let secret = [&url[..], &["first", "--verbose", "--token", "swordfish"]].concat();
    let called = project.run("", &secret).expect(0);
    let saved = std::fs::read_to_string(project.path("results/latest.json")).unwrap();
    for text in [&saved, &called.stdout, &called.stderr] {
        assert!(!text.contains("swordfish"), "{text}");
    }
}

#[test]
fn a_token_does_not_stay_on_the_command_line() {
    let project = Project::new();
    let arguments = [
        "run",
        "--websocket-url",
        "ws://127.0.0.1:1",
        "--token=swordfish",
    ];
    let mut command = project.command(&arguments);
    let mut running = command.env("CLI_FIXTURE", "hang").spawn().unwrap();
    let title = format!("/proc/{}/cmdline", running.id());
    let environment = format!("/proc/{}/environ", running.id());
    let read = |path: &str| String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned();
    // It is started anew with the token in its environment; the first start is a matter of milliseconds.
    while !read(&environment).contains("FABENCH_WEBSOCKET_TOKEN=swordfish") {
        assert!(running.try_wait().unwrap().is_none(), "it ended");
        std::thread::yield_now();
    }
    let title = read(&title);
    running.kill().unwrap();
    running.wait().unwrap();
    assert!(
        title.contains("--websocket-url") && !title.contains("swordfish"),
        "{title}"
    );
}

#[test]
fn a_nats_server_is_named_by_its_url_which_is_not_kept() {
    let project = Project::new();
    project
        .run("", &["--nats", "127.0.0.1:4222"])
        .expect(2)
        .says("write it as nats://127.0.0.1:4222");
    let secret = "nats://user:swordfish@127.0.0.1:4222";
    let called = project.run("", &["first", "--nats", secret]).expect(0);
    let saved = std::fs::read_to_string(project.path("results/latest.json")).unwrap();
    assert!(!saved.contains("swordfish") && !called.stdout.contains("swordfish"));
}
