//! What can go wrong, told to whoever caused it: what, where, and what to do next.

use std::time::Duration;

use thiserror::Error;

use crate::AgentId;

/// Why a message was not accepted, or came back.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SendError {
    /// No such agent: it was never there, or it has stopped.
    #[error("agent {to} is gone; look it up or spawn it before sending")]
    Gone {
        /// Whom the message was for.
        to: AgentId,
    },
    /// The receiver's mailbox, or its shard, stayed full.
    #[error(
        "the mailbox of agent {to} is full ({capacity} messages waiting, after {waited:?}); send less, wait longer, or raise the capacity"
    )]
    Full {
        /// Whom the message was for.
        to: AgentId,
        /// The capacity that was reached.
        capacity: usize,
        /// How long the sender waited.
        waited: Duration,
    },
    /// The message is larger than the runtime's limit.
    #[error(
        "a message of {bytes} bytes to agent {to} is over the limit of {limit}; split it or raise `payload_limit`"
    )]
    TooLarge {
        /// Whom the message was for.
        to: AgentId,
        /// Its content, in bytes.
        bytes: usize,
        /// The limit, in bytes.
        limit: usize,
    },
    /// One event sent more messages than it may.
    #[error("agent {from} sent over {limit} messages in one event; spread them over several")]
    TooMany {
        /// The sender.
        from: AgentId,
        /// The limit.
        limit: usize,
    },
    /// The receiver's shard is held by a handler that does not return.
    #[error(
        "agent {to} cannot be reached: the handler of agent {culprit} on its shard has not returned for {held:?}; mend or despawn that agent"
    )]
    Stuck {
        /// Whom the message was for.
        to: AgentId,
        /// Whose handler holds the shard.
        culprit: AgentId,
        /// For how long.
        held: Duration,
    },
    /// The sender's own handler ran for so long that its agent was given up; nothing that it does counts any more.
    #[error(
        "agent {from} was given up because its handler did not return; make its handlers shorter, or raise `give_up_after`"
    )]
    GivenUp {
        /// The sender.
        from: AgentId,
    },
    /// The receiver's handler panicked on this message or before it.
    #[error("agent {to} panicked and was stopped: {reason}")]
    Panicked {
        /// Whom the message was for.
        to: AgentId,
        /// What the panic said.
        reason: String,
    },
    /// The runtime is shutting down.
    #[error("the runtime is shut down; a message to agent {to} was not delivered")]
    Closed {
        /// Whom the message was for.
        to: AgentId,
    },
    /// The receiver lives in another runtime and no bus leads there.
    #[error("agent {to} lives on node {}, and this runtime has no bus; join one first", to.node())]
    NoBus {
        /// Whom the message was for.
        to: AgentId,
    },
    /// The bus to the receiver's runtime refused the message.
    #[error("agent {to} on node {} cannot be reached: {reason}", to.node())]
    Bus {
        /// Whom the message was for.
        to: AgentId,
        /// What the bus said.
        reason: String,
    },
}

/// Why a request got no reply.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RequestError {
    /// The request was not delivered.
    #[error(transparent)]
    Send(#[from] SendError),
    /// The agent handled the request without replying.
    #[error("agent {to} handled the request but did not reply")]
    NoReply {
        /// Who was asked.
        to: AgentId,
    },
    /// No reply in time.
    #[error("no reply from agent {to} within {waited:?}; it may be busy, or its node away")]
    TimedOut {
        /// Who was asked.
        to: AgentId,
        /// How long the asker waited.
        waited: Duration,
    },
}

/// Some of the messages of one [`crate::Runtime::send_many`] were refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{} of {} messages were refused; the first: {}", refused.len(), accepted + refused.len(), first_reason(refused))]
pub struct SendManyError {
    /// How many were accepted.
    pub accepted: usize,
    /// Position and reason of each refusal.
    pub refused: Vec<(usize, SendError)>,
}

fn first_reason(refused: &[(usize, SendError)]) -> String {
    refused
        .first()
        .map_or_else(String::new, |(_, reason)| reason.to_string())
}

/// What the runtime itself refuses.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// A setting that cannot work.
    #[error("runtime setting `{setting}` is {value}, but must be {expected}")]
    Setting {
        /// Which setting.
        setting: &'static str,
        /// What it was.
        value: String,
        /// What it may be.
        expected: &'static str,
    },
    /// The operating system refused a thread.
    #[error("cannot start thread `{thread}`: {reason}; lower `shards` or raise the process limit")]
    Thread {
        /// The thread's name.
        thread: String,
        /// What the system said.
        reason: String,
    },
    /// The runtime is shutting down.
    #[error("the runtime is shut down; build a new one")]
    Closed,
    /// A block for more agents than can be addressed.
    #[error("a shard holds at most {limit} agents; use more shards")]
    TooManyAgents {
        /// The limit.
        limit: usize,
    },
    /// Two agents cannot have one id.
    #[error("agent id {id} is already taken; restore into a fresh runtime or skip it")]
    IdTaken {
        /// The id.
        id: AgentId,
    },
    /// An id of another runtime.
    #[error("agent id {id} belongs to node {}, this runtime is node {node}", id.node())]
    ForeignId {
        /// The id.
        id: AgentId,
        /// This runtime's node.
        node: u16,
    },
    /// No such agent here.
    #[error("agent {id} is gone")]
    Gone {
        /// The id.
        id: AgentId,
    },
    /// A saved agent could not be brought back.
    #[error("agent {id} cannot be restored: {source}")]
    Restore {
        /// The id.
        id: AgentId,
        /// Why.
        source: StateError,
    },
    /// The runtime did not become quiet in time.
    #[error("{pending} messages were still in flight after {waited:?}")]
    Busy {
        /// Messages accepted but not yet handled.
        pending: u64,
        /// How long was waited.
        waited: Duration,
    },
}

/// Bytes that are not an agent's saved state.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "not a saved state of an agent of kind `{kind}`: {reason}; restore it with the version and kind that saved it"
)]
pub struct StateError {
    /// The kind that was to take it.
    pub kind: String,
    /// What is wrong with it.
    pub reason: String,
}

impl StateError {
    /// A refusal by an agent of `kind`, for `reason`.
    #[must_use]
    pub fn new(kind: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            kind: kind.into(),
            reason: reason.into(),
        }
    }
}

/// Text that is not an agent id.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{text}` is not an agent id; ids look like `0.17` (node.number)")]
pub struct ParseIdError {
    /// The text, at most 40 characters of it.
    pub text: String,
}
