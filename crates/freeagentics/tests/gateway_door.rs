//! Who is let in: tokens, origins, hosts, malformed and slow requests, too many at once.

mod gateway_support;

use std::time::Duration;

use freeagentics::gateway::client::Client;
use freeagentics::gateway::{Auth, Gateway, GatewayConfig, GatewayError, Limits, NoAgents, Token};
use gateway_support::{PATIENCE, Server, exchange, http_get, until, upgrade_request};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

const SECRET: &str = "correct-horse-battery";

fn quick(config: GatewayConfig) -> GatewayConfig {
    GatewayConfig {
        shutdown_grace: Duration::from_millis(200),
        ..config
    }
}

fn open() -> GatewayConfig {
    quick(GatewayConfig::for_measuring())
}

fn guarded() -> GatewayConfig {
    let auth = Auth::Token(Token::new(SECRET).expect("valid"));
    quick(GatewayConfig {
        auth,
        ..GatewayConfig::default()
    })
}

async fn status_of(server: &Server, headers: &str) -> String {
    let mut stream = TcpStream::connect(server.address).await.expect("connect");
    let request = upgrade_request(server.address, headers);
    stream.write_all(request.as_bytes()).await.expect("send");
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer))
        .await
        .expect("time")
        .expect("answer");
    String::from_utf8_lossy(&answer[9..]).into_owned()
}

#[tokio::test]
async fn only_the_right_token_opens() {
    let server = Server::start(guarded());
    for (headers, status) in [
        (String::new(), "401"),
        ("Authorization: Bearer wrong\r\n".into(), "401"),
        (format!("Authorization: Basic {SECRET}\r\n"), "401"),
        (format!("Authorization: Bearer {SECRET}x\r\n"), "401"),
        (
            format!("Sec-WebSocket-Protocol: freeagentics.v1, bearer.{SECRET}x\r\n"),
            "401",
        ),
        (format!("Authorization: Bearer {SECRET}\r\n"), "101"),
        (format!("authorization: bearer {SECRET}\r\n"), "101"),
        (
            format!("Sec-WebSocket-Protocol: freeagentics.v1, bearer.{SECRET}\r\n"),
            "101",
        ),
    ] {
        assert_eq!(status_of(&server, &headers).await, status, "{headers}");
    }
    assert!(
        http_get(server.address, "/metrics", "")
            .await
            .starts_with("HTTP/1.1 401")
    );
    let shown = format!("Authorization: Bearer {SECRET}\r\n");
    let metrics = http_get(server.address, "/metrics", &shown).await;
    assert!(
        metrics.contains("refused_total{reason=\"unauthorized\"} 6\n"),
        "{metrics}"
    );
    assert!(
        http_get(server.address, "/health", "")
            .await
            .starts_with("HTTP/1.1 200")
    );
    assert!(Client::connect(server.address, None).await.is_err());
    let mut client = Client::connect(server.address, Some(SECRET))
        .await
        .expect("admitted");
    assert!(
        client
            .next_text()
            .await
            .expect("welcome")
            .contains("welcome")
    );
    server.stop().await;
}

#[tokio::test]
async fn without_a_token_only_loopback_is_served() {
    let config = GatewayConfig {
        listen: "0.0.0.0:0".parse().expect("valid"),
        ..open()
    };
    let refused = Gateway::bind(config, std::sync::Arc::new(NoAgents)).err();
    assert!(
        matches!(refused, Some(GatewayError::OpenToTheNetwork { .. })),
        "{refused:?}"
    );
}

