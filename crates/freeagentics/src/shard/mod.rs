//! A shard: one thread, the agents that live on it, and their inbox.
//!
//! Invariants: one thread at a time touches a shard's agents; each accepted message is counted once, as handled or dead.

mod block;
mod call;
mod core;
mod directory;
mod envelope;
mod inbox;
mod jobs;
mod lease;
#[cfg(test)]
mod lease_tests;
mod lockstep;
mod population;
mod recover;
mod schedule;
mod scratch;
mod sync;
mod topics;
mod worker;

use std::collections::VecDeque;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::AgentId;
use crate::message::{Command, Message};
use crate::observe::EventKind;
use crate::request::ReplyTo;
use crate::shared::Shared;

pub(crate) use self::block::Factory;
pub(crate) use self::core::Core;
pub(crate) use self::directory::Directory;
pub(crate) use self::envelope::{Body, Envelope, FanOut, StepOrder, Target};
pub(crate) use self::inbox::{Door, Inbox, Refusal};
pub(crate) use self::lease::{Holder, Lease};
pub(crate) use self::scratch::Scratch;
pub(crate) use self::topics::Topics;
pub(crate) use self::worker::{is_shard_thread, run, take_over};

use self::block::Block;
use self::call::{Active, Call, Due, Event};
use self::jobs::{Announcing, Stepping};
use self::schedule::Phase;

pub(crate) struct Shard {
    blocks: Vec<Option<Block>>,
    pub(crate) core: Core,
    /// What was taken from the inbox or sent here, and is not yet handled, in order.
    batch: VecDeque<Envelope>,
    /// Envelopes of the batch whose agents were asked for from memory.
    looked_at: usize,
    /// A broadcast on its way to this shard's agents: nothing else is handled before it has ended.
    announcing: Option<Announcing>,
    /// Steps of all agents: the first runs.
    stepping: VecDeque<Stepping>,
    phase: Phase,
    active: Option<Active>,
    stopping: bool,
}

impl Shard {
    pub(crate) fn new(shared: Arc<Shared>, index: usize) -> Self {
        Self {
            blocks: Vec::new(),
            core: Core::new(shared, index),
            batch: VecDeque::new(),
            looked_at: 0,
            announcing: None,
            stepping: VecDeque::new(),
            phase: Phase::default(),
            active: None,
            stopping: false,
        }
    }

    fn block(&mut self, target: Target) -> Option<&mut Block> {
        self.blocks
            .get_mut(target.local_block())?
            .as_mut()
            .filter(|block| block.tag == target.tag)
    }

    /// Prepares a call of the agent at `target`, for what is `due`; that stays there if there is no such agent.
    #[inline]
    fn call(&mut self, from: AgentId, target: Target, due: &Due) -> Option<Call> {
        let block = self
            .blocks
            .get_mut(target.local_block())?
            .as_mut()
            .filter(|block| block.tag == target.tag)?;
        let (events, agent) = block.get(target.offset())?;
        *events = events.wrapping_add(1);
        let count = *events;
        let agent = NonNull::from(agent);
        let id = target.id(self.core.node());
        let (is_message, is_stop) = match &due.event {
            Some(Event::Message(message)) => {
                (true, matches!(message, Message::Command(Command::Stop)))
            }
            _ => (false, false),
        };
        self.active = Some(Active {
            target,
            id,
            is_message,
            is_stop,
            asker: due.reply.as_ref().and_then(ReplyTo::asker),
        });
        self.core.begin(id);
        Some(Call {
            agent,
            id,
            target,
            from,
            count,
            tick: self.core.tick,
        })
    }

    /// The call at hand has returned; `stop` is what the agent wants.
    #[inline]
    fn returned(&mut self, stop: bool) {
        let Some(active) = self.active.take() else {
            return;
        };
        if stop {
            self.end(active.target, "its own decision");
        }
        if active.is_message {
            self.core.counts.handled += 1;
            if active.is_stop {
                self.end(active.target, "command");
            }
        }
    }

    /// All living agents, in the order of their places.
    fn targets(&self) -> Vec<Target> {
        let mut targets = Vec::with_capacity(self.core.counts.agents as usize);
        for (local, block) in self.blocks.iter().enumerate() {
            let Some(block) = block else { continue };
            let mut next = block.next_live(0);
            while let Some(offset) = next {
                targets.push(Target {
                    slot: (local * crate::id::AGENTS_PER_BLOCK + offset) as u32,
                    tag: block.tag,
                });
                next = block.next_live(offset + 1);
            }
        }
        targets
    }

    /// Shows what became of an agent.
    fn tell(&mut self, target: Target, kind: impl FnOnce() -> EventKind) {
        let id = target.id(self.core.node());
        self.core.note(id, target, 0, kind);
    }
}
