//! One runtime for each node number.
//!
//! Invariant: of two runtimes that claim one number, the one that holds it keeps it; of two that claim it at once, the
//! one with the lower incarnation gets it.

use std::sync::Arc;
use std::time::Duration;

use async_nats::Client;
use futures_util::StreamExt;

use crate::AgentId;
use crate::bus::BusError;

use super::Core;

/// How long others have to object.
const OBJECTION: Duration = Duration::from_millis(400);

/// Claims the node number, then defends it until the connection ends.
pub(super) async fn claim(core: &Arc<Core>, client: &Client) -> Result<(), BusError> {
    let failed = |reason: String| BusError::Start { reason };
    let subject = core.options.subject("claim", core.node);
    let mut claims = client
        .subscribe(subject.clone())
        .await
        .map_err(|error| failed(error.to_string()))?;
    let objections = client.new_inbox();
    let mut answers = client
        .subscribe(objections.clone())
        .await
        .map_err(|error| failed(error.to_string()))?;
    let mine = core.incarnation.to_le_bytes();
    client
        .publish_with_reply(subject, objections, mine.to_vec().into())
        .await
        .map_err(|error| failed(error.to_string()))?;
    client
        .flush()
        .await
        .map_err(|error| failed(error.to_string()))?;
    let taken = || BusError::IdTaken {
        bus: core.options.bus.clone(),
        node: core.node,
        example: AgentId::new(core.node, 0),
    };
    let deadline = tokio::time::Instant::now() + OBJECTION;
    loop {
        tokio::select! {
            () = tokio::time::sleep_until(deadline) => break,
            Some(answer) = answers.next() => {
                if answer.payload.first_chunk() != Some(&mine) {
                    return Err(taken());
                }
            }
            Some(other) = claims.next() => {
                if object(core, client, &other, true).await {
                    return Err(taken());
                }
            }
        }
    }
    let (core, client) = (core.clone(), client.clone());
    tokio::spawn(async move {
        while let Some(other) = claims.next().await {
            object(&core, &client, &other, false).await;
        }
    });
    Ok(())
}

/// Answers somebody's claim of our number; whether we must yield to it.
async fn object(
    core: &Core,
    client: &Client,
    other: &async_nats::Message,
    still_claiming: bool,
) -> bool {
    let Some(theirs) = other
        .payload
        .first_chunk()
        .map(|bytes| u64::from_le_bytes(*bytes))
    else {
        return false;
    };
    if theirs == core.incarnation {
        return false;
    }
    if still_claiming && theirs < core.incarnation {
        return true;
    }
    tracing::warn!(
        node = core.node,
        "another runtime claims this node's number; it is told no"
    );
    if let Some(reply) = other.reply.clone() {
        let mine = core.incarnation.to_le_bytes().to_vec();
        if let Err(error) = client.publish(reply, mine.into()).await {
            tracing::warn!(%error, "the objection could not be sent");
        }
    }
    false
}
