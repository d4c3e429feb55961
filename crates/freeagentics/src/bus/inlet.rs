//! Where a bus delivers what arrives for a runtime.
//!
//! Invariant: what cannot be delivered is told to the bus, one by one, so that it can be returned; a bus waits for
//! room in full mailboxes only briefly, so that one slow agent does not hold up the others' messages.

use std::sync::{Arc, Weak};
use std::time::Duration;

use crate::AgentId;
use crate::agent::Undelivered;
use crate::error::{RequestError, SendError};
use crate::message::Message;
use crate::request::{Reply, ask};
use crate::shard::{Body, Envelope};
use crate::shared::Shared;

use super::Parcel;

/// How long all parcels of one delivery together may wait for room.
const PATIENCE: Duration = Duration::from_millis(200);

/// The way into a runtime, for a bus. Does not keep the runtime alive.
#[derive(Clone)]
pub struct Inlet {
    shared: Weak<Shared>,
    node: u16,
}

impl Inlet {
    pub(super) fn new(shared: &Arc<Shared>) -> Self {
        Self {
            shared: Arc::downgrade(shared),
            node: shared.settings.node,
        }
    }

    /// The node that this inlet leads to.
    #[must_use]
    pub fn node(&self) -> u16 {
        self.node
    }

    /// Delivers parcels in order; the position and reason of each that was refused.
    pub fn deliver(&self, parcels: impl Iterator<Item = Parcel>) -> Vec<(usize, SendError)> {
        match self.shared.upgrade() {
            Some(shared) => shared.deliver(parcels, PATIENCE),
            None => parcels
                .enumerate()
                .map(|(position, parcel)| (position, SendError::Closed { to: parcel.to }))
                .collect(),
        }
    }

    /// Asks an agent of this runtime.
    ///
    /// # Errors
    /// [`RequestError`] when the request cannot be delivered.
    pub fn request(&self, to: AgentId, message: Message) -> Result<Reply, RequestError> {
        let Some(shared) = self.shared.upgrade() else {
            return Err(SendError::Closed { to }.into());
        };
        let (reply_to, reply) = ask(to);
        shared.send(to, message, Some(reply_to), false)?;
        Ok(reply)
    }

    /// Returns a message to the agent of this runtime that sent it; from outside any agent, it is only logged.
    pub fn give_back(&self, sender: Option<AgentId>, undelivered: Undelivered) {
        tracing::warn!(to = %undelivered.to, reason = %undelivered.reason, "a message to another node came back");
        let Some(shared) = self.shared.upgrade() else {
            return;
        };
        let place = sender
            .filter(|sender| sender.node() == self.node)
            .and_then(|sender| shared.directory.find(sender));
        if let Some((shard, target)) = place {
            shared.inboxes[shard].command(Envelope {
                from: AgentId::OUTSIDE,
                target,
                reply: None,
                body: Body::Bounce(Box::new(undelivered)),
            });
        }
    }
}
