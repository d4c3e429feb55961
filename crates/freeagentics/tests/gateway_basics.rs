//! What a client can do with a gateway that works: welcome, echo, topics, HTTP.

mod gateway_support;

use freeagentics::gateway::GatewayConfig;
use gateway_support::{Server, http_get, json};

fn quick() -> GatewayConfig {
    GatewayConfig {
        shutdown_grace: std::time::Duration::from_millis(200),
        ..GatewayConfig::for_measuring()
    }
}

#[tokio::test]
async fn a_client_is_welcomed_and_echoed_in_both_encodings() {
    let server = Server::start(quick());
    let mut client = server.client().await;
    assert_eq!(
        json(&client.next_text().await.expect("welcome"))["type"],
        "welcome"
    );

    client
        .send_text(r#"{"type":"echo","id":7,"payload":{"a":1}}"#)
        .await
        .expect("send");
    let reply = client.next_text().await.expect("echo");
    assert_eq!(reply, r#"{"type":"echo","id":7,"payload":{"a":1}}"#);

    client
        .send_binary(&b"\x01\x09\0\0\0hello"[..])
        .await
        .expect("send");
    let reply = client
        .next()
        .await
        .expect("echo")
        .expect("open")
        .into_data();
    assert_eq!(&reply[..], b"\x81\x09\0\0\0hello");
    server.stop().await;
}

#[tokio::test]
async fn what_is_published_reaches_every_subscriber_in_order_in_its_encoding() {
    let server = Server::start(quick());
    let mut readers = Vec::new();
    for index in 0..8 {
        let mut client = server.welcomed().await;
        if index % 2 == 0 {
            client
                .send_text(r#"{"type":"subscribe","topics":["news"]}"#)
                .await
                .expect("send");
            let reply = json(&client.next_text().await.expect("reply"));
            assert_eq!(reply["type"], "subscribed");
            assert_eq!(reply["topics"][0], "news");
        } else {
            client
                .send_binary(&b"\x02\x01\0\0\0\x04news"[..])
                .await
                .expect("send");
            let reply = client
                .next()
                .await
                .expect("reply")
                .expect("open")
                .into_data();
            assert_eq!(&reply[..], b"\x82\x01\0\0\0\x01\0\0\0");
        }
        readers.push(client);
    }
    let mut publisher = server.welcomed().await;
    for n in 0..500 {
        let id = if n == 499 { r#","id":1"# } else { "" };
        let text = format!(r#"{{"type":"publish","topic":"news","payload":{n}{id}}}"#);
        publisher.send_text(text).await.expect("send");
    }
    let reply = json(&publisher.next_text().await.expect("reply"));
    assert_eq!(
        (reply["type"].as_str(), reply["receivers"].as_u64()),
        (Some("published"), Some(8))
    );
    for (index, reader) in readers.iter_mut().enumerate() {
        for n in 0..500 {
            let message = reader.next().await.expect("event").expect("open");
            if index % 2 == 0 {
                let expected = format!(r#"{{"type":"message","topic":"news","payload":{n}}}"#);
                assert_eq!(message.into_text().expect("text").as_str(), expected);
            } else {
                assert_eq!(
                    &message.into_data()[..],
                    format!("\x41\x04news{n}").as_bytes()
                );
            }
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn a_binary_payload_reaches_json_subscribers_as_base64_and_unsubscribing_ends_it() {
    let server = Server::start(quick());
    let mut client = server.welcomed().await;
    client
        .send_text(r#"{"type":"subscribe","topic":"t"}"#)
        .await
        .expect("send");
    client.next_text().await.expect("subscribed");
    client
        .send_binary(&b"\x04\0\0\0\0\x01t\xff\xfe"[..])
        .await
        .expect("send");
    let event = client.next_text().await.expect("event");
    assert_eq!(
        event,
        r#"{"type":"message","topic":"t","payload_base64":"//4="}"#
    );
    client
        .send_text(r#"{"type":"unsubscribe","topic":"t"}"#)
        .await
        .expect("send");
    assert_eq!(
        json(&client.next_text().await.expect("reply"))["subscriptions"],
        0
    );
    client
        .send_text(r#"{"type":"publish","topic":"t","id":3}"#)
        .await
        .expect("send");
    assert_eq!(
        json(&client.next_text().await.expect("reply"))["receivers"],
        0
    );
    server.stop().await;
}

#[tokio::test]
async fn health_metrics_and_page_are_served() {
    let server = Server::start(quick());
    let mut client = server.welcomed().await;
    client
        .send_text(r#"{"type":"status","id":1}"#)
        .await
        .expect("send");
    assert_eq!(
        json(&client.next_text().await.expect("reply"))["connections"],
        1
    );

    let health = http_get(server.address, "/health", "").await;
    assert!(health.starts_with("HTTP/1.1 200"), "{health}");
    let metrics = http_get(server.address, "/metrics", "").await;
    assert!(
        metrics.contains("application/openmetrics-text"),
        "{metrics}"
    );
    assert!(
        metrics.contains("\nfreeagentics_connections 1\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("\nfreeagentics_messages_received_total 1\n"),
        "{metrics}"
    );
    assert!(metrics.ends_with("# EOF\n"));
    let page = http_get(server.address, "/", "").await;
    assert!(
        page.contains("Content-Security-Policy: default-src 'none'"),
        "{page}"
    );
    assert!(
        http_get(server.address, "/nothing", "")
            .await
            .starts_with("HTTP/1.1 404")
    );
    server.stop().await;
}

#[tokio::test]
async fn shutting_down_says_goodbye_with_1001() {
    let server = Server::start(quick());
    let mut client = server.welcomed().await;
    let stopped = tokio::spawn(server.stop());
    let message = client.next().await.expect("close").expect("close frame");
    let tokio_tungstenite::tungstenite::Message::Close(Some(frame)) = message else {
        panic!("expected a close frame, got {message:?}");
    };
    assert_eq!(u16::from(frame.code), 1001);
    while let Ok(Some(_)) = client.next().await {}
    stopped.await.expect("stopped");
}
