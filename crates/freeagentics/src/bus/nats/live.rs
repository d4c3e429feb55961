//! Delivery while both runtimes live: frames are repeated until the other side acknowledges them.
//!
//! Invariant (go-back-N; Tanenbaum, Wetherall, "Computer Networks", 3.4.2): unacknowledged frames are kept, and after
//! a silence or a reconnection sent again from the first, so frames arrive in order and none is lost or doubled.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use async_nats::connection::State;
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::bus::frame::{self, Header, Item};
use crate::error::SendError;

use super::incoming::Incoming;
use super::lane::{FRAME_BYTES, Frame, Lane};
use super::{Core, Counts, until_over};

/// Frames that may be on their way to one node: 4 MiB if they are full.
const WINDOW: usize = (4 << 20) / FRAME_BYTES;
/// Frames acknowledged by one message: few beside the window, so that the sender need not wait.
const TOGETHER: usize = WINDOW / 8;
/// Without an acknowledgement for this long, unacknowledged frames are sent again.
const REPEAT: Duration = Duration::from_millis(500);

struct Unacknowledged {
    sequence: u64,
    bytes: Bytes,
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
        // Once the connection takes no more, the rest waits for its repetition: acknowledgements and time-outs must not wait.
        let mut passing = true;
        while waiting.len() < WINDOW {
            let Some(Frame { bytes, items }) = lane.take() else {
                break;
            };
            sequence += 1;
            let base = waiting.front().map_or(sequence, |frame| frame.sequence);
            let bytes = core.seal(bytes, sequence, base);
            passing = passing && publish(&core, &client, lane.node, bytes.clone()).await;
            waiting.push_back(Unacknowledged {
                sequence,
                bytes,
                items,
            });
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
            frame.bytes = core.seal(frame.bytes.to_vec(), frame.sequence, base);
            if !publish(&core, &client, lane.node, frame.bytes.clone()).await {
                break;
            }
            Counts::add(&core.counts.repeated, 1);
        }
        repeat_at = Instant::now() + REPEAT;
    }
}

/// Hands a frame to the client; whether it took it. What it did not take, or what is lost with the connection, is repeated.
async fn publish(core: &Core, client: &Client, node: u16, frame: Bytes) -> bool {
    // It would keep what it cannot send, repetitions too: frames of many megabytes, all of which it would send later.
    if client.connection_state() != State::Connected {
        return false;
    }
    let subject = core.options.subject("to", node);
    let published = tokio::time::timeout(REPEAT, client.publish(subject, frame)).await;
    let taken = matches!(published, Ok(Ok(())));
    if !taken {
        tracing::debug!(node, "a frame could not be sent yet");
    }
    taken
}

/// The other node stays silent: everything queued for it goes back to the senders.
fn give_up(core: &Core, lane: &Lane, waiting: &mut VecDeque<Unacknowledged>) {
    let silent = core.options.peer_timeout;
    tracing::error!(
        node = lane.node,
        ?silent,
        "a node does not answer; what is queued for it goes back to the senders"
    );
    let sent = waiting.drain(..).map(|frame| (frame.bytes, frame.items));
    let unsent = std::iter::from_fn(|| lane.take());
    let unsent = unsent.map(|frame| (frame.bytes.into(), frame.items));
    for (frame, items) in sent.chain(unsent) {
        for item in frame::items(&frame).flatten() {
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

/// Takes in what other nodes send, and acknowledges it: of frames that came together only the last.
pub(super) async fn receive(core: Arc<Core>, client: Client, mut frames: async_nats::Subscriber) {
    let mut incoming = Incoming::default();
    let mut taken: Vec<Header> = Vec::new();
    while let Some(first) = frames.next().await {
        let more = std::iter::from_fn(|| frames.next().now_or_never().flatten());
        for message in std::iter::once(first).chain(more.take(TOGETHER)) {
            if let Some(header) = incoming.take(&core, &message.payload) {
                taken.retain(|other| other.node != header.node);
                taken.push(header);
            }
        }
        for header in taken.drain(..) {
            acknowledge(&core, &client, header).await;
        }
    }
}

async fn acknowledge(core: &Core, client: &Client, header: Header) {
    let mut receipt = Vec::with_capacity(18);
    receipt.extend_from_slice(&core.node.to_le_bytes());
    receipt.extend_from_slice(&header.incarnation.to_le_bytes());
    receipt.extend_from_slice(&header.sequence.to_le_bytes());
    let subject = core.options.subject("ack", header.node);
    if let Err(error) = client.publish(subject, receipt.into()).await {
        tracing::debug!(%error, "an acknowledgement could not be sent; the sender will repeat");
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
