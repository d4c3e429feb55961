//! The real binary: `freeagentics serve` says where it listens, serves, and ends politely.

mod gateway_support;

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};

use freeagentics::gateway::client::Client;
use gateway_support::{PATIENCE, Raw, exchange, http_get, json, masked, until, upgrade_request};
use serde_json::Value;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::time::timeout;

fn binary(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_freeagentics"));
    command
        .args(arguments)
        .env_remove("FREEAGENTICS_TOKEN")
        .env_remove("RUST_LOG");
    command
}

/// A running server; killed if the test ends first.
struct Serving {
    child: Child,
    said: Value,
}

impl Serving {
    fn start(arguments: &[&str]) -> Self {
        let mut child = binary(&["serve", "--json", "--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("starts");
        let mut line = String::new();
        let stdout = child.stdout.as_mut().expect("piped");
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("says where it listens");
        Self {
            child,
            said: json(&line),
        }
    }

    fn address(&self) -> SocketAddr {
        self.said["address"]
            .as_str()
            .expect("an address")
            .parse()
            .expect("valid")
    }

    fn resident_bytes(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("a process");
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmRSS:"))
            .expect("VmRSS");
        line.trim()
            .trim_end_matches(" kB")
            .parse::<u64>()
            .expect("a number")
            * 1024
    }

    fn terminate(&self) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, rustix::process::Signal::TERM).expect("signalled");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn the_token_it_prints_opens_and_sigterm_ends_with_goodbyes() {
    let mut serving = Serving::start(&["--agents", "20"]);
    let token = serving.said["token"].as_str().expect("a token").to_owned();
    assert!(token.len() >= 32, "{token}");
    assert!(Client::connect(serving.address(), None).await.is_err());
    let mut client = Client::connect(serving.address(), Some(&token))
        .await
        .expect("admitted");
    assert_eq!(
        json(&client.next_text().await.expect("welcome"))["agents"],
        20
    );
    serving.terminate();
    let goodbye = timeout(PATIENCE, client.next())
        .await
        .expect("time")
        .expect("a last message");
    let Some(tokio_tungstenite::tungstenite::Message::Close(Some(frame))) = goodbye else {
        panic!("expected a close frame, got {goodbye:?}");
    };
    assert_eq!(u16::from(frame.code), 1001);
    while let Ok(Some(_)) = client.next().await {}
    let status = serving.child.wait().expect("ends");
    let mut stderr = String::new();
    serving
        .child
        .stderr
        .take()
        .expect("piped")
        .read_to_string(&mut stderr)
        .expect("read");
    assert!(status.success(), "{status}: {stderr}");
    assert!(
        !stderr.contains(&token),
        "the token is in the log: {stderr}"
    );
}

#[tokio::test]
async fn ten_thousand_stepping_agents_and_the_page_take_less_than_200_mb() {
    let serving = Serving::start(&["--agents", "10000", "--no-auth", "--plan", "1"]);
    let address = serving.address();
    let page = http_get(address, "/", "").await;
    assert!(page.contains("Grid world"), "{page}");
    let mut client = Client::connect(address, None).await.expect("connect");
    client
        .send_text(r#"{"type":"subscribe","topics":["world"]}"#)
        .await
        .expect("send");
    let last_tick = async {
        loop {
            let event = json(&client.next_text().await.expect("event"));
            if event["type"] == "world" && event["tick"].as_u64() >= Some(2) {
                return event;
            }
        }
    };
    let world = timeout(3 * PATIENCE, last_tick)
        .await
        .expect("the world goes on");
    assert_eq!(world["agents"], 10_000);
    let bytes = serving.resident_bytes();
    assert!(bytes < 200 << 20, "{} MB", bytes >> 20);
}

#[tokio::test]
async fn memory_stays_flat_while_agents_step_and_clients_listen() {
    let flags = ["--agents", "2000", "--plan", "1"];
    let pace = ["--no-auth", "--steps-per-second", "50"];
    let serving = Serving::start(&[flags.as_slice(), pace.as_slice()].concat());
    let mut clients = Vec::new();
    for agent in 0..50 {
        let mut client = Client::connect(serving.address(), None)
            .await
            .expect("connect");
        let topics = format!(r#"{{"type":"subscribe","topics":["agent/{agent}"]}}"#);
        client.send_text(topics).await.expect("send");
        clients.push(client);
    }
    let mut grown = Vec::new();
    let mut before = None;
    // The first steps allocate; a leak goes on.
    for ticks in [50, 50, 50] {
        for client in &mut clients {
            let mut steps = 0;
            while steps < ticks {
                let message = timeout(PATIENCE, client.next_text()).await.expect("time");
                steps += usize::from(message.expect("open").contains(r#""type":"step""#));
            }
        }
        let now = serving.resident_bytes();
        grown.extend(before.map(|before: u64| now.saturating_sub(before)));
        before = Some(now);
    }
    assert!(
        grown[1] < 2 << 20,
        "bytes more after each 50 steps: {grown:?}"
    );
}

/// What a server logs, as it comes.
fn log_of(serving: &mut Serving) -> Arc<Mutex<String>> {
    let log = Arc::new(Mutex::new(String::new()));
    let lines = BufReader::new(serving.child.stderr.take().expect("piped")).lines();
    let kept = Arc::clone(&log);
    std::thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            *kept.lock().expect("not poisoned") += &(line + "\n");
        }
    });
    log
}

#[tokio::test]
async fn whoever_misbehaves_is_logged_and_costs_neither_memory_nor_others() {
    let secret = "0123456789abcdef";
    let mut serving = Serving::start(&["--agents", "10", "--token", secret]);
    let (address, log) = (serving.address(), log_of(&mut serving));
    let wrong = "Authorization: Bearer fedcba9876543210\r\n";
    let right = format!("Authorization: Bearer {secret}\r\n");
    let foreign = format!("{right}Origin: http://evil.example\r\n");
    for (headers, status) in [(wrong, "401"), (&foreign, "403")] {
        let request = upgrade_request(address, headers);
        let answer = exchange(address, request.as_bytes()).await;
        let expected = format!("HTTP/1.1 {status} ");
        assert!(answer.starts_with(expected.as_bytes()), "{headers}");
    }
    let mut steady = Client::connect(address, Some(secret))
        .await
        .expect("admitted");
    let before = serving.resident_bytes();
    // 16 MiB are twice what a client may send at once.
    let flood = masked(0x82, &[0x01; 32 * 1024]).repeat(512);
    for (bytes, code) in [
        (masked(0x81, b"\xff"), 1007),
        (b"\x81\x01x".to_vec(), 1002),
        (masked(0x82, &[0; 70_000]), 1009),
        (flood, 1008),
    ] {
        let mut raw = Raw::connect_with(address, &right).await;
        let (mut reader, mut writer) = raw.stream.split();
        let mut replies = Vec::new();
        // The server ends the connection while the flood is still coming.
        let send = async {
            let _ = writer.write_all(&bytes).await;
        };
        let (_, read) = tokio::join!(send, timeout(PATIENCE, reader.read_to_end(&mut replies)));
        let _ = read.expect("ended in time");
        until("the ending is logged", || {
            let log = log.lock().expect("not poisoned");
            log.contains(&format!("code={code}"))
        })
        .await;
    }
    let log = log.lock().expect("not poisoned").clone();
    assert!(
        log.contains("status=401") && log.contains("status=403"),
        "{log}"
    );
    assert!(!log.contains(secret) && !log.contains("fedcba"), "{log}");
    assert!(!log.contains('\u{1b}'), "colours off a terminal: {log}");
    let grown = serving.resident_bytes().saturating_sub(before);
    assert!(grown < 16 << 20, "{} KiB more", grown >> 10);
    steady
        .send_text(r#"{"type":"echo","id":1,"payload":"still here"}"#)
        .await
        .expect("send");
    let reply = loop {
        let message = json(&steady.next_text().await.expect("reply"));
        if message["type"] == "echo" {
            break message;
        }
    };
    assert_eq!(reply["payload"], "still here");
}

fn fails(arguments: &[&str]) -> Output {
    let output = binary(arguments).output().expect("runs");
    assert!(!output.status.success());
    output
}

#[test]
fn what_cannot_be_served_is_refused_with_a_remedy() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("bind");
    let address = taken.local_addr().expect("address").to_string();
    for (arguments, code, says) in [
        (
            vec!["serve", "--listen", &*address],
            1,
            "choose another with --listen",
        ),
        (
            vec!["serve", "--no-auth", "--listen", "0.0.0.0:0"],
            1,
            "drop --no-auth",
        ),
        (vec!["serve", "--token", "short"], 1, "use 16 to 256"),
        (vec!["serve", "--listen", "nonsense"], 2, "--listen"),
        (
            vec!["serve", "--steps-per-second", "NaN"],
            2,
            "0.01 to 1000",
        ),
        (
            vec!["serve", "--token", "0123456789abcdef", "--no-auth"],
            2,
            "cannot be used with",
        ),
        (vec!["dance"], 2, "unrecognized subcommand"),
    ] {
        let output = fails(&arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(says), "{arguments:?}: {stderr}");
    }
}
