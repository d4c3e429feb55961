//! One topic's frames on their way to all listeners. Invariant: frames of one topic leave in the
//! order they were published, packed into one chunk shared by all receivers of an encoding.

use bytes::BytesMut;

use super::super::frame;
use super::super::protocol::{Encoding, event};
use super::subscriptions::Subscriptions;
use super::{Body, ReplyTo};

/// A chunk this long is sent before more is packed into it.
const CHUNK_BYTES: usize = 64 * 1024;
/// Listeners served before other tasks get a turn.
const TURN: usize = 64;

/// What became of the packed frames.
pub(super) struct Sent {
    /// Who wants to know.
    pub(super) acknowledge: Vec<ReplyTo>,
    pub(super) receivers: u32,
    pub(super) events: u32,
}

/// Frames of one topic, packed and not yet sent.
#[derive(Debug, Default)]
pub(super) struct Fanout {
    topic: Box<str>,
    packed: [BytesMut; 2],
    events: u32,
    acknowledge: Vec<ReplyTo>,
    payload: Vec<u8>,
}

impl Fanout {
    /// Whether an event of `topic` can be packed without sending first.
    pub(super) fn takes(&self, topic: &str) -> bool {
        self.events == 0
            || (*self.topic == *topic && self.packed.iter().all(|p| p.len() < CHUNK_BYTES))
    }

    /// Packs one event for the encodings somebody listens in.
    pub(super) fn pack(
        &mut self,
        topic: Box<str>,
        body: &Body,
        acknowledge: Option<ReplyTo>,
        subscriptions: &Subscriptions,
    ) {
        if let Some(listeners) = subscriptions.listeners(&topic) {
            for encoding in Encoding::ALL {
                if listeners.of(encoding).is_empty() {
                    continue;
                }
                let out = &mut self.packed[encoding as usize];
                match body {
                    Body::Application(payload, from) => {
                        event::message(encoding, &topic, payload, *from, &mut self.payload);
                        frame::append(out, encoding.opcode(), &self.payload);
                    }
                    Body::Event(payloads) => {
                        if let Some(payload) = &payloads[encoding as usize] {
                            frame::append(out, encoding.opcode(), payload);
                        }
                    }
                }
            }
        }
        self.topic = topic;
        self.events += 1;
        self.acknowledge.extend(acknowledge);
    }

    /// Sends what is packed to every listener.
    pub(super) async fn send(&mut self, subscriptions: &Subscriptions) -> Sent {
        let events = std::mem::take(&mut self.events);
        let mut receivers = 0;
        for encoding in Encoding::ALL {
            let chunk = self.packed[encoding as usize].split().freeze();
            let listeners = subscriptions
                .listeners(&self.topic)
                .map_or(&[][..], |l| l.of(encoding));
            receivers += listeners.len() as u32;
            if chunk.is_empty() {
                continue;
            }
            for (index, (_, peer)) in listeners.iter().enumerate() {
                peer.deliver(chunk.clone(), events);
                if index % TURN == TURN - 1 {
                    tokio::task::yield_now().await;
                }
            }
        }
        Sent {
            acknowledge: std::mem::take(&mut self.acknowledge),
            receivers,
            events,
        }
    }
}
