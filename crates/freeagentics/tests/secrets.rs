//! Tokens and passwords, given in every place where one can be given: they stand in no output, no log, whatever is logged, and
//! no process title.

mod gateway_support;

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use freeagentics::gateway::client::Client;
use freeagentics::store::private_cluster::{ClusterError, ClusterOptions, PrivateCluster};
use gateway_support::{PATIENCE, http_get, json};

const SECRET: &str = "Zwiebelkuchen-7319.Geheim";

fn binary(arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_freeagentics"));
    for name in [
        "FREEAGENTICS_TOKEN",
        "FREEAGENTICS_NATS_URL",
        "FREEAGENTICS_STORE",
    ] {
        command.env_remove(name);
    }
    command
        .args(arguments)
        .env("RUST_LOG", "trace")
        .env("RUST_BACKTRACE", "full")
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Holds a text against the secret, as it is, in hexadecimal, and in Base64 wherever it may begin.
#[track_caller]
fn judge(text: &str, secret: &str, what: &str) {
    let mut forms = vec![
        secret.to_owned(),
        data_encoding::HEXLOWER.encode(secret.as_bytes()),
        format!("{:?}", secret.as_bytes()).replace(['[', ']'], ""),
    ];
    for before in 0..3 {
        let bytes = [vec![0; before], secret.as_bytes().to_vec()].concat();
        let encoded = data_encoding::BASE64_NOPAD.encode(&bytes);
        // The characters at either end are shared with what stands beside it.
        forms.push(encoded[(before * 8).div_ceil(6)..bytes.len() * 8 / 6].to_owned());
    }
    for form in forms {
        if let Some(at) = text.find(&form) {
            let line = text[..at].lines().last().unwrap_or_default();
            panic!("the secret is in {what}, after `{line}`");
        }
    }
}

/// A process whose output is read as it comes.
struct Running {
    child: Child,
    stdout: BufReader<std::process::ChildStdout>,
    log: std::thread::JoinHandle<String>,
    said: String,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("starts");
        let mut stderr = child.stderr.take().expect("piped");
        let log = std::thread::spawn(move || {
            let mut bytes = Vec::new();
            let _ = stderr.read_to_end(&mut bytes);
            String::from_utf8_lossy(&bytes).into_owned()
        });
        Self {
            stdout: BufReader::new(child.stdout.take().expect("piped")),
            child,
            log,
            said: String::new(),
        }
    }

    /// Waits until it says where it listens.
    fn address(&mut self) -> SocketAddr {
        self.stdout.read_line(&mut self.said).expect("text");
        let said = json(&self.said);
        let address = said["address"].as_str().expect("an address");
        address.parse().expect("valid")
    }

    fn title(&self) -> String {
        let read = |name: &str| fs::read(format!("/proc/{}/{name}", self.child.id()));
        let all = [read("cmdline"), read("comm")].map(Result::unwrap_or_default);
        String::from_utf8_lossy(&all.concat()).into_owned()
    }

    /// Ends it with SIGTERM; its whole output and log.
    fn end(mut self) -> (String, String) {
        let process = rustix::process::Pid::from_child(&self.child);
        // It may have ended by itself.
        let _ = rustix::process::kill_process(process, rustix::process::Signal::TERM);
        self.finish()
    }

    fn finish(&mut self) -> (String, String) {
        self.stdout.read_to_string(&mut self.said).expect("text");
        self.child.wait().expect("ends");
        let log = std::mem::replace(&mut self.log, std::thread::spawn(String::new));
        (self.said.clone(), log.join().expect("read"))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

const SERVE: [&str; 6] = [
    "serve",
    "--json",
    "--listen",
    "127.0.0.1:0",
    "--agents",
    "5",
];

#[tokio::test]
async fn a_token_that_was_given_is_shown_nowhere() {
    let flag = format!("--token={SECRET}");
    for (arguments, variables) in [
        (vec!["--token", SECRET], vec![]),
        (vec![flag.as_str()], vec![]),
        (vec![], vec![("FREEAGENTICS_TOKEN", SECRET)]),
    ] {
        let arguments = [&SERVE[..], &arguments].concat();
        let mut running = Running::start(binary(&arguments, &variables));
        let address = running.address();
        judge(&running.title(), SECRET, "the title");
        let mut client = Client::connect(address, Some(SECRET))
            .await
            .expect("admitted");
        client.next_text().await.expect("welcome");
        let authorization = format!("Authorization: Bearer {SECRET}\r\n");
        let metrics = http_get(address, "/metrics", &authorization).await;
        assert!(metrics.contains("# EOF"), "{metrics}");
        judge(&metrics, SECRET, "the metrics");
        // As a browser shows it, and beside a mistake of each kind.
        for request in [
            format!(
                "GET /ws HTTP/1.1\r\nHost: {address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: freeagentics.v1, bearer.{SECRET}\r\n\r\n"
            ),
            format!("GET /ws?token={SECRET} HTTP/1.1\r\nHost: {address}\r\n\r\n"),
            format!(
                "POST /{SECRET} HTTP/1.1\r\nHost: {address}\r\n{authorization}Origin: http://evil.example\r\n\r\n"
            ),
            format!("{SECRET}\r\n\r\n"),
        ] {
            use std::io::Write as _;
            let mut stream = TcpStream::connect(address).expect("connects");
            stream.write_all(request.as_bytes()).expect("sent");
            stream.set_read_timeout(Some(PATIENCE)).expect("a limit");
            let _ = stream.read(&mut [0; 64]).expect("an answer");
        }
        let (said, log) = running.end();
        assert!(said.contains("\"token\":null"), "{said}");
        assert!(!log.is_empty(), "nothing was logged");
        judge(&said, SECRET, "the output");
        judge(&log, SECRET, "the log");
    }
}

/// A NATS server that wants a password; killed with the value.
struct Nats {
    child: Child,
    port: u16,
    _store: tempfile::TempDir,
}

impl Nats {
    /// `None` when the machine has no server and the test may be skipped.
    fn start() -> Option<Self> {
        let path = std::env::var_os("PATH").unwrap_or_default();
        let program = std::env::split_paths(&path)
            .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
            .map(|folder| folder.join("nats-server"))
            .find(|program| program.is_file());
        let Some(program) = program else {
            skipped("nats-server is not installed (Debian: apt-get install nats-server)");
            return None;
        };
        // Below the range from which the system takes ports for clients.
        let first = 20_000 + (std::process::id() % 10_000) as u16;
        let port = (first..32_768)
            .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
            .expect("a port");
        let store = tempfile::tempdir().expect("a folder");
        let child = Command::new(program)
            .args(["--addr", "127.0.0.1", "--port", &port.to_string()])
            .args([
                "--user",
                "ann",
                "--pass",
                SECRET,
                "--jetstream",
                "--store_dir",
            ])
            .arg(store.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let server = Self {
            child,
            port,
            _store: store,
        };
        let deadline = Instant::now() + Duration::from_secs(60);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the server does not listen");
            std::thread::park_timeout(Duration::from_millis(20));
        }
        Some(server)
    }
}

impl Drop for Nats {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn skipped(why: &str) {
    assert!(
        std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1"),
        "{why}"
    );
    eprintln!("skipped: {why}");
}

#[test]
fn the_password_of_a_bus_is_shown_nowhere() {
    let Some(server) = Nats::start() else { return };
    let port = server.port;
    let right = format!("nats://ann:{SECRET}@127.0.0.1:{port}");
    for keep in [&["--keep"][..], &[]] {
        for (arguments, variables) in [
            (vec!["--nats", &right], vec![]),
            (vec![], vec![("FREEAGENTICS_NATS_URL", right.as_str())]),
        ] {
            let arguments = [&SERVE[..], &arguments, keep].concat();
            let mut running = Running::start(binary(&arguments, &variables));
            running.address();
            judge(&running.title(), SECRET, "the title");
            let (said, log) = running.end();
            assert!(!log.is_empty(), "nothing was logged");
            // That of the gateway is shown, this one is not.
            judge(&said, SECRET, "the output");
            judge(&log, SECRET, "the log");
        }
    }
    // Refused, not there, no address, several.
    for wrong in [
        format!("nats://bob:{SECRET}@127.0.0.1:{port}"),
        format!("nats://{SECRET}@127.0.0.1:{port}"),
        format!("nats://ann:{SECRET}@127.0.0.1:1"),
        format!("nats://ann:{SECRET}@:port"),
        format!("nats://ann:{SECRET}@127.0.0.1:1,nats://bob:{SECRET}@127.0.0.1:2"),
        format!("http://ann:{SECRET}@127.0.0.1:1,"),
    ] {
        let (said, log) =
            Running::start(binary(&[&SERVE[..], &["--nats", &wrong]].concat(), &[])).finish();
        assert!(said.is_empty() && log.contains("error: "), "{log}");
        judge(&log, SECRET, "the log");
    }
}

#[test]
fn the_password_of_a_store_is_shown_nowhere() {
    let options = ClusterOptions {
        unsafe_but_quick: true,
        ..ClusterOptions::default()
    };
    let cluster = match PrivateCluster::start(&options) {
        Ok(cluster) => cluster,
        Err(error @ ClusterError::NotInstalled) => return skipped(&error.to_string()),
        Err(error) => panic!("{error}"),
    };
    let right = cluster.tcp_url();
    let password = right
        .split([':', '@'])
        .nth(2)
        .expect("a password")
        .to_owned();
    let snapshot = ["snapshot", "--agents", "20"];
    for (arguments, variables) in [
        ([&snapshot[..], &["--store", &right]].concat(), vec![]),
        (
            vec!["restore", "--steps", "1"],
            vec![("FREEAGENTICS_STORE", right.as_str())],
        ),
    ] {
        let mut running = Running::start(binary(&arguments, &variables));
        let (said, log) = running.finish();
        assert!(said.contains("20 agents"), "{said}{log}");
        assert!(log.contains("DEBUG"), "nothing was logged");
        for (text, what) in [(&said, "the output"), (&log, "the log")] {
            judge(text, &password, what);
        }
    }
    for (wrong, secret) in [
        (right.replace(&password, SECRET), SECRET),
        (
            format!("postgres://ann:{SECRET}@127.0.0.1:1/agents"),
            SECRET,
        ),
        (format!("postgres://ann:{SECRET}@host:port/agents"), SECRET),
        (
            format!("postgres://ann@127.0.0.1:1/agents?password={SECRET}"),
            SECRET,
        ),
        (format!("mysql://ann:{SECRET}@127.0.0.1:1/agents"), SECRET),
        (format!("{right}_which_is_not_there"), password.as_str()),
    ] {
        for command in [&snapshot[..], &["restore"]] {
            let arguments = [command, &["--store", &wrong]].concat();
            let (said, log) = Running::start(binary(&arguments, &[])).finish();
            assert!(said.is_empty() && log.contains("error: "), "{log}");
            judge(&log, secret, "the log");
        }
    }
}

#[test]
fn what_is_typed_at_the_wrong_place_is_not_repeated() {
    let url = format!("postgres://ann:{SECRET}@127.0.0.1:1/agents");
    let joined = format!("--stroe={url}");
    for arguments in [
        &["snapshot", &url][..],
        &["snapshto", "--store", &url],
        &[&url],
        &["restore", &joined],
        &["serve", "--listen", &url],
        &["serve", "--allow-origin", &url],
        &["serve", "--agents", &url],
        &["serve", "--token", SECRET, "--no-auth"],
        &["serve", "--token", "Zwiebelkuchen-7319.Geheim with spaces"],
    ] {
        let mut running = Running::start(binary(arguments, &[]));
        let (said, log) = running.finish();
        assert!(
            said.is_empty() && log.contains("error: "),
            "{arguments:?}: {log}"
        );
        judge(&log, SECRET, "the log");
    }
}
