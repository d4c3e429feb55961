//! Messages between runtimes.
//!
//! Invariant: the bus either accepts a message or says why not; it never blocks an agent.

use crate::AgentId;
use crate::error::SendError;
use crate::message::Message;
use crate::request::ReplyTo;
use crate::shared::Shared;

/// One message on its way to an agent in another runtime.
#[derive(Debug, Clone, PartialEq)]
pub struct Parcel {
    /// Who sent it; `None` from outside any agent.
    pub from: Option<AgentId>,
    /// Whom it is for.
    pub to: AgentId,
    /// What it says.
    pub message: Message,
}

/// Carries parcels to other runtimes.
pub trait Bus: Send + Sync + 'static {
    /// Accepts a parcel for delivery. Must not wait.
    ///
    /// # Errors
    /// [`SendError`] when the receiver's node is unknown, or the bus is full or broken.
    fn send(&self, parcel: Parcel) -> Result<(), SendError>;

    /// Accepts a request; the reply, or the reason why there is none, goes to `reply`.
    fn request(&self, parcel: Parcel, reply: ReplyTo);
}

impl Shared {
    /// Sends to an agent of another runtime.
    pub(crate) fn send_far(
        &self,
        from: AgentId,
        to: AgentId,
        message: Message,
    ) -> Result<(), SendError> {
        let bus = self.bus.read().clone();
        let Some(bus) = bus else {
            return Err(SendError::NoBus { to });
        };
        bus.send(Parcel {
            from: from.known(),
            to,
            message,
        })
    }

    /// Asks an agent of another runtime.
    pub(crate) fn request_far(&self, to: AgentId, message: Message, reply: ReplyTo) {
        let bus = self.bus.read().clone();
        let parcel = Parcel {
            from: None,
            to,
            message,
        };
        match bus {
            Some(bus) => bus.request(parcel, reply),
            None => reply.fail(SendError::NoBus { to }),
        }
    }
}
