//! `websocket_connection/*`: real sockets on loopback, the gateway in a process of its own.

mod broadcast;
mod concurrent;
mod setup;

use std::net::SocketAddr;

use fabench_harness::{Benchmark, Failure, Suite, ensure};
use freeagentics::gateway::client::Client;
use tokio::runtime::Runtime;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Operation byte, request id: what each binary message starts with (docs/protocol.md).
const HEAD_BYTES: usize = 5;
const ECHO: u8 = 0x01;
/// Set in the operation byte of a reply.
const REPLY: u8 = 0x80;

pub(crate) fn add(suite: Suite) -> Suite {
    suite
        .add(
            Benchmark::new(
                "websocket_connection/setup",
                "TCP connection, upgrade, first message, one after the other",
            )
            .latency(),
            setup::measure,
        )
        .add(
            Benchmark::new(
                "websocket_connection/concurrent",
                "1 000 connections opened at once, each echoed, closed",
            )
            .latency(),
            concurrent::measure,
        )
        .add(
            Benchmark::new(
                "websocket_connection/broadcast",
                "50 messages of 64 bytes from 1 publisher to 1 000 clients",
            )
            .throughput(broadcast::DELIVERIES as f64),
            broadcast::measure,
        )
}

/// One thread of async clients: the gateway's process has the other core.
pub(crate) fn client_runtime() -> Result<Runtime, Failure> {
    Ok(tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?)
}

/// Connects and takes the gateway's first message.
pub(crate) async fn connect(address: SocketAddr) -> Result<Client, Failure> {
    let mut client = Client::connect(address, None).await?;
    let welcome = client.next_text().await?;
    ensure(welcome.contains(r#""type":"welcome""#), || {
        format!("the first message is no welcome: {welcome}")
    })?;
    Ok(client)
}

/// A binary request: operation, id 1, body.
fn request(operation: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![operation, 1, 0, 0, 0];
    bytes.extend_from_slice(body);
    bytes
}

/// Sends `payload` and takes it back.
pub(crate) async fn echo(client: &mut Client, payload: &[u8]) -> Result<(), Failure> {
    client.send_binary(request(ECHO, payload)).await?;
    let reply = next_binary(client).await?;
    let same = reply.first() == Some(&(ECHO | REPLY)) && reply.get(HEAD_BYTES..) == Some(payload);
    ensure(same, || format!("the echo of {payload:?} is {reply:?}"))
}

/// The next message, which must be binary.
async fn next_binary(client: &mut Client) -> Result<Bytes, Failure> {
    match client.next().await? {
        Some(Message::Binary(bytes)) => Ok(bytes),
        other => Err(Failure::new(format!(
            "expected a binary message, got {other:?}"
        ))),
    }
}
