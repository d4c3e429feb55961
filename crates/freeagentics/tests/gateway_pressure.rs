//! Clients that are silent, never read, or never stop: they alone pay, and memory stays bounded.

mod gateway_support;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use freeagentics::gateway::{GatewayConfig, Heartbeat, Limits, SlowConsumer};
use gateway_support::{PATIENCE, Raw, Server, json, masked, until};
use tokio::io::AsyncWriteExt;
use tokio::time::timeout;

fn with(limits: Limits) -> GatewayConfig {
    GatewayConfig {
        limits,
        shutdown_grace: Duration::from_millis(200),
        ..GatewayConfig::for_measuring()
    }
}

#[tokio::test]
async fn a_client_that_never_answers_pings_is_closed_and_one_that_does_stays() {
    let heartbeat = Heartbeat {
        interval: Duration::from_millis(150),
        timeout: Duration::from_millis(1500),
    };
    let server = Server::start(GatewayConfig {
        heartbeat,
        ..with(Limits::for_measuring())
    });
    let mut lively = server.welcomed().await;
    let (done, mut finished) = tokio::sync::oneshot::channel::<()>();
    // Reading is enough: the library answers pings while it reads.
    let reading = tokio::spawn(async move {
        loop {
            tokio::select! {
                message = lively.next() => assert!(matches!(message, Ok(Some(_))), "{message:?}"),
                _ = &mut finished => return lively,
            }
        }
    });
    let mut silent = Raw::connect(server.address).await;
    assert_eq!(
        silent.frame().await.map(|frame| frame.first),
        Some(0x89),
        "a ping first"
    );
    assert_eq!(silent.close_code().await, Some(1008));
    done.send(()).expect("still reading");
    let mut lively = reading.await.expect("never closed");
    lively
        .send_text(r#"{"type":"echo","id":1,"payload":1}"#)
        .await
        .expect("send");
    assert!(
        timeout(PATIENCE, lively.next_text())
            .await
            .expect("time")
            .is_ok()
    );
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_messages_is_closed_with_1008() {
    let limits = Limits {
        messages_per_second: Some(50),
        ..Limits::for_measuring()
    };
    let server = Server::start(with(limits));
    let mut flood = Raw::connect(server.address).await;
    for _ in 0..200 {
        let frame = masked(0x81, br#"{"type":"echo","id":1,"payload":1}"#);
        if flood.stream.write_all(&frame).await.is_err() {
            break;
        }
    }
    assert_eq!(flood.close_code().await, Some(1008));
    server.serves_others().await;
    server.stop().await;
}

#[tokio::test]
async fn a_flood_of_fragments_that_never_end_is_closed_with_1008() {
    let limits = Limits {
        bytes_per_second: Some(20_000),
        ..Limits::for_measuring()
    };
    let server = Server::start(with(limits));
    let mut flood = Raw::connect(server.address).await;
    flood.send(&masked(0x01, b"")).await;
    let fragments = masked(0x00, b"").repeat(2000);
    for _ in 0..100 {
        if flood.stream.write_all(&fragments).await.is_err() {
            break;
        }
    }
    assert_eq!(flood.close_code().await, Some(1008));
    server.serves_others().await;
    server.stop().await;
}

/// Publishes 1 KiB messages to topic `t` until `enough`, which is told how many there have been.
async fn publish_until(server: &Server, mut enough: impl AsyncFnMut(u64) -> bool) -> u64 {
    let mut publisher = server.welcomed().await;
    let payload = "x".repeat(1024);
    let mut published = 0;
    while !enough(published).await {
        for n in 0..64 {
            let id = if n == 63 { r#""id":1,"# } else { "" };
            let text = format!(r#"{{"type":"publish",{id}"topic":"t","payload":"{payload}"}}"#);
            publisher.send_text(text).await.expect("send");
        }
        timeout(PATIENCE, publisher.next_text())
            .await
            .expect("time")
            .expect("published");
        published += 64;
        assert!(published < 500_000, "the slow client never felt it");
    }
    published
}

#[tokio::test]
async fn a_client_that_never_reads_loses_old_events_is_told_and_slows_nobody() {
    let limits = Limits {
        outbox_bytes: 64 * 1024,
        ..Limits::for_measuring()
    };
    let server = Server::start(with(limits));
    let mut slow = Raw::connect(server.address).await;
    slow.send(&masked(0x81, br#"{"type":"subscribe","topic":"t"}"#))
        .await;
    assert_eq!(slow.frame().await.map(|frame| frame.first), Some(0x81));
    let mut quick = server.welcomed().await;
    quick
        .send_text(r#"{"type":"subscribe","topic":"t"}"#)
        .await
        .expect("send");
    quick.next_text().await.expect("subscribed");
    let received = Arc::new(AtomicU64::new(0));
    let count = Arc::clone(&received);
    let reading = tokio::spawn(async move {
        while let Ok(text) = quick.next_text().await {
            assert!(!text.contains("lagged"), "the quick one lost events");
            count.fetch_add(1, Ordering::Relaxed);
        }
    });
    let metrics = server.metrics.clone();
    publish_until(&server, async |published| {
        // Whatever becomes of the slow one, the quick one has everything.
        until("the quick one keeps up", || {
            received.load(Ordering::Relaxed) == published
        })
        .await;
        metrics.snapshot().events_dropped > 500
    })
    .await;
    // It reads at last, and learns what it missed.
    let mut lost = 0;
    while lost == 0 {
        let frame = slow.frame().await.expect("open");
        let event = json(std::str::from_utf8(&frame.payload).expect("UTF-8"));
        lost = event["dropped"].as_u64().unwrap_or(0);
    }
    assert!(lost > 500, "{lost}");
    server.stop().await;
    reading.await.expect("no loss");
}

#[tokio::test]
async fn by_the_other_policy_a_client_that_never_reads_is_closed_with_1013() {
    let limits = Limits {
        outbox_bytes: 64 * 1024,
        ..Limits::for_measuring()
    };
    let config = GatewayConfig {
        slow_consumer: SlowConsumer::Disconnect,
        ..with(limits)
    };
    let server = Server::start(config);
    let mut slow = Raw::connect(server.address).await;
    slow.send(&masked(0x81, br#"{"type":"subscribe","topic":"t"}"#))
        .await;
    assert_eq!(slow.frame().await.map(|frame| frame.first), Some(0x81));
    let metrics = server.metrics.clone();
    let before = metrics.connections();
    publish_until(&server, async |_| metrics.connections() <= before).await;
    server.serves_others().await;
    // What had been handed to the system arrives, then the reason.
    assert_eq!(slow.close_code().await, Some(1013));
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_never_reads_its_replies_is_no_longer_read() {
    let limits = Limits {
        outbox_bytes: 64 * 1024,
        ..Limits::for_measuring()
    };
    let server = Server::start(with(limits));
    let mut greedy = Raw::connect(server.address).await;
    let echo = format!(
        r#"{{"type":"echo","id":1,"payload":"{}"}}"#,
        "x".repeat(8000)
    );
    let frame = masked(0x81, echo.as_bytes());
    // Writing comes to a halt once our own and the server's buffers are full.
    let mut sent = 0_u64;
    while timeout(Duration::from_millis(500), greedy.stream.write_all(&frame))
        .await
        .is_ok()
    {
        sent += 1;
        assert!(sent < 100_000, "the server goes on reading");
    }
    server.serves_others().await;
    // Reading again sets it free: every whole echo that was taken is answered.
    for _ in 0..sent {
        let frame = loop {
            let frame = greedy.frame().await.expect("open");
            // A ping may come in between.
            if frame.first == 0x81 {
                break frame;
            }
        };
        assert_eq!(frame.payload.len(), echo.len());
    }
    server.stop().await;
}

#[tokio::test]
async fn a_client_that_vanishes_in_mid_frame_leaves_nothing_behind() {
    let server = Server::start(with(Limits::for_measuring()));
    let mut client = Raw::connect(server.address).await;
    client
        .send(&masked(0x81, br#"{"type":"subscribe","topic":"t"}"#))
        .await;
    client.frame().await.expect("subscribed");
    client.send(&masked(0x81, b"never finished")[..9]).await;
    drop(client);
    let metrics = server.metrics.clone();
    until("it is gone", || metrics.connections() == 0).await;
    let start = std::time::Instant::now();
    while server.metric("freeagentics_topics").await != 0 {
        assert!(start.elapsed() < PATIENCE, "its subscription stays");
    }
    server.stop().await;
}
