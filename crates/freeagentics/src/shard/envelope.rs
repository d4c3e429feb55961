//! One entry of a shard's inbox.
//!
//! Invariant: at most 104 bytes, so that a full inbox stays within its memory bound; `tag` tells whether `slot`
//! still belongs to the block the sender meant.

use crate::AgentId;
use crate::agent::Undelivered;
use crate::id::AGENTS_PER_BLOCK;
use crate::message::Message;
use crate::observe::TopicName;
use crate::request::ReplyTo;

use super::Shard;

pub(crate) struct Envelope {
    pub(crate) from: AgentId,
    pub(crate) target: Target,
    pub(crate) reply: Option<ReplyTo>,
    pub(crate) body: Body,
}

/// An agent's place in its shard, and the block it must still belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Target {
    pub(crate) slot: u32,
    /// Number of the block (32 bits of it are all that the allocator gives out).
    pub(crate) tag: u32,
}

impl Target {
    pub(crate) const NOBODY: Self = Self {
        slot: u32::MAX,
        tag: u32::MAX,
    };

    pub(crate) fn local_block(self) -> usize {
        self.slot as usize / AGENTS_PER_BLOCK
    }

    pub(crate) fn offset(self) -> usize {
        self.slot as usize % AGENTS_PER_BLOCK
    }

    pub(crate) fn id(self, node: u16) -> AgentId {
        AgentId::new(
            node,
            u64::from(self.tag) * AGENTS_PER_BLOCK as u64 + self.offset() as u64,
        )
    }
}

pub(crate) type Control = Box<dyn FnOnce(&mut Shard) + Send>;

pub(crate) enum Body {
    Message(Message),
    Control(Control),
    FanOut(Box<FanOut>),
    Step(Box<StepOrder>),
    Bounce(Box<Undelivered>),
}

/// One message for many agents of a shard.
pub(crate) struct FanOut {
    /// `None`: everybody.
    pub(crate) topic: Option<TopicName>,
    pub(crate) message: Message,
    /// Told how many it has reached; agents do not ask, theirs is counted as a carrier.
    pub(crate) done: Option<Done>,
}

/// One step of all agents of a shard.
pub(crate) struct StepOrder {
    pub(crate) tick: u64,
    /// Told how many have stepped.
    pub(crate) done: Done,
}

/// Told a number of agents when something is done; dropped untold when it will never be.
pub(crate) type Done = Box<dyn FnOnce(usize) + Send>;

impl Envelope {
    /// Work from outside that is no message.
    pub(crate) fn order(body: Body) -> Self {
        Self {
            from: AgentId::OUTSIDE,
            target: Target::NOBODY,
            reply: None,
            body,
        }
    }

    pub(crate) fn control(control: Control) -> Self {
        Self::order(Body::Control(control))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn envelopes_stay_small() {
        assert!(size_of::<Message>() <= 72, "{}", size_of::<Message>());
        assert!(size_of::<Envelope>() <= 104, "{}", size_of::<Envelope>());
    }
}
