//! The bus within one process: several runtimes side by side.
//!
//! Invariant: a node number leads to one runtime, as long as that runtime lives.

use std::collections::HashMap;
use std::sync::{Arc, Weak};

use parking_lot::RwLock;

use crate::AgentId;
use crate::error::SendError;
use crate::request::ReplyTo;
use crate::runtime::Runtime;
use crate::shared::Shared;

use super::{Bus, BusError, Parcel};

/// Connects runtimes of one process.
#[derive(Default)]
pub struct LocalBus {
    nodes: RwLock<HashMap<u16, Weak<Shared>>>,
}

impl LocalBus {
    /// A bus that nobody has joined yet.
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self::default())
    }

    /// Joins `runtime` to this bus.
    ///
    /// # Errors
    /// [`BusError::IdTaken`] when a living runtime has the same node number, [`BusError::AlreadyJoined`] when this
    /// one is on a bus.
    pub fn connect(self: &Arc<Self>, runtime: &Runtime) -> Result<(), BusError> {
        let node = runtime.node();
        let mut nodes = self.nodes.write();
        if nodes
            .get(&node)
            .is_some_and(|other| other.strong_count() > 0)
        {
            return Err(BusError::IdTaken {
                bus: "local".to_owned(),
                node,
                example: AgentId::new(node, 0),
            });
        }
        runtime.join(self.clone())?;
        nodes.insert(node, Arc::downgrade(runtime.shared()));
        Ok(())
    }

    fn find(&self, to: AgentId) -> Result<Arc<Shared>, SendError> {
        let node = self.nodes.read().get(&to.node()).and_then(Weak::upgrade);
        node.ok_or_else(|| SendError::Bus {
            to,
            reason: "no runtime with this node number has joined".to_owned(),
        })
    }
}

impl Bus for LocalBus {
    fn send(&self, parcel: Parcel) -> Result<(), SendError> {
        let shared = self.find(parcel.to)?;
        let refused = shared.deliver(std::iter::once(parcel), std::time::Duration::ZERO);
        refused
            .into_iter()
            .next()
            .map_or(Ok(()), |(_, reason)| Err(reason))
    }

    fn request(&self, parcel: Parcel, reply: ReplyTo) {
        match self.find(parcel.to) {
            Ok(shared) => shared.ask(parcel, reply),
            Err(reason) => reply.fail(reason),
        }
    }
}
