//! Watching and steering agents over WebSocket.
//!
//! One process listens on one TCP port and answers plain HTTP (`/`, `/health`, `/metrics`) and
//! WebSocket upgrades (`/ws`). The path of a message:
//!
//! ```text
//! accept ─ http (head, token, origin, upgrade) ─ connection (reads, limits)
//!                                                   │ commands
//!                                                   ▼
//!        host (agents) ──────── events ─────────▶ hub (one task: topics, subscribers)
//!                                                   │ one encoded chunk, shared
//!                                                   ▼
//!                                                client outboxes ─▶ sockets
//! ```
//!
//! Invariants:
//! * A frame is encoded once per encoding, whatever the number of receivers.
//! * Nobody waits for a slow reader: every client has a bounded outbox with a stated policy.
//! * Every byte a peer can make us hold is bounded by [`Limits`].
//! * Only a connection's own task and the hub write to its socket, always whole frames in order.

pub mod client;

mod accept;
mod auth;
mod close;
mod commands;
mod config;
mod connection;
mod descriptors;
mod error;
mod frame;
mod heartbeat;
mod host;
mod http;
mod hub;
mod limits;
mod metrics;
mod openmetrics;
mod outbox;
mod page;
mod peer;
mod protocol;
mod registry;
mod run;
mod server;
mod socket;
pub mod world;

pub use auth::{Auth, Token};
pub use config::{GatewayConfig, Heartbeat, SlowConsumer};
pub use descriptors::{raise_descriptor_limit, reserve_descriptors};
pub use error::GatewayError;
pub use host::{AgentHost, HostError, HostFuture, NoAgents, StepReport};
pub use hub::Hub;
pub use limits::Limits;
pub use metrics::{Metrics, Snapshot};
#[cfg(feature = "fuzzing")]
pub(crate) use protocol::again;
pub use protocol::{Encoding, Event};
pub use run::run;
pub use server::Gateway;
