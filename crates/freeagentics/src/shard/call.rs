//! One call of an agent's code: the shard prepares it, its thread makes it outside of the shard.
//!
//! Invariant: while the call runs, the thread holds the agent and nothing else of the shard, so that the shard can be
//! given to another thread if the call does not return.

use std::ptr::NonNull;
use std::sync::Arc;

use crate::AgentId;
use crate::agent::{Agent, Undelivered};
use crate::context::Context;
use crate::message::Message;
use crate::request::{Asker, ReplyTo};
use crate::shared::Shared;

use super::Shard;
use super::envelope::Target;
use super::lease::Holder;
use super::scratch::Scratch;

/// What an agent is called for.
pub(super) enum Event {
    Message(Message),
    Step,
    Bounce(Box<Undelivered>),
}

/// What the next call is for. In a place of its own, written once: a call is passed on by several functions, and to move
/// its message each time took as long as all the rest.
#[derive(Default)]
pub(super) struct Due {
    pub(super) event: Option<Event>,
    pub(super) reply: Option<ReplyTo>,
}

/// A call that is due; its event is in a [`Due`].
pub(super) struct Call {
    pub(super) agent: NonNull<dyn Agent>,
    pub(super) id: AgentId,
    pub(super) target: Target,
    pub(super) from: AgentId,
    pub(super) count: u32,
    pub(super) tick: u64,
}

/// The call at hand, as the shard remembers it: what a panic or a handler that does not return is charged to.
pub(super) struct Active {
    pub(super) target: Target,
    pub(super) id: AgentId,
    pub(super) is_message: bool,
    /// The message says that the agent is to end.
    pub(super) is_stop: bool,
    /// Who waits for the reply.
    pub(super) asker: Option<Asker>,
}

impl Due {
    #[inline]
    pub(super) fn set(&mut self, event: Event, reply: Option<ReplyTo>) {
        self.event = Some(event);
        self.reply = reply;
    }
}

impl Call {
    /// Runs the agent's code; whether the agent wants to stop.
    #[inline]
    pub(super) fn make(
        mut self,
        due: &mut Due,
        holder: &mut Holder<Shard>,
        shared: &Arc<Shared>,
        scratch: &mut Scratch,
    ) -> bool {
        // SAFETY: the shard found the agent alive in its block and remembers the call as its active one. Until the
        // thread enters the shard again it makes no other reference to this agent, and the block neither moves nor
        // frees its entries (see `block`). If the shard goes to another thread before that, the agent is forfeited
        // first: its place is never touched nor freed again.
        let agent = unsafe { self.agent.as_mut() };
        let mut context = Context {
            holder,
            shared,
            scratch,
            id: self.id,
            target: self.target,
            from: self.from,
            reply: due.reply.take(),
            count: self.count,
            tick: self.tick,
            sends: 0,
            stop: false,
        };
        match due.event.take() {
            Some(Event::Message(message)) => agent.handle(message, &mut context),
            Some(Event::Step) => agent.step(&mut context),
            Some(Event::Bounce(bounce)) => agent.undelivered(*bounce, &mut context),
            None => {}
        }
        context.stop
    }
}
