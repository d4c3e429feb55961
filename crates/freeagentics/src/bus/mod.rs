//! Messages between runtimes.
//!
//! Invariant: agents are addressed the same way wherever they live; a bus accepts a message or says why not, never
//! blocks an agent (senders outside wait for room as they do at a mailbox), and returns what it accepted but could not deliver to its sender.
//!
//! Two machines: a NATS server that both reach (`nats-server -js`), and on each a runtime with a node number of its own.
//!
#![cfg_attr(feature = "nats", doc = "```no_run")]
#![cfg_attr(not(feature = "nats"), doc = "```ignore")]
//! use freeagentics::bus::{NatsBus, NatsOptions};
//! use freeagentics::{AgentId, Message, Runtime};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let runtime = Runtime::builder().node(1).start()?;
//! let bus = NatsBus::join(&runtime, NatsOptions::new("nats://10.0.0.5:4222"))?;
//! runtime.send(AgentId::new(2, 0), Message::payload(b"to the first agent of node 2"))?;
//! bus.flush(std::time::Duration::from_secs(5))?;
//! # Ok(())
//! # }
//! ```

#[cfg(any(all(test, feature = "nats"), feature = "fuzzing"))]
pub(crate) mod again;
mod error;
#[cfg(any(feature = "nats", feature = "fuzzing"))]
mod frame;
mod inlet;
mod local;
#[cfg(feature = "nats")]
mod nats;

use std::sync::Arc;
use std::time::Duration;

pub use error::BusError;
pub use inlet::Inlet;
pub use local::LocalBus;
#[cfg(feature = "nats")]
pub use nats::{BusStats, Delivery, NatsBus, NatsOptions};

use crate::AgentId;
use crate::error::SendError;
use crate::message::Message;
use crate::request::ReplyTo;
use crate::runtime::Runtime;
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

    /// Accepts many parcels, in order; the position and reason of each that was refused. May wait for room, for all
    /// of them together no longer than `patience`.
    fn send_many(&self, parcels: Vec<Parcel>, patience: Duration) -> Vec<(usize, SendError)> {
        let _ = patience;
        let outcomes = parcels.into_iter().map(|parcel| self.send(parcel));
        let refused = outcomes.enumerate();
        refused
            .filter_map(|(position, outcome)| Some((position, outcome.err()?)))
            .collect()
    }

    /// Accepts a request; the reply, or the reason why there is none, goes to `reply`.
    fn request(&self, parcel: Parcel, reply: ReplyTo);
}

impl Runtime {
    /// Sends messages for agents of other runtimes through `bus` from now on.
    ///
    /// # Errors
    /// [`BusError::AlreadyJoined`] when this runtime has a bus.
    pub fn join(&self, bus: Arc<dyn Bus>) -> Result<(), BusError> {
        let mut place = self.shared().bus.write();
        if place.is_some() {
            return Err(BusError::AlreadyJoined { node: self.node() });
        }
        *place = Some(bus);
        Ok(())
    }

    /// Where a bus delivers what arrives for this runtime.
    #[must_use]
    pub fn inlet(&self) -> Inlet {
        Inlet::new(self.shared())
    }
}

impl Shared {
    /// Sends to an agent of another runtime.
    pub(crate) fn send_far(
        &self,
        from: AgentId,
        to: AgentId,
        message: Message,
    ) -> Result<(), SendError> {
        match &*self.bus.read() {
            Some(bus) => bus.send(Parcel {
                from: from.known(),
                to,
                message,
            }),
            None => Err(SendError::NoBus { to }),
        }
    }

    /// Sends many to agents of other runtimes; the position and reason of each that was refused.
    pub(crate) fn send_many_far(
        &self,
        parcels: Vec<Parcel>,
        patience: Duration,
    ) -> Vec<(usize, SendError)> {
        let bus = self.bus.read().clone();
        match bus {
            Some(bus) => bus.send_many(parcels, patience),
            None => (0..)
                .zip(parcels)
                .map(|(position, parcel)| (position, SendError::NoBus { to: parcel.to }))
                .collect(),
        }
    }

    /// Asks an agent of another runtime.
    pub(crate) fn request_far(&self, to: AgentId, message: Message, reply: ReplyTo) {
        let bus = self.bus.read().clone();
        match bus {
            Some(bus) => bus.request(
                Parcel {
                    from: None,
                    to,
                    message,
                },
                reply,
            ),
            None => reply.fail(SendError::NoBus { to }),
        }
    }
}
