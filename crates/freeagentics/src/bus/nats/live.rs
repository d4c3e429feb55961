//! Delivery while both runtimes live: frames are repeated until the other side acknowledges them.
//!
//! Invariant (go-back-N; Tanenbaum, Wetherall, "Computer Networks", 3.4.2): unacknowledged frames are kept, and after
//! a silence or a reconnection sent again from the first, so frames arrive in order and none is lost or doubled.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use bytes::Bytes;
use futures_util::StreamExt;
use tokio::time::Instant;

use crate::bus::frame::{self, HEADER, Header, Item};
use crate::error::SendError;

use super::incoming::Incoming;
use super::lane::{Frame, Lane};
use super::{Core, Counts, until_over};

/// Frames that may be on their way to one node: 4 MiB.
const WINDOW: usize = 16;
/// Without an acknowledgement for this long, unacknowledged frames are sent again.
const REPEAT: Duration = Duration::from_millis(500);

struct Unacknowledged {
    sequence: u64,
    bytes: Vec<u8>,
    items: u64,
}

/// Sends what is put into `lane`, until the bus is over.
pub(super) async fn send(
    core: Arc<Core>,
    client: Client,
    lane: Arc<Lane>,
    mut reconnected: tokio::sync::watch::Receiver<u64>,
) {
    let mut over = core.over.subscribe();
    let mut acknowledged = lane.acknowledged.subscribe();
    let mut waiting: VecDeque<Unacknowledged> = VecDeque::new();
    let mut sequence = 0;
    let mut heard = Instant::now();
    let mut repeat_at = Instant::now() + REPEAT;
    loop {
        let safe = *acknowledged.borrow_and_update();
        while waiting.front().is_some_and(|frame| frame.sequence <= safe) {
            if let Some(frame) = waiting.pop_front() {
                Counts::add(&core.counts.acknowledged, frame.items);
            }
            heard = Instant::now();
            repeat_at = heard + REPEAT;
        }
        core.progressed();
        if waiting.is_empty() {
            heard = Instant::now();
        }
        while waiting.len() < WINDOW {
            let Some(Frame { bytes, items }) = lane.take() else {
                break;
            };
            sequence += 1;
            waiting.push_back(Unacknowledged {
                sequence,
                bytes,
                items,
            });
            let base = waiting.front().map_or(sequence, |frame| frame.sequence);
            if let Some(frame) = waiting.back_mut() {
                publish(&core, &client, lane.node, frame, base).await;
            }
            repeat_at = Instant::now() + REPEAT;
        }
        let idle = waiting.is_empty();
        tokio::select! {
            () = until_over(&mut over) => break,
            () = lane.filled.notified(), if waiting.len() < WINDOW => continue,
            _ = acknowledged.changed() => continue,
            _ = reconnected.changed() => {}
            () = tokio::time::sleep_until(repeat_at), if !idle => {}
        }
        if heard.elapsed() >= core.options.peer_timeout && !waiting.is_empty() {
            give_up(&core, &lane, &mut waiting);
            heard = Instant::now();
        }
        let base = waiting.front().map_or(sequence + 1, |frame| frame.sequence);
        for frame in &mut waiting {
            Counts::add(&core.counts.repeated, 1);
            publish(&core, &client, lane.node, frame, base).await;
        }
        repeat_at = Instant::now() + REPEAT;
    }
}

async fn publish(core: &Core, client: &Client, node: u16, frame: &mut Unacknowledged, base: u64) {
    let header = Header {
        node: core.node,
        incarnation: core.incarnation,
        sequence: frame.sequence,
        base,
    };
    header.write(&mut frame.bytes[..HEADER]);
    let subject = core.options.subject("to", node);
    let payload = Bytes::copy_from_slice(&frame.bytes);
    // While the connection is away this waits or fails; the frame stays here and is repeated.
    let published = tokio::time::timeout(REPEAT, client.publish(subject, payload)).await;
    if !matches!(published, Ok(Ok(()))) {
        tracing::debug!(node, "a frame could not be sent yet");
    }
}

/// The other node stays silent: everything queued for it goes back to the senders.
fn give_up(core: &Core, lane: &Lane, waiting: &mut VecDeque<Unacknowledged>) {
    let silent = core.options.peer_timeout;
    tracing::error!(
        node = lane.node,
        ?silent,
        "a node does not answer; what is queued for it goes back to the senders"
    );
    let mut frames: Vec<(Vec<u8>, u64)> = waiting
        .drain(..)
        .map(|frame| (frame.bytes, frame.items))
        .collect();
    while let Some(frame) = lane.take() {
        frames.push((frame.bytes, frame.items));
    }
    for (mut bytes, items) in frames {
        let header = Header {
            node: core.node,
            incarnation: 0,
            sequence: 0,
            base: 0,
        };
        header.write(&mut bytes[..HEADER]);
        let Some((_, items_back)) = frame::read(&bytes.into()) else {
            continue;
        };
        for item in items_back.flatten() {
            return_to_sender(core, item, silent);
        }
        Counts::add(&core.counts.returned, items);
    }
    core.progressed();
}

pub(super) fn return_to_sender(core: &Core, item: Item, silent: Duration) {
    let unreachable = |to| SendError::Bus {
        to,
        reason: format!("its node has not answered for {silent:?}"),
    };
    match item {
        Item::Tell { from, to, message } => core.inlet.give_back(
            from,
            crate::agent::Undelivered {
                to,
                reason: unreachable(to),
                message,
            },
        ),
        Item::Ask { question, to, .. } => core.questions.fail(question, unreachable(to)),
        Item::Answer { .. } | Item::Return { .. } => {}
    }
}

/// Takes in what other nodes send, and acknowledges it.
pub(super) async fn receive(core: Arc<Core>, client: Client, mut frames: async_nats::Subscriber) {
    let mut incoming = Incoming::default();
    while let Some(message) = frames.next().await {
        let Some(header) = incoming.take(&core, &message.payload) else {
            continue;
        };
        let mut receipt = Vec::with_capacity(18);
        receipt.extend_from_slice(&core.node.to_le_bytes());
        receipt.extend_from_slice(&header.incarnation.to_le_bytes());
        receipt.extend_from_slice(&header.sequence.to_le_bytes());
        let subject = core.options.subject("ack", header.node);
        if let Err(error) = client.publish(subject, receipt.into()).await {
            tracing::debug!(%error, "an acknowledgement could not be sent; the sender will repeat");
        }
    }
}

/// Takes in the acknowledgements of what this node sent.
pub(super) async fn receipts(core: Arc<Core>, mut receipts: async_nats::Subscriber) {
    while let Some(message) = receipts.next().await {
        let Some(receipt) = message.payload.first_chunk::<18>() else {
            continue;
        };
        let node = u16::from_le_bytes([receipt[0], receipt[1]]);
        let number = |at: usize| {
            receipt[at..]
                .first_chunk()
                .map_or(0, |bytes| u64::from_le_bytes(*bytes))
        };
        if number(2) != core.incarnation {
            continue;
        }
        if let Some(lane) = core.lanes.get(node) {
            let sequence = number(10);
            lane.acknowledged.send_if_modified(|last| {
                let newer = sequence > *last;
                *last = (*last).max(sequence);
                newer
            });
        }
    }
}
