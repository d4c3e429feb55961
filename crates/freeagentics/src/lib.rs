//! A runtime for active-inference agents: agents, mailboxes, buses, store and WebSocket gateway.
//!
//! Agents are plain structs that live in shards, one thread each; they exchange typed messages through bounded
//! mailboxes. Start with [`Runtime`]; write your own kind of agent with [`Agent`]:
//!
//! ```
//! use freeagentics::{Agent, Context, Message, Runtime};
//! use std::time::Duration;
//!
//! struct Counter(u64);
//!
//! impl Agent for Counter {
//!     fn handle(&mut self, message: Message, context: &mut Context<'_>) {
//!         if let Message::Payload(_) = message {
//!             self.0 += 1;
//!         }
//!         context.reply(Message::payload(&self.0.to_le_bytes()));
//!     }
//! }
//!
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     let runtime = Runtime::builder().start()?;
//!     let counter = runtime.spawn(Counter(0))?;
//!     let reply = runtime.request(counter, Message::payload(b"one"))?.wait(Duration::from_secs(1))?;
//!     assert_eq!(reply, Message::payload(&1_u64.to_le_bytes()));
//!     Ok(())
//! }
//! ```
//!
//! Runtimes on several machines share one space of addresses over a [`bus`].

mod agent;
pub mod bus;
mod completion;
mod context;
mod error;
mod explorer;
pub mod gateway;
mod id;
mod inference;
mod message;
mod observe;
mod placement;
mod request;
mod runtime;
mod settings;
mod shard;
mod shared;
pub mod store;

pub use agent::{Agent, Undelivered};
pub use completion::Ticket;
pub use context::Context;
pub use error::{ParseIdError, RequestError, RuntimeError, SendError, SendManyError, StateError};
pub use explorer::{Explorer, GridWorld};
pub use id::{AGENTS_PER_BLOCK, AgentId, AgentRange};
pub use inference::{InferenceAgent, SharedModel};
pub use message::{
    Command, INLINE_BYTES, INLINE_MODALITIES, Message, Observation, Payload, SharedBelief,
};
pub use observe::{Event, EventKind, Filter, Moment, Watcher};
pub use placement::Placement;
pub use request::{Reply, ReplyTo};
pub use runtime::{
    Restart, Runtime, RuntimeBuilder, SavedAgent, ShutdownReport, Snapshot, SnapshotTicket,
    SpawnOptions, Stats, StepReport, Trajectories, write_json_lines,
};
pub use settings::WhenFull;

/// What `fuzz/` reads and nobody else may: what clients of the gateway and other runtimes send.
#[cfg(feature = "fuzzing")]
#[doc(hidden)]
pub mod fuzzing {
    /// A client's text message.
    pub fn gateway_json(bytes: &[u8]) {
        crate::gateway::again::read_and_write_json(bytes);
    }

    /// A client's binary message.
    pub fn gateway_binary(bytes: &[u8]) {
        crate::gateway::again::read_and_write_binary(bytes);
    }

    /// A frame of another runtime.
    pub fn bus_frame(bytes: &[u8]) {
        crate::bus::again::read_and_write(bytes);
    }
}

/// The examples of the page about the runtime, compiled and run as they stand there.
#[cfg(all(doctest, feature = "nats"))]
#[doc = include_str!("../../../docs/runtime.md")]
struct RuntimePage;