#[tokio::test]
async fn foreign_origins_are_refused_and_allowed_ones_are_not() {
    let config = GatewayConfig {
        allowed_origins: vec!["https://lab.example".into()],
        ..open()
    };
    let server = Server::start(config);
    let own = format!("Origin: http://{}\r\n", server.address);
    for (headers, status) in [
        ("Origin: http://evil.example\r\n", "403"),
        ("Origin: null\r\n", "403"),
        ("Origin: https://lab.example.evil.example\r\n", "403"),
        (
            "Origin: https://lab.example\r\nOrigin: http://evil.example\r\n",
            "403",
        ),
        ("Origin: https://lab.example\r\n", "101"),
        (&own, "101"),
    ] {
        assert_eq!(status_of(&server, headers).await, status, "{headers}");
    }
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn a_foreign_name_that_resolves_here_is_refused_without_a_token() {
    let server = Server::start(open());
    let request =
        b"GET /ws HTTP/1.1\r\nHost: rebound.example:80\r\nOrigin: http://rebound.example:80\r\n\
        Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    let answer = exchange(server.address, request).await;
    assert!(
        answer.starts_with(b"HTTP/1.1 403"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn malformed_requests_get_http_errors() {
    let server = Server::start(open());
    let good = upgrade_request(server.address, "");
    let cases = [
        ("\x16\x03\x01\x02 TLS here\r\n\r\n".to_owned(), "400"),
        (
            "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".to_owned(),
            "405",
        ),
        (good.replace("GET", "POST"), "405"),
        (good.replace("Version: 13", "Version: 8"), "426"),
        (good.replace("Upgrade: websocket\r\n", ""), "426"),
        (good.replace("Connection: Upgrade\r\n", ""), "400"),
        (good.replace("dGhlIHNhbXBsZSBub25jZQ==", "c2hvcnQ="), "400"),
        (good.replace("HTTP/1.1", "HTTP/1.0"), "400"),
        (format!("GET /{} HTTP/1.1\r\n", "x".repeat(10_000)), "431"),
    ];
    for (request, status) in &cases {
        let answer = exchange(server.address, request.as_bytes()).await;
        let answer = String::from_utf8_lossy(&answer);
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{request}: {answer}"
        );
    }
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn a_slow_loris_is_timed_out_while_others_are_served() {
    let limits = Limits {
        upgrade_timeout: Duration::from_millis(400),
        ..Limits::for_measuring()
    };
    let server = Server::start(GatewayConfig { limits, ..open() });
    let mut slow = TcpStream::connect(server.address).await.expect("connect");
    slow.write_all(b"GET /ws HTTP/1.1\r\n").await.expect("send");
    let silent = TcpStream::connect(server.address).await.expect("connect");
    let dripping = async {
        let mut answer = Vec::new();
        // A header now and then does not buy more time.
        loop {
            let read = slow.read_buf(&mut answer);
            match timeout(Duration::from_millis(50), read).await {
                Ok(Ok(0) | Err(_)) => return answer,
                Ok(Ok(_)) => {}
                Err(_) => {
                    let _ = slow.write_all(b"X-Drip: 1\r\n").await;
                }
            }
        }
    };
    let (answer, ()) = tokio::join!(timeout(PATIENCE, dripping), server.serves_others());
    let answer = answer.expect("timed out by the server");
    assert!(
        answer.starts_with(b"HTTP/1.1 408"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
    until(
        "the silent one is gone too",
        || matches!(silent.try_read(&mut [0; 512]), Ok(n) if n > 0),
    )
    .await;
    assert_eq!(
        server
            .metric("freeagentics_refused_total{reason=\"timed_out\"}")
            .await,
        2
    );
    server.stop().await;
}

#[tokio::test]
async fn beyond_the_connection_limit_the_answer_is_503() {
    let limits = Limits {
        max_connections: 3,
        ..Limits::for_measuring()
    };
    let server = Server::start(GatewayConfig { limits, ..open() });
    let kept = [
        server.welcomed().await,
        server.welcomed().await,
        server.welcomed().await,
    ];
    let mut refused = TcpStream::connect(server.address).await.expect("connect");
    let mut answer = Vec::new();
    // The answer may be cut short by a reset: nothing is kept for a peer beyond the limit.
    let _ = timeout(PATIENCE, refused.read_to_end(&mut answer))
        .await
        .expect("time");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 503"));
    drop(kept);
    let metrics = server.metrics.clone();
    until("the three are gone", || metrics.connections() == 0).await;
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn a_crowd_of_unfinished_requests_does_not_lock_others_out() {
    let limits = Limits {
        max_pending_upgrades: 8,
        ..Limits::for_measuring()
    };
    let server = Server::start(GatewayConfig { limits, ..open() });
    let mut loris = Vec::new();
    for _ in 0..40 {
        let mut stream = TcpStream::connect(server.address).await.expect("connect");
        stream
            .write_all(b"GET /ws HTTP/1.1\r\n")
            .await
            .expect("send");
        loris.push(stream);
    }
    server.serves_others().await;
    assert!(
        server
            .metric("freeagentics_refused_total{reason=\"evicted\"}")
            .await
            >= 32
    );
    assert!(server.metric("freeagentics_sockets").await <= 10);
    server.stop().await;
}
