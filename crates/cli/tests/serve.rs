//! `fabench serve`: the API, who may ask, a run that is started elsewhere and seen live, and how it ends.

mod support;

use std::process::{Command, Stdio};

use serde_json::Value;
use support::Project;
use support::days::{Course, record, ripple};
use support::server::Server;

#[test]
fn answers_with_what_is_recorded_and_hears_of_what_comes() {
    let project = Project::new();
    let server = Server::start(&project);
    assert_eq!(
        server.json("/api/dashboard")["groups"],
        serde_json::json!([])
    );
    let (status, page) = server.get("/", "");
    assert_eq!(status, 200);
    assert!(
        page.contains("connect-src 'self'"),
        "the live page may ask its server"
    );
    let courses = [
        Course {
            id: "net/calm",
            factor: ripple,
        },
        Course {
            id: "net/other",
            factor: ripple,
        },
    ];
    record(&project.path(".fabench/history.db"), &courses, 12);
    assert_eq!(server.json("/api/runs").as_array().map(Vec::len), Some(12));
    let all = server.json("/api/benchmarks?group=0");
    assert_eq!(all[0]["id"], "net/calm");
    assert_eq!(all[0]["points"]["values"].as_array().map(Vec::len), Some(1));
    let one = server.json("/api/benchmarks/net/other");
    assert_eq!(one["points"]["values"].as_array().map(Vec::len), Some(12));
    for missing in ["/api/benchmarks/net/none", "/api/runs?group=7", "/nothing"] {
        assert_eq!(server.get(missing, "").0, 404, "{missing}");
    }
    assert_eq!(server.get("/api/live", "").0, 426);
}

#[test]
fn only_its_own_page_may_ask() {
    let project = Project::new();
    let server = Server::start(&project);
    for headers in [
        "Host: evil.example\r\n",
        "Origin: http://evil.example\r\n",
        "Origin: null\r\n",
    ] {
        for path in ["/", "/api/dashboard", "/api/live"] {
            assert_eq!(server.get(path, headers).0, 403, "{path} {headers}");
        }
    }
    let own = format!("Origin: http://{}\r\n", server.authority);
    assert_eq!(server.get("/api/runs?group=0", &own).0, 404);
}

#[test]
fn a_history_that_cannot_be_read_is_told_on_the_page() {
    let project = Project::new();
    std::fs::create_dir_all(project.path(".fabench")).unwrap();
    std::fs::write(
        project.path(".fabench/history.db"),
        "no database at all, but long enough to be looked at",
    )
    .unwrap();
    let server = Server::start(&project);
    let notice = server.json("/api/dashboard")["notices"][0].to_string();
    assert!(notice.contains("history.db"), "{notice}");
}

#[test]
fn a_history_of_a_newer_version_is_told_on_the_page_and_left_as_it_is() {
    let project = Project::new();
    let courses = [Course {
        id: "net/calm",
        factor: ripple,
    }];
    let path = project.path(".fabench/history.db");
    record(&path, &courses, 2);
    support::days::make_newer(&path);
    let before = std::fs::read(&path).unwrap();
    let server = Server::start(&project);
    let answer = server.json("/api/dashboard");
    let notice = answer["notices"][0].to_string();
    assert!(notice.contains("update fabench"), "{notice}");
    assert_eq!(answer["groups"], serde_json::json!([]));
    let called = project.call(&["dashboard", "--out", "out"]).expect(1);
    called.says("update fabench");
    assert!(!project.path("out/index.html").exists());
    assert!(std::fs::read(&path).unwrap() == before, "it was changed");
}

#[test]
fn a_taken_port_is_named_and_an_interrupt_is_an_exit_code() {
    let project = Project::new();
    let mut server = Server::start(&project);
    let port = server
        .authority
        .rsplit(':')
        .next()
        .expect("a port")
        .to_owned();
    project
        .call(&["serve", "--port", &port])
        .expect(1)
        .says("is in use")
        .says("--port 0");
    let pid = rustix::process::Pid::from_child(&server.child);
    rustix::process::kill_process(pid, rustix::process::Signal::INT).expect("signalled");
    assert_eq!(server.child.wait().expect("ended").code(), Some(130));
}

#[test]
fn a_run_that_is_started_elsewhere_is_seen_live() {
    let project = Project::new();
    let server = Server::start(&project);
    let mut run: Command = project.command(&[
        "run",
        "--launches",
        "4",
        "--max-time",
        "0.4",
        "--warmup",
        "0.02",
        "--record",
    ]);
    let mut run = run.stdout(Stdio::null()).spawn().expect("fabench starts");
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let seen = runtime.block_on(watch(&server.authority));
    assert!(run.wait().expect("ended").success());
    let events: Vec<&str> = seen
        .iter()
        .filter_map(|event| event["event"].as_str())
        .collect();
    for expected in [
        "started",
        "launch_started",
        "launch_done",
        "ended",
        "history",
    ] {
        assert!(events.contains(&expected), "no {expected} in {events:?}");
    }
    let values = seen
        .iter()
        .filter(|event| event["event"] == "launch_done" && event["value"].is_number());
    assert!(values.count() >= 3, "{seen:?}");
    assert_eq!(server.json("/api/runs").as_array().map(Vec::len), Some(1));
}

/// Everything until the history has changed and the run has ended.
async fn watch(authority: &str) -> Vec<Value> {
    use futures_util::StreamExt as _;
    let stream = tokio::net::TcpStream::connect(authority)
        .await
        .expect("connect");
    let url = format!("ws://{authority}/api/live");
    let (mut socket, _) = tokio_tungstenite::client_async(url, stream)
        .await
        .expect("a WebSocket");
    let mut seen: Vec<Value> = Vec::new();
    let has = |seen: &[Value], event: &str| seen.iter().any(|one| one["event"] == event);
    while !(has(&seen, "ended") && has(&seen, "history")) {
        let message = socket.next().await.expect("still open").expect("a message");
        if let Ok(text) = message.to_text() {
            seen.push(serde_json::from_str(text).expect("JSON"));
        }
    }
    seen
}
