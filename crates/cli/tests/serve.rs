//! `fabench serve`: the API, who may ask, a run that is started elsewhere and seen live, and how it ends.

mod support;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;
use support::Project;
use support::days::{Course, record, ripple};

/// A server that ends with this value.
struct Server {
    child: Child,
    authority: String,
}

impl Server {
    fn start(project: &Project) -> Self {
        let mut child = project
            .command(&["serve", "--port", "0"])
            .stdout(Stdio::piped())
            .spawn()
            .expect("fabench starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("piped"))
            .read_line(&mut line)
            .expect("a line");
        let authority = line
            .strip_prefix("serving http://")
            .and_then(|rest| rest.split('/').next())
            .unwrap_or_else(|| panic!("no address in `{line}`"))
            .to_owned();
        Self { child, authority }
    }

    /// Status and body of an answer.
    fn get(&self, path: &str, headers: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.authority).expect("connect");
        let host = if headers.contains("Host:") {
            String::new()
        } else {
            format!("Host: {}\r\n", self.authority)
        };
        write!(
            stream,
            "GET {path} HTTP/1.1\r\n{host}{headers}Connection: close\r\n\r\n"
        )
        .expect("sent");
        let mut text = String::new();
        stream.read_to_string(&mut text).expect("an answer");
        let status = text
            .split(' ')
            .nth(1)
            .and_then(|code| code.parse().ok())
            .expect("a status");
        let body = text.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        (status, body.to_owned())
    }

    fn json(&self, path: &str) -> Value {
        let (status, body) = self.get(path, "");
        assert_eq!(status, 200, "{path}: {body}");
        serde_json::from_str(&body).unwrap_or_else(|error| panic!("{path}: {error}: {body}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

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
