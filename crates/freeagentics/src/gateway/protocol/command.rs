//! What clients ask, independent of encoding. Invariant: borrowed from the message it came in.

use std::borrow::Cow;

/// Longest topic name in bytes.
pub(in crate::gateway) const MAX_TOPIC_BYTES: usize = 128;

/// One message from a client.
#[derive(Debug, PartialEq)]
pub(in crate::gateway) struct Request<'a> {
    /// Chosen by the client and repeated in the reply.
    pub(in crate::gateway) id: Option<u32>,
    pub(in crate::gateway) command: Command<'a>,
}

/// What clients ask.
#[derive(Debug, PartialEq)]
pub(in crate::gateway) enum Command<'a> {
    /// Send the payload back.
    Echo { payload: &'a [u8] },
    /// Send me events of these topics, in the encoding of this command.
    Subscribe { topics: Vec<Cow<'a, str>> },
    /// No more of these.
    Unsubscribe { topics: Vec<Cow<'a, str>> },
    /// Send the payload to every subscriber of the topic.
    Publish {
        topic: Cow<'a, str>,
        payload: &'a [u8],
    },
    /// Create agents.
    Spawn { count: u32 },
    /// Show an agent an observation.
    Observe { agent: u64, observation: Vec<u32> },
    /// Tell an agent's state.
    Inspect { agent: u64 },
    /// Tell how the server is.
    Status,
}

/// Why a message was not understood. The reply names the code; the connection stays open.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(in crate::gateway) enum BadCommand {
    #[error("not a command: {0}; see docs/protocol.md")]
    Malformed(String),
    #[error(
        "unknown command {0:?}; known: echo, subscribe, unsubscribe, publish, spawn, observe, \
         inspect, status"
    )]
    Unknown(String),
    #[error("{0} lacks {1}")]
    Lacks(&'static str, &'static str),
    #[error("a topic has 1 to {MAX_TOPIC_BYTES} bytes, this one {0}")]
    BadTopic(usize),
}

/// Refuses empty and overlong topics.
pub(super) fn check_topic(topic: &str) -> Result<(), BadCommand> {
    if topic.is_empty() || topic.len() > MAX_TOPIC_BYTES {
        return Err(BadCommand::BadTopic(topic.len()));
    }
    Ok(())
}
