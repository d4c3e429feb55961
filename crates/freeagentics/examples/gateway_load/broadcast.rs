//! One publisher, many subscribers: deliveries a second, every one counted.

use std::net::SocketAddr;
use std::time::Instant;

use anyhow::Context as _;
use freeagentics::gateway::client::Client;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Publishes awaiting their acknowledgement: keeps the server busy without flooding its queues.
const WINDOW: usize = 256;

/// Deliveries a second from the first publish to the last receipt.
pub(crate) async fn deliver(
    address: SocketAddr,
    subscribers: usize,
    publishes: usize,
) -> anyhow::Result<f64> {
    let mut readers = JoinSet::new();
    for _ in 0..subscribers {
        let mut client = Client::connect(address, None).await?;
        client.next_text().await?;
        client
            .send_text(r#"{"type":"subscribe","id":1,"topics":["load"]}"#)
            .await?;
        let reply = client.next_text().await?;
        anyhow::ensure!(reply.contains("subscribed"), "unexpected reply: {reply}");
        // Nothing is under way now, so the raw socket continues at a frame's start.
        let stream = client.into_inner().into_inner();
        readers.spawn(count_frames(stream, publishes));
    }
    let mut publisher = Client::connect(address, None).await?;
    publisher.next_text().await?;
    let payload = "x".repeat(64);
    let start = Instant::now();
    let mut acknowledged = 0;
    for sent in 0..publishes {
        let message = format!(
            r#"{{"type":"publish","id":{},"topic":"load","payload":"{payload}"}}"#,
            sent + 1
        );
        publisher.send_text(message).await?;
        while sent + 1 - acknowledged >= WINDOW {
            publisher.next_text().await?;
            acknowledged += 1;
        }
    }
    while let Some(done) = readers.join_next().await {
        done??;
    }
    Ok((subscribers * publishes) as f64 / start.elapsed().as_secs_f64())
}

/// Reads until `expected` frames have arrived. Counting needs the headers only.
async fn count_frames(mut stream: TcpStream, expected: usize) -> anyhow::Result<()> {
    let mut buffer = Vec::with_capacity(32 * 1024);
    let mut frames = 0;
    while frames < expected {
        let read = stream
            .read_buf(&mut buffer)
            .await
            .context("reading events")?;
        anyhow::ensure!(
            read > 0,
            "the server closed after {frames} of {expected} events"
        );
        let mut at = 0;
        while let Some(length) = frame_length(&buffer[at..]) {
            if at + length > buffer.len() {
                break;
            }
            at += length;
            frames += 1;
        }
        buffer.copy_within(at.., 0);
        buffer.truncate(buffer.len() - at);
    }
    Ok(())
}

/// Whole length of the unmasked frame which starts here, once its header is there.
fn frame_length(bytes: &[u8]) -> Option<usize> {
    Some(match *bytes.get(1)? & 0x7F {
        126 => 4 + usize::from(u16::from_be_bytes(bytes.get(2..4)?.try_into().ok()?)),
        127 => 10 + u64::from_be_bytes(bytes.get(2..10)?.try_into().ok()?) as usize,
        short => 2 + usize::from(short),
    })
}
