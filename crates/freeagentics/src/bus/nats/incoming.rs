//! Frames from other nodes, in order and once.
//!
//! Invariant: of each sender's frames the next one is taken, an old one is acknowledged again and dropped, one that
//! comes too early is left for the sender to repeat.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

use bytes::Bytes;

use crate::agent::Undelivered;
use crate::bus::Parcel;
use crate::bus::frame::{self, Header, Item};
use crate::error::{RequestError, SendError};
use crate::{AgentId, Message};

use super::{Core, Counts};

/// How far each sender's frames have come.
#[derive(Default)]
pub(super) struct Incoming {
    peers: HashMap<u16, Peer>,
}

struct Peer {
    incarnation: u64,
    last: u64,
}

impl Incoming {
    /// Takes a frame in; the sender and the last of its frames that is safe now, to be acknowledged.
    pub(super) fn take(&mut self, core: &Arc<Core>, frame: &Bytes) -> Option<Header> {
        let Some((header, items)) = frame::read(frame) else {
            Counts::add(&core.counts.damaged, 1);
            tracing::error!(
                bytes = frame.len(),
                "a frame of another version or damaged; dropped"
            );
            return None;
        };
        let start = header.base.saturating_sub(1);
        let peer = self.peers.entry(header.node).or_insert(Peer {
            incarnation: header.incarnation,
            last: start,
        });
        if peer.incarnation != header.incarnation {
            *peer = Peer {
                incarnation: header.incarnation,
                last: start,
            };
        }
        peer.last = peer.last.max(start);
        if header.sequence <= peer.last {
            Counts::add(&core.counts.duplicates, 1);
        } else if header.sequence == peer.last + 1 {
            peer.last = header.sequence;
            deliver(core, header.node, items);
        }
        Some(Header {
            sequence: peer.last,
            ..header
        })
    }
}

fn deliver(core: &Arc<Core>, sender: u16, mut items: frame::Items) {
    let mut received = 0;
    loop {
        let start = items.clone();
        let mut other = None;
        let parcels = items.by_ref().map_while(|item| {
            received += 1;
            match item {
                Ok(Item::Tell { from, to, message }) => Some(Parcel { from, to, message }),
                item => {
                    other = Some(item);
                    None
                }
            }
        });
        // Before what is no parcel: a question must not overtake what was said before it.
        for (position, reason) in core.inlet.deliver(parcels) {
            // Read once more: nothing is kept for the rare case of a refusal.
            if let Some(Ok(Item::Tell { from, to, .. })) = start.clone().nth(position) {
                give_back(core, sender, from, to, &reason);
            }
        }
        match other {
            Some(Ok(item)) => special(core, sender, item),
            Some(Err(frame::Damaged)) => {
                Counts::add(&core.counts.damaged, 1);
                tracing::error!(node = sender, "the rest of a frame is damaged; dropped");
            }
            None => break,
        }
    }
    core.counts.received.fetch_add(received, Ordering::AcqRel);
}

/// Tells the sender's node that a message reached nobody. The content stays behind: the sender sees to whom and why.
fn give_back(core: &Core, node: u16, from: Option<AgentId>, to: AgentId, reason: &SendError) {
    let item = Item::Return {
        from,
        to,
        reason: reason.to_string(),
        message: Message::payload(&[]),
    };
    if let Err(error) = core.put_for(node, to, &item) {
        tracing::warn!(%to, %reason, %error, "a message could not be delivered, nor returned");
    }
}

fn special(core: &Arc<Core>, sender: u16, item: Item) {
    match item {
        Item::Ask {
            question,
            to,
            message,
        } => {
            let core = core.clone();
            match core.inlet.request(to, message) {
                Ok(reply) => {
                    tokio::spawn(async move {
                        let answer =
                            tokio::time::timeout(core.options.request_timeout, reply).await;
                        let answer = answer.unwrap_or(Err(RequestError::TimedOut {
                            to,
                            waited: core.options.request_timeout,
                        }));
                        answer_question(&core, sender, to, question, answer);
                    });
                }
                Err(reason) => answer_question(&core, sender, to, question, Err(reason)),
            }
        }
        Item::Answer { question, answer } => core.questions.answer(question, answer),
        Item::Return {
            from,
            to,
            reason,
            message,
        } => core.inlet.give_back(
            from,
            Undelivered {
                to,
                reason: SendError::Bus { to, reason },
                message,
            },
        ),
        Item::Tell { .. } => {}
    }
}

fn answer_question(
    core: &Core,
    node: u16,
    to: AgentId,
    question: u64,
    answer: Result<Message, RequestError>,
) {
    let item = Item::Answer {
        question,
        answer: answer.map_err(|reason| reason.to_string()),
    };
    if let Err(error) = core.put_for(node, to, &item) {
        tracing::warn!(%to, %error, "a reply could not be sent");
    }
}
