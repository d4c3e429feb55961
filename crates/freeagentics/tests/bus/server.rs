//! A real NATS server for a test, and a second process with a runtime of its own.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::process::{Pid, Signal, kill_process};

use crate::support::eventually;

pub(crate) struct Server {
    program: PathBuf,
    port: u16,
    process: Option<Child>,
    store: tempfile::TempDir,
}

fn program() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .chain([PathBuf::from("/usr/sbin"), PathBuf::from("/usr/local/sbin")])
        .map(|folder| folder.join("nats-server"))
        .find(|program| program.is_file())
}

impl Server {
    /// `None` when the machine has no server and the test may be skipped.
    pub(crate) fn start() -> Option<Self> {
        let Some(program) = program() else {
            assert!(
                std::env::var_os("FABENCH_REQUIRE_SERVERS").is_none_or(|value| value != "1"),
                "nats-server is not installed (Debian: apt-get install nats-server)"
            );
            eprintln!(
                "skipped: nats-server is not installed (Debian: apt-get install nats-server)"
            );
            return None;
        };
        let mut server = Self {
            program,
            port: free_port(),
            process: None,
            store: tempfile::tempdir().expect("a temporary folder"),
        };
        server.resume();
        Some(server)
    }

    pub(crate) fn port(&self) -> u16 {
        self.port
    }

    pub(crate) fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }

    /// Ends the server as a power cut would.
    pub(crate) fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("the server runs");
            process.wait().expect("the server ends");
        }
    }

    /// Lets it not run until [`Server::go_on`].
    pub(crate) fn pause(&self) {
        self.signal(Signal::STOP);
    }

    pub(crate) fn go_on(&self) {
        self.signal(Signal::CONT);
    }

    fn signal(&self, signal: Signal) {
        let process = self.process.as_ref().expect("the server runs");
        kill_process(Pid::from_child(process), signal).expect("the server runs");
    }

    pub(crate) fn resume(&mut self) {
        let process = Command::new(&self.program)
            .args([
                "--addr",
                "127.0.0.1",
                "--port",
                &self.port.to_string(),
                "--jetstream",
                "--store_dir",
            ])
            .arg(self.store.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        self.process = Some(process);
        eventually("the server listens", || {
            TcpStream::connect(("127.0.0.1", self.port)).is_ok()
        });
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that is free now, below the range from which the system takes ports for clients.
fn free_port() -> u16 {
    let start = 20_000 + (std::process::id() % 10_000) as u16;
    (start..32_000)
        .chain(20_000..start)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .expect("a free port")
}

/// A second process: this test program again, running only `nats::peer_process`.
pub(crate) struct Peer {
    process: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

pub(crate) const PEER: &str = "FREEAGENTICS_TEST_PEER";

impl Peer {
    pub(crate) fn start(url: &str, node: u16, kept: bool) -> Self {
        let this: &Path = &std::env::current_exe().expect("a path");
        let mut process = Command::new(this)
            .args(["nats::peer_process", "--exact", "--ignored", "--nocapture"])
            .env(PEER, format!("{url} {node} {kept}"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("a second process");
        let to = process.stdin.take().expect("piped");
        let from = BufReader::new(process.stdout.take().expect("piped"));
        let mut peer = Self { process, to, from };
        assert_eq!(peer.hear(), "ready");
        peer
    }

    /// The next line that the peer says, without what the test harness prints.
    fn hear(&mut self) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = self.from.read_line(&mut line).expect("the peer speaks");
            assert!(read > 0, "the peer ended");
            if let Some((_, said)) = line.split_once("peer: ") {
                return said.trim().to_owned();
            }
        }
    }

    /// How many messages have come, and how many out of order.
    pub(crate) fn count(&mut self) -> (u64, u64) {
        writeln!(self.to, "count").expect("the peer listens");
        let said = self.hear();
        let (seen, wrong) = said.split_once(' ').expect("two numbers");
        (
            seen.parse().expect("a number"),
            wrong.parse().expect("a number"),
        )
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        // It may have ended by itself: either way nothing stays behind.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
