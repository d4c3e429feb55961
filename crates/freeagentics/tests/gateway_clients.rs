//! The clients in `docs/protocol.md`, run as pasted against a served world.

mod gateway_support;

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use freeagentics::gateway::world::{World, WorldSettings};
use freeagentics::gateway::{Auth, GatewayConfig, Token};
use gateway_support::Server;

const SECRET: &str = "a-secret-of-some-length";

fn crate_path(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// The code block of that language in the document.
fn pasted(language: &str) -> String {
    let document = std::fs::read_to_string(crate_path("../../docs/protocol.md")).expect("document");
    let start = document
        .find(&format!("```{language}\n"))
        .expect("a code block");
    let code = &document[start + 4 + language.len()..];
    code[..code.find("\n```").expect("its end")].to_owned() + "\n"
}

/// Says why a test does not run; a failure where servers are required.
fn skip(missing: &str) {
    let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    assert!(
        !required,
        "FABENCH_REQUIRE_SERVERS=1, but there is no {missing}"
    );
    eprintln!("skipped: no {missing} on this machine");
}

fn has_python() -> bool {
    let found = Command::new("python3").arg("--version").output().is_ok();
    if !found {
        skip("python3");
    }
    found
}

/// Serves a world with a token and runs a client against it.
async fn run(mut command: Command, token: &str) -> Output {
    let settings = WorldSettings {
        agents: 10,
        ..WorldSettings::default()
    };
    let world = Arc::new(World::new(settings).expect("world"));
    let config = GatewayConfig {
        auth: Auth::Token(Token::new(SECRET).expect("valid")),
        shutdown_grace: std::time::Duration::from_millis(200),
        ..GatewayConfig::default()
    };
    let server = Server::with_world(config, &world);
    command
        .env("FREEAGENTICS_ADDRESS", server.address.to_string())
        .env("FREEAGENTICS_TOKEN", token);
    let output = tokio::task::spawn_blocking(move || command.output())
        .await
        .expect("no panic")
        .expect("the interpreter runs");
    server.stop().await;
    output
}

fn check(output: &Output) {
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines: Vec<&str> = text.lines().collect();
    assert!(lines[0].starts_with("connected to freeagentics/"), "{text}");
    let acts = lines
        .iter()
        .filter(|line| line.contains("most likely in cell"))
        .count();
    assert_eq!(acts, 3, "{text}");
    let events = lines
        .iter()
        .filter(|line| line.starts_with("event: step of agent"))
        .count();
    // Each observation is also an event of the agent's topic; the last may come when the client
    // has already left.
    assert!((2..=3).contains(&events), "{text}");
}

/// The flags with which this machine's node has a WebSocket client; `None` without one.
fn node_flags() -> Option<Vec<&'static str>> {
    let probe = "process.exit(typeof WebSocket === 'function' ? 0 : 1)";
    let flags = [vec![], vec!["--experimental-websocket", "--no-warnings"]];
    let found = flags.into_iter().find(|flags| {
        let output = Command::new("node")
            .args(flags)
            .args(["-e", probe])
            .output();
        output.is_ok_and(|output| output.status.success())
    });
    if found.is_none() {
        skip("node with a WebSocket client (22 or later; 20.10 behind a flag)");
    }
    found
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_python_client_works_as_pasted() {
    if !has_python() {
        return;
    }
    let mut python = Command::new("python3");
    python.arg("-c").arg(pasted("python"));
    check(&run(python, SECRET).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_client_works_as_pasted() {
    let Some(flags) = node_flags() else { return };
    let folder = tempfile::tempdir().expect("folder");
    let file = folder.path().join("client.mjs");
    std::fs::write(&file, pasted("javascript")).expect("written");
    let mut node = Command::new("node");
    node.args(flags).arg(file);
    check(&run(node, SECRET).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_with_a_wrong_token_is_told() {
    if !has_python() {
        return;
    }
    let mut python = Command::new("python3");
    python.arg("-c").arg(pasted("python"));
    let output = run(python, "not-the-token-it-wants").await;
    assert!(!output.status.success());
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        text.contains("refused: HTTP/1.1 401 Unauthorized"),
        "{text}"
    );
}

#[test]
fn the_document_holds_the_clients_as_they_are_in_the_tree() {
    for (language, path) in [
        ("python", "clients/client.py"),
        ("javascript", "clients/client.mjs"),
    ] {
        let file = std::fs::read_to_string(crate_path(path)).expect("client");
        assert_eq!(pasted(language), file, "paste {path} into docs/protocol.md");
    }
}
