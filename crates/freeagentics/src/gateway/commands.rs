//! Carrying out what a client asks. Invariant: commands of one client are carried out in order;
//! a bad one costs its sender an error reply and nobody anything else.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use super::host::HostError;
use super::hub::{Body, HubCommand, ReplyTo};
use super::peer::{Complaint, Peer};
use super::protocol::Encoding;
use super::protocol::command::{BadCommand, Command, Request};
use super::protocol::reply::{self, ErrorCode, Reply};
use super::protocol::{binary, json};
use super::server::Shared;

/// Carries out one message.
pub(super) async fn carry_out(
    peer: &Arc<Peer>,
    shared: &Shared,
    encoding: Encoding,
    payload: &[u8],
) {
    let request = match encoding {
        // Text frames have been checked to be UTF-8.
        Encoding::Json => json::decode(std::str::from_utf8(payload).unwrap_or_default()),
        Encoding::Binary => binary::decode(payload),
    };
    let Request { id, command } = match request {
        Ok(request) => request,
        Err((id, bad)) => {
            shared.metrics.bad_commands.add(1);
            if peer.first(Complaint::BadCommand) {
                tracing::warn!(address = %peer.address, %bad, "command refused; later ones are not logged");
            }
            let code = match bad {
                BadCommand::Unknown(_) => ErrorCode::UnknownCommand,
                _ => ErrorCode::Malformed,
            };
            peer.queue(reply::encode(
                encoding,
                id,
                &Reply::Error(code, &bad.to_string()),
            ));
            return;
        }
    };
    let to = || ReplyTo {
        peer: Arc::clone(peer),
        encoding,
        id,
    };
    match command {
        Command::Echo { payload } => {
            peer.queue(reply::encode(encoding, id, &Reply::Echo(payload)));
        }
        Command::Publish { topic, payload } => {
            let command = HubCommand::Publish {
                topic: topic.into(),
                body: Body::Application(Bytes::copy_from_slice(payload), encoding),
                acknowledge: id.is_some().then(to),
            };
            to_hub(peer, shared, command).await;
        }
        Command::Subscribe { topics } => {
            let command = HubCommand::Subscribe {
                topics: owned(topics),
                from: to(),
            };
            to_hub(peer, shared, command).await;
        }
        Command::Unsubscribe { topics } => {
            let command = HubCommand::Unsubscribe {
                topics: owned(topics),
                from: to(),
            };
            to_hub(peer, shared, command).await;
        }
        Command::Status => {
            let status = Reply::Status {
                agents: shared.host.agents(),
                connections: shared.metrics.connections(),
                uptime_seconds: shared.registry.uptime_seconds(),
            };
            peer.queue(reply::encode(encoding, id, &status));
        }
        // Boxed: a connection that only watches should not pay for the largest of these.
        command => Box::pin(ask_host(peer, shared, encoding, id, command)).await,
    }
}

async fn ask_host(
    peer: &Peer,
    shared: &Shared,
    encoding: Encoding,
    id: Option<u32>,
    command: Command<'_>,
) {
    // Earlier replies should not wait for the agents.
    let _ = peer.flush();
    let host = &shared.host;
    let result = match command {
        Command::Spawn { count } if count > shared.config.limits.max_spawn => {
            let text = format!(
                "{count} agents at once; at most {} per command",
                shared.config.limits.max_spawn
            );
            peer.queue(reply::encode(
                encoding,
                id,
                &Reply::Error(ErrorCode::TooMany, &text),
            ));
            return;
        }
        Command::Spawn { count } => host
            .spawn(count)
            .await
            .map(|agents| reply::encode(encoding, id, &Reply::Spawned(&agents))),
        Command::Observe { agent, observation } => host
            .observe(agent, observation)
            .await
            .map(|report| reply::encode(encoding, id, &Reply::Observed(&report))),
        Command::Inspect { agent } => host
            .inspect(agent)
            .await
            .map(|report| reply::encode(encoding, id, &Reply::Inspected(&report))),
        _ => return,
    };
    let frame = result.unwrap_or_else(|error| {
        let code = match error {
            HostError::NoSuchAgent(_) => ErrorCode::NoSuchAgent,
            HostError::BadObservation(_) => ErrorCode::BadObservation,
            HostError::Unavailable(_) => ErrorCode::Unavailable,
        };
        reply::encode(encoding, id, &Reply::Error(code, &error.to_string()))
    });
    peer.queue(frame);
}

/// Queues a command; when the hub is behind, this client waits, after its replies have left.
async fn to_hub(peer: &Peer, shared: &Shared, command: HubCommand) {
    if let Err(command) = shared.hub.try_send(command) {
        let _ = peer.flush();
        Box::pin(shared.hub.send(command)).await;
    }
}

fn owned(topics: Vec<Cow<'_, str>>) -> Vec<Box<str>> {
    topics.into_iter().map(Into::into).collect()
}
