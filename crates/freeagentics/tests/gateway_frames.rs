//! Frames that break RFC 6455 or the limits: their sender gets the RFC's close code, everybody
//! else goes on being served.

mod gateway_support;

use freeagentics::gateway::{GatewayConfig, Limits};
use gateway_support::{Raw, Server, json, masked, until};

fn server() -> Server {
    Server::start(GatewayConfig {
        shutdown_grace: std::time::Duration::from_millis(200),
        ..GatewayConfig::for_measuring()
    })
}

/// Sends `bytes` and checks the close code, the metric and the others.
async fn is_closed_with(bytes: &[u8], code: u16, label: &str) {
    let server = server();
    let mut raw = Raw::connect(server.address).await;
    raw.send(bytes).await;
    assert_eq!(raw.close_code().await, Some(code));
    let metric = format!("freeagentics_closed_total{{reason=\"{label}\",code=\"{code}\"}}");
    assert_eq!(server.metric(&metric).await, 1);
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn a_reserved_opcode_is_a_protocol_error() {
    is_closed_with(&masked(0x83, b"x"), 1002, "protocol").await;
}

#[tokio::test]
async fn reserved_bits_are_a_protocol_error() {
    is_closed_with(&masked(0x81 | 0x40, b"x"), 1002, "protocol").await;
}

#[tokio::test]
async fn an_unmasked_frame_is_a_protocol_error() {
    is_closed_with(b"\x81\x01x", 1002, "protocol").await;
}

#[tokio::test]
async fn a_continuation_of_nothing_is_a_protocol_error() {
    is_closed_with(&masked(0x80, b"x"), 1002, "protocol").await;
}

#[tokio::test]
async fn a_new_message_inside_a_fragmented_one_is_a_protocol_error() {
    let bytes = [masked(0x01, b"a"), masked(0x81, b"b")].concat();
    is_closed_with(&bytes, 1002, "protocol").await;
}

#[tokio::test]
async fn a_fragmented_ping_is_a_protocol_error() {
    is_closed_with(&masked(0x09, b""), 1002, "protocol").await;
}

#[tokio::test]
async fn an_overlong_ping_is_a_protocol_error() {
    is_closed_with(&masked(0x89, &[b'x'; 126]), 1002, "protocol").await;
}

#[tokio::test]
async fn text_that_is_not_utf8_is_refused() {
    is_closed_with(&masked(0x81, b"\xff\xfe"), 1007, "not_utf8").await;
}

#[tokio::test]
async fn fragments_that_do_not_join_to_utf8_are_refused() {
    let bytes = [masked(0x01, b"\xc3"), masked(0x80, b"\x28")].concat();
    is_closed_with(&bytes, 1007, "not_utf8").await;
}

#[tokio::test]
async fn a_frame_over_the_limit_is_refused_by_its_header_alone() {
    // A header that announces 2^40 bytes; none of them is ever sent.
    let mut bytes = vec![0x82, 0xFF];
    bytes.extend_from_slice(&(1_u64 << 40).to_be_bytes());
    bytes.extend_from_slice(&[0; 4]);
    is_closed_with(&bytes, 1009, "too_big").await;
}

#[tokio::test]
async fn fragments_over_the_message_limit_are_refused() {
    let limits = Limits::default();
    let fragment = vec![b'x'; limits.max_frame_bytes];
    let count = limits.max_message_bytes / limits.max_frame_bytes + 1;
    let mut bytes = masked(0x02, &fragment);
    for _ in 1..count {
        bytes.extend_from_slice(&masked(0x00, &fragment));
    }
    is_closed_with(&bytes, 1009, "too_big").await;
}

#[tokio::test]
async fn a_message_in_fragments_with_a_ping_between_is_understood() {
    let server = server();
    let mut raw = Raw::connect(server.address).await;
    raw.send(&masked(0x01, br#"{"type":"echo","id""#)).await;
    raw.send(&masked(0x89, b"now")).await;
    raw.send(&masked(0x80, br#":4,"payload":"whole"}"#)).await;
    let pong = raw.frame().await.expect("pong");
    assert_eq!((pong.first, &pong.payload[..]), (0x8A, &b"now"[..]));
    let echo = raw.frame().await.expect("echo");
    assert_eq!(echo.payload, br#"{"type":"echo","id":4,"payload":"whole"}"#);
    server.stop().await;
}

#[tokio::test]
async fn a_frame_that_arrives_byte_by_byte_is_understood() {
    let server = server();
    let mut raw = Raw::connect(server.address).await;
    for byte in masked(0x81, br#"{"type":"echo","id":4,"payload":0}"#) {
        raw.send(&[byte]).await;
    }
    assert_eq!(
        raw.frame().await.expect("echo").payload,
        br#"{"type":"echo","id":4,"payload":0}"#
    );
    server.stop().await;
}

#[tokio::test]
async fn a_close_is_answered_with_its_code() {
    let server = server();
    let mut raw = Raw::connect(server.address).await;
    raw.send(&masked(0x88, &1000_u16.to_be_bytes())).await;
    assert_eq!(raw.close_code().await, Some(1000));
    assert_eq!(raw.frame().await, None);
    let metrics = server.metrics.clone();
    until("the connection is gone", || metrics.connections() == 0).await;
    server.stop().await;
}

#[tokio::test]
async fn unknown_commands_are_answered_and_the_connection_stays() {
    let server = server();
    let mut client = server.welcomed().await;
    for (text, code) in [
        (r#"{"type":"dance","id":1}"#, "unknown_command"),
        ("not json", "malformed"),
        (r#"{"id":1}"#, "malformed"),
        (r#"{"type":"publish","id":1}"#, "malformed"),
        (r#"{"type":"observe","id":1,"agent":-4}"#, "malformed"),
        (
            r#"{"type":"observe","id":1,"agent":4,"observation":[0]}"#,
            "no_such_agent",
        ),
        (r#"{"type":"spawn","id":1,"count":4000000000}"#, "too_many"),
        (r#"{"type":"spawn","id":1,"count":1}"#, "unavailable"),
    ] {
        client.send_text(text).await.expect("send");
        let reply = json(&client.next_text().await.expect("reply"));
        assert_eq!(reply["type"], "error", "{text}");
        assert_eq!(reply["code"], code, "{text}");
        assert!(
            reply["message"].as_str().is_some_and(|m| m.len() > 10),
            "{reply}"
        );
    }
    client
        .send_binary(&b"\x7e\x05\0\0\0"[..])
        .await
        .expect("send");
    let reply = client
        .next()
        .await
        .expect("reply")
        .expect("open")
        .into_data();
    assert_eq!(&reply[..7], b"\xff\x05\0\0\0\x02\0");
    client
        .send_text(r#"{"type":"echo","id":2,"payload":1}"#)
        .await
        .expect("send");
    assert_eq!(
        json(&client.next_text().await.expect("reply"))["type"],
        "echo"
    );
    server.stop().await;
}

#[tokio::test]
async fn subscriptions_are_bounded() {
    let server = server();
    let mut client = server.welcomed().await;
    let topics: Vec<String> = (0..300).map(|n| format!("t{n}")).collect();
    let command = serde_json::json!({"type": "subscribe", "id": 1, "topics": topics});
    client.send_text(command.to_string()).await.expect("send");
    let reply = json(&client.next_text().await.expect("reply"));
    assert_eq!(reply["code"], "too_many");
    assert_eq!(server.metric("freeagentics_topics").await, 256);
    server.stop().await;
}
