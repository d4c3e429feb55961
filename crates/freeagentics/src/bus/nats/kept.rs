//! Delivery through JetStream: the server keeps frames on its disk until the receiver has taken them.
//!
//! Invariant: a frame counts as acknowledged when the server has stored it; frames are stored one after the other, so
//! their order is the order sent; a frame that is stored or delivered twice is recognised by its number.

use std::sync::Arc;
use std::time::Duration;

use async_nats::HeaderMap;
use async_nats::jetstream::{self, AckKind, consumer, stream};
use futures_util::StreamExt;

use crate::bus::BusError;

use super::incoming::Incoming;
use super::lane::{Frame, Lane};
use super::settings::ACK_WAIT;
use super::{Core, Counts, until_over};

/// Between two attempts to store a frame, or to get at the stream again, while the server is away.
const PAUSE: Duration = Duration::from_millis(200);
const STORE_TIMEOUT: Duration = Duration::from_secs(2);

type Messages = consumer::pull::Stream;

/// The stream and this node's place in it, made if they do not exist.
pub(super) async fn open(core: &Core, context: &jetstream::Context) -> Result<Messages, BusError> {
    let no = |reason: String| BusError::NoJetStream {
        url: core.options.shown_url(),
        reason,
    };
    let name = format!("{}-kept", core.options.bus);
    let stream = context
        .get_or_create_stream(stream::Config {
            name,
            subjects: vec![format!("{}.kept.*", core.options.bus)],
            retention: stream::RetentionPolicy::WorkQueue,
            ..stream::Config::default()
        })
        .await
        .map_err(|error| no(error.to_string()))?;
    let durable = format!("node-{}", core.node);
    let consumer = stream
        .get_or_create_consumer(
            &durable,
            consumer::pull::Config {
                durable_name: Some(durable.clone()),
                filter_subject: core.options.subject("kept", core.node),
                ack_policy: consumer::AckPolicy::Explicit,
                ack_wait: ACK_WAIT,
                // One frame at a time: what is delivered again comes before what was stored after it.
                max_ack_pending: 1,
                ..consumer::pull::Config::default()
            },
        )
        .await
        .map_err(|error| no(error.to_string()))?;
    consumer
        .messages()
        .await
        .map_err(|error| no(error.to_string()))
}

/// Stores what is put into `lane`, until the bus is over.
pub(super) async fn send(core: Arc<Core>, context: jetstream::Context, lane: Arc<Lane>) {
    let mut over = core.over.subscribe();
    let mut sequence = 0;
    loop {
        while let Some(frame) = lane.take() {
            sequence += 1;
            let items = frame.items;
            tokio::select! {
                () = store(&core, &context, lane.node, frame, sequence) => {
                    Counts::add(&core.counts.acknowledged, items);
                    core.progressed();
                }
                () = until_over(&mut over) => return,
            }
        }
        tokio::select! {
            () = lane.filled.notified() => {}
            () = until_over(&mut over) => return,
        }
    }
}

async fn store(core: &Core, context: &jetstream::Context, node: u16, frame: Frame, sequence: u64) {
    let payload = core.seal(frame.bytes, sequence, sequence);
    let mut headers = HeaderMap::new();
    // The server drops a frame it has stored before but could not acknowledge.
    let id = format!("{}-{}-{node}-{sequence}", core.node, core.incarnation);
    headers.insert("Nats-Msg-Id", id.as_str());
    loop {
        let attempt = async {
            context
                .publish_with_headers(
                    core.options.subject("kept", node),
                    headers.clone(),
                    payload.clone(),
                )
                .await?
                .await
        };
        match tokio::time::timeout(STORE_TIMEOUT, attempt).await {
            Ok(Ok(_)) => return,
            Ok(Err(error)) => {
                tracing::warn!(node, %error, "the server did not store a frame; trying again");
            }
            Err(_) => tracing::warn!(node, "the server does not answer; trying again"),
        }
        Counts::add(&core.counts.repeated, 1);
        tokio::time::sleep(PAUSE).await;
    }
}

/// Takes in what the server keeps for this node.
pub(super) async fn receive(core: Arc<Core>, context: jetstream::Context, mut messages: Messages) {
    let mut incoming = Incoming::default();
    loop {
        match messages.next().await {
            Some(Ok(message)) => {
                let taken = incoming.take(&core, &message.payload);
                let kind = if taken.is_some() {
                    AckKind::Ack
                } else {
                    AckKind::Term
                };
                if let Err(error) = message.ack_with(kind).await {
                    tracing::debug!(%error, "an acknowledgement was lost; the frame will come again");
                }
            }
            outcome => {
                if let Some(Err(error)) = outcome {
                    tracing::warn!(%error, "the stream broke off; opening it again");
                }
                messages = reopen(&core, &context).await;
            }
        }
    }
}

async fn reopen(core: &Core, context: &jetstream::Context) -> Messages {
    loop {
        match tokio::time::timeout(STORE_TIMEOUT, open(core, context)).await {
            Ok(Ok(messages)) => return messages,
            Ok(Err(error)) => tracing::debug!(%error, "not yet"),
            Err(_) => tracing::debug!("the server does not answer yet"),
        }
        tokio::time::sleep(PAUSE).await;
    }
}
