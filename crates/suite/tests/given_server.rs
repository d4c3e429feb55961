//! The suite against running servers: a gateway with a token, a server that only echoes, and ones that do neither.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use fabench_harness::runner::{self, Cancel, Executable, Limits, Plan};
use fabench_record::Outcome;
use freeagentics::gateway::{Auth, Gateway, GatewayConfig, NoAgents, Token};
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

const SECRET: &str = "a-secret-of-some-length";

fn threads() -> Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A gateway as an operator runs it, with its limits.
fn gateway(runtime: &Runtime) -> SocketAddr {
    let config = GatewayConfig {
        auth: Auth::Token(Token::new(SECRET).expect("valid")),
        ..GatewayConfig::default()
    };
    runtime.block_on(async {
        let gateway = Gateway::bind(config, Arc::new(NoAgents)).expect("bound");
        let address = gateway.local_addr();
        tokio::spawn(gateway.serve(std::future::pending()));
        address
    })
}

/// A server that sends back what it is sent, and knows nothing else.
fn plain_echo(runtime: &Runtime) -> SocketAddr {
    runtime.block_on(async {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
        let address = listener.local_addr().expect("an address");
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    let mut socket = tokio_tungstenite::accept_async(stream).await?;
                    while let Some(Ok(message)) = socket.next().await {
                        if message.is_text() || message.is_binary() {
                            socket.send(message).await?;
                        }
                    }
                    Ok::<_, tokio_tungstenite::tungstenite::Error>(())
                });
            }
        });
        address
    })
}

/// Measures the WebSocket benchmarks whose ids end so; what became of each.
fn measure(environment: &[(&str, &str)], wanted: &[&str]) -> BTreeMap<String, Outcome> {
    let mut executable = Executable::new(env!("CARGO_BIN_EXE_freeagentics-suite"));
    for (name, value) in environment {
        executable = executable.environment(*name, *value);
    }
    let cancel = Cancel::default();
    let offer = runner::offer(&executable, Limits::default(), &cancel).expect("offered");
    let is_wanted = |id: &str| {
        wanted
            .iter()
            .any(|end| id == format!("websocket_connection/{end}"))
    };
    let benchmarks = offer.benchmarks.into_iter();
    let benchmarks: Vec<_> = benchmarks
        .filter(|one| is_wanted(&one.id.to_string()))
        .collect();
    assert_eq!(benchmarks.len(), wanted.len());
    for one in &benchmarks {
        let server = one.parameters.get("server").expect("the server is named");
        assert!(server.starts_with("ws://127.0.0.1:"), "{server}");
        assert!(!server.contains(SECRET), "{server}");
    }
    let plan = Plan {
        launches: 1,
        max_time: Duration::from_millis(100),
        count_allocations: false,
        ..Plan::quick(benchmarks)
    };
    let finished = runner::run(&executable, &plan, &cancel, &mut |_| {});
    let outcomes = finished.benchmarks.into_iter();
    outcomes
        .map(|one| (one.id.to_string(), one.outcome))
        .collect()
}

fn said(outcome: &Outcome) -> String {
    let text = format!("{outcome:?}");
    assert!(!text.contains(SECRET), "{text}");
    text
}

#[test]
fn a_gateway_with_a_token_is_measured_like_our_own() {
    let runtime = threads();
    let url = format!("ws://{}/ws", gateway(&runtime));
    let named = [
        ("FREEAGENTICS_WEBSOCKET_URL", url.as_str()),
        ("FREEAGENTICS_WEBSOCKET_TOKEN", SECRET),
        ("FREEAGENTICS_WEBSOCKET_TOPIC", "somebody/else's"),
    ];
    let outcomes = measure(&named, &["setup", "concurrent", "broadcast"]);
    for (id, outcome) in &outcomes {
        assert_eq!(outcome, &Outcome::Measured, "{id}");
    }
}

#[test]
fn a_server_that_only_echoes_is_measured_as_far_as_it_goes() {
    let runtime = threads();
    let url = format!("ws://{}", plain_echo(&runtime));
    let outcomes = measure(
        &[
            ("FREEAGENTICS_WEBSOCKET_URL", url.as_str()),
            ("FREEAGENTICS_WEBSOCKET_ECHO_PATH", "/echo"),
        ],
        &["setup", "broadcast"],
    );
    assert_eq!(outcomes["websocket_connection/setup"], Outcome::Measured);
    let broadcast = said(&outcomes["websocket_connection/broadcast"]);
    assert!(
        broadcast.contains("has no topics to broadcast to"),
        "{broadcast}"
    );
}

#[test]
fn what_is_wrong_with_a_server_is_said_with_what_to_do() {
    let runtime = threads();
    let address = gateway(&runtime);
    let free =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr());
    let closed = free.expect("a port that was free");
    for (url, token, expected) in [
        (
            format!("ws://{address}/ws"),
            "",
            "it wants a token: give it in",
        ),
        (
            format!("ws://{address}/ws"),
            "another-secret-of-length",
            "does not take this token",
        ),
        (
            format!("ws://{address}/health"),
            SECRET,
            "there is no WebSocket at this path",
        ),
        (format!("ws://{closed}/"), SECRET, "can't be connected to"),
    ] {
        let named = [
            ("FREEAGENTICS_WEBSOCKET_URL", url.as_str()),
            ("FREEAGENTICS_WEBSOCKET_TOKEN", token),
        ];
        let outcomes = measure(&named, &["setup"]);
        let text = said(&outcomes["websocket_connection/setup"]);
        assert!(
            text.contains(expected) && !text.contains("another-secret"),
            "{text}"
        );
    }
}
