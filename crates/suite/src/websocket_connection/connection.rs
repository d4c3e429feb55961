//! One client's conversation, in the gateway's binary encoding or in JSON (docs/protocol.md).
//!
//! Our own gateway is spoken to in binary. A given server is spoken to in JSON, of which a server that knows
//! no protocol at all and sends back what it is sent gives the right echo, too.

use fabench_harness::{Failure, ensure};
use freeagentics::gateway::client::Client;
use tokio_tungstenite::tungstenite::{Bytes, Message};

/// Operation byte, request id: what each binary message starts with.
const HEAD_BYTES: usize = 5;
const ECHO: u8 = 0x01;
const SUBSCRIBE: u8 = 0x02;
const PUBLISH: u8 = 0x04;
/// Set in the operation byte of a reply.
const REPLY: u8 = 0x80;
/// Bytes of what is broadcast.
const PAYLOAD_BYTES: usize = 64;

/// How messages are encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Binary,
    Json,
}

/// A connected client.
#[derive(Debug)]
pub(crate) struct Connection {
    client: Client,
    wire: Wire,
}

impl Connection {
    pub(super) fn new(client: Client, wire: Wire) -> Self {
        Self { client, wire }
    }

    /// Sends `number` and takes it back.
    pub(crate) async fn echo(&mut self, number: u32) -> Result<(), Failure> {
        match self.wire {
            Wire::Binary => {
                let payload = number.to_le_bytes();
                self.client.send_binary(request(ECHO, 1, &payload)).await?;
                let reply = next_binary(&mut self.client).await?;
                let same = reply.first() == Some(&(ECHO | REPLY))
                    && reply.get(HEAD_BYTES..) == Some(&payload[..]);
                ensure(same, || format!("the echo of {payload:?} is {reply:?}"))
            }
            Wire::Json => {
                let text = echo_in_json(number);
                self.client.send_text(text.as_str()).await?;
                let reply = self.client.next_text().await?;
                ensure(reply == text, || {
                    format!("the echo of `{text}` is `{}`", shortened(&reply))
                })
            }
        }
    }

    /// Subscribes to `topic`; from then on every message is one that was published there.
    pub(super) async fn subscribe(&mut self, topic: &str) -> Result<(), Failure> {
        match self.wire {
            Wire::Binary => {
                let body = with_length(topic);
                self.client
                    .send_binary(request(SUBSCRIBE, 1, &body))
                    .await?;
                let reply = next_binary(&mut self.client).await?;
                ensure(reply.first() == Some(&(SUBSCRIBE | REPLY)), || {
                    format!("subscribing was answered by {reply:?}")
                })
            }
            Wire::Json => {
                let command = format!(r#"{{"type":"subscribe","id":1,"topics":["{topic}"]}}"#);
                self.client.send_text(command.as_str()).await?;
                let reply = self.client.next_text().await?;
                ensure(reply != command, || {
                    "this server sends back what it is sent and has no topics to broadcast to; measure its \
                     other benchmarks, for example `fabench run websocket_connection/setup`, or give a URL \
                     where `subscribe` and `publish` of docs/protocol.md are spoken"
                })?;
                ensure(reply.contains(r#""subscribed""#), || {
                    format!(
                        "subscribing to \"{topic}\" was answered by `{}`; --broadcast-topic names another",
                        shortened(&reply)
                    )
                })
            }
        }
    }

    /// Publishes message `number`; no reply is asked for.
    pub(super) async fn publish(&mut self, topic: &str, number: u64) -> Result<(), Failure> {
        match self.wire {
            Wire::Binary => {
                let body = [&with_length(topic)[..], &payload(number)].concat();
                self.client.send_binary(request(PUBLISH, 0, &body)).await?;
            }
            Wire::Json => {
                let payload = payload_in_json(number);
                let command =
                    format!(r#"{{"type":"publish","topic":"{topic}","payload":"{payload}"}}"#);
                self.client.send_text(command).await?;
            }
        }
        Ok(())
    }

    /// Takes message `number`, which must be the next one.
    pub(super) async fn take(&mut self, number: u64) -> Result<(), Failure> {
        match self.wire {
            Wire::Binary => {
                let message = next_binary(&mut self.client).await?;
                ensure(message.ends_with(&payload(number)), || {
                    format!("expected message {number}, got {message:?}")
                })
            }
            Wire::Json => {
                let message = self.client.next_text().await?;
                ensure(message.contains(&payload_in_json(number)), || {
                    format!(
                        "expected message {number}, got `{}`; nobody else may publish to the topic meanwhile",
                        shortened(&message)
                    )
                })
            }
        }
    }
}

/// What our gateway and any server that sends back what it is sent answer with itself.
pub(super) fn echo_in_json(number: u32) -> String {
    format!(r#"{{"type":"echo","id":1,"payload":"{number}"}}"#)
}

/// Enough of a message to recognize it by.
pub(super) fn shortened(message: &str) -> String {
    message
        .chars()
        .take(120)
        .flat_map(char::escape_debug)
        .collect()
}

/// A binary request: operation, id (0: no reply), body.
fn request(operation: u8, id: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![operation, id, 0, 0, 0];
    bytes.extend_from_slice(body);
    bytes
}

/// The topic with its length before it.
fn with_length(topic: &str) -> Vec<u8> {
    [&[topic.len() as u8], topic.as_bytes()].concat()
}

/// 64 bytes that tell the message's number.
fn payload(number: u64) -> [u8; PAYLOAD_BYTES] {
    let mut bytes = [b'.'; PAYLOAD_BYTES];
    bytes[..8].copy_from_slice(&number.to_le_bytes());
    bytes
}

/// 64 characters that tell the message's number.
fn payload_in_json(number: u64) -> String {
    format!("{number:.>PAYLOAD_BYTES$}")
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
