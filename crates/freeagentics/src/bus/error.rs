//! What can go wrong between runtimes.

use std::time::Duration;

use thiserror::Error;

use crate::AgentId;

/// Why a runtime could not join a bus, or leave it in order.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum BusError {
    /// The server cannot be reached, or does not answer.
    #[error(
        "NATS server {url} does not answer within {waited:?} ({reason}); start it, or check address and port"
    )]
    Unreachable {
        /// The server's address, without password.
        url: String,
        /// How long was waited.
        waited: Duration,
        /// What the connection said.
        reason: String,
    },
    /// The server has no JetStream, or refuses it.
    #[error(
        "NATS server {url} cannot keep messages ({reason}); start it with -js, or choose `Delivery::WhileBothLive`"
    )]
    NoJetStream {
        /// The server's address, without password.
        url: String,
        /// What the server said.
        reason: String,
    },
    /// Another runtime on this bus has the same node number, and so the same agent ids.
    #[error(
        "another runtime on bus `{bus}` already claims node {node} and with it agent ids like {example}; give each runtime a node number of its own"
    )]
    IdTaken {
        /// The bus.
        bus: String,
        /// The node number both claim.
        node: u16,
        /// An id that both would give out.
        example: AgentId,
    },
    /// A runtime has one bus.
    #[error("node {node} has already joined a bus; shut the runtime down to leave it")]
    AlreadyJoined {
        /// The node.
        node: u16,
    },
    /// A setting that cannot work.
    #[error("bus setting `{setting}` is `{value}`, but must be {expected}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The operating system refused a thread or a runtime.
    #[error("cannot start the bus: {reason}")]
    Start {
        /// What the system said.
        reason: String,
    },
    /// Not everything was acknowledged in time.
    #[error(
        "{pending} messages were not acknowledged within {waited:?}; the other node or the server may be away"
    )]
    Unacknowledged {
        /// How many.
        pending: u64,
        /// How long was waited.
        waited: Duration,
    },
}
