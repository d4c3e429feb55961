//! Topics: who listens to what, and getting every event to all of them.
//!
//! One task owns all subscriptions, so that nothing is locked while events go out, and takes
//! commands from one bounded queue: a publisher waits when the hub is behind, never the other way
//! round. Invariant: commands take effect in the order they were queued; after `subscribed` a
//! client misses no event except by the slow-consumer policy.

mod dispatcher;
mod fanout;
mod interest;
mod subscriptions;

use std::sync::Arc;

use bytes::Bytes;
use tokio::sync::mpsc;

use super::peer::Peer;
use super::protocol::{Encoding, Event};
pub(super) use dispatcher::dispatch;
pub(super) use interest::Interest;

/// Commands waiting for the hub before publishers have to wait.
const QUEUE: usize = 4096;

/// Where a reply goes once the hub has acted.
#[derive(Debug)]
pub(super) struct ReplyTo {
    pub(super) peer: Arc<Peer>,
    pub(super) encoding: Encoding,
    pub(super) id: Option<u32>,
}

#[derive(Debug)]
pub(super) enum HubCommand {
    Subscribe {
        topics: Vec<Box<str>>,
        from: ReplyTo,
    },
    Unsubscribe {
        topics: Vec<Box<str>>,
        from: ReplyTo,
    },
    /// A client is gone.
    Gone { peer: u64 },
    Publish {
        topic: Box<str>,
        body: Body,
        acknowledge: Option<ReplyTo>,
    },
}

/// What is published.
#[derive(Debug)]
pub(super) enum Body {
    /// A client's payload and the encoding it came in.
    Application(Bytes, Encoding),
    /// The server's own event, by encoding; `None` where nobody listened.
    Event([Option<Bytes>; 2]),
}

/// Publishes to topics; cheap to clone.
#[derive(Debug, Clone)]
pub struct Hub {
    commands: mpsc::Sender<HubCommand>,
    interest: Arc<Interest>,
}

impl Hub {
    pub(super) fn new() -> (Self, mpsc::Receiver<HubCommand>) {
        let (commands, receiver) = mpsc::channel(QUEUE);
        (
            Self {
                commands,
                interest: Arc::default(),
            },
            receiver,
        )
    }

    /// Whether anybody listens to `topic`.
    #[must_use]
    pub fn has_listeners(&self, topic: &str) -> bool {
        self.interest.of(topic).iter().any(|listens| *listens)
    }

    /// Numbers of the agents whose topic `agent/<number>` has listeners, in ascending order.
    #[must_use]
    pub fn watched_agents(&self) -> Vec<u64> {
        self.interest.watched_agents()
    }

    /// Publishes an event, encoded once for each encoding somebody listens in. Never waits: when
    /// the hub is behind, the event is dropped and `false` returned.
    pub fn publish(&self, topic: &str, event: &Event<'_>) -> bool {
        let listens = self.interest.of(topic);
        if !listens[0] && !listens[1] {
            return true;
        }
        let body = Body::Event(
            Encoding::ALL
                .map(|encoding| listens[encoding as usize].then(|| event.encode(encoding))),
        );
        let command = HubCommand::Publish {
            topic: topic.into(),
            body,
            acknowledge: None,
        };
        self.commands.try_send(command).is_ok()
    }

    /// Queues a command, or gives it back when the queue is full.
    pub(super) fn try_send(&self, command: HubCommand) -> Result<(), HubCommand> {
        match self.commands.try_send(command) {
            Ok(()) | Err(mpsc::error::TrySendError::Closed(_)) => Ok(()),
            Err(mpsc::error::TrySendError::Full(command)) => Err(command),
        }
    }

    /// Queues a command, waiting for room.
    pub(super) async fn send(&self, command: HubCommand) {
        // The hub ends only at shutdown, when nobody is left to receive anything.
        let _ = self.commands.send(command).await;
    }

    pub(super) fn interest(&self) -> Arc<Interest> {
        Arc::clone(&self.interest)
    }

    pub(super) fn queued(&self) -> usize {
        QUEUE - self.commands.capacity()
    }
}
