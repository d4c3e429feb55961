//! A shard: one thread, the agents that live on it, and their inbox.
//!
//! Invariants: only the shard's thread touches its agents; each accepted message is counted once, as handled or dead.

mod block;
mod core;
mod directory;
mod envelope;
mod inbox;
mod lockstep;
mod population;
mod recover;
mod topics;
mod worker;

use std::sync::Arc;

use crate::AgentId;
use crate::context::Context;
use crate::error::SendError;
use crate::message::{Command, Message};
use crate::observe::EventKind;
use crate::request::ReplyTo;
use crate::shared::Shared;

pub(crate) use self::block::Factory;
pub(crate) use self::core::Core;
pub(crate) use self::directory::Directory;
pub(crate) use self::envelope::{Body, Envelope, Target};
pub(crate) use self::inbox::{Door, Inbox, Refusal};
pub(crate) use self::topics::Topics;
pub(crate) use self::worker::{is_shard_thread, run};

use self::block::Block;
use self::envelope::FanOut;

pub(crate) struct Shard {
    blocks: Vec<Option<Block>>,
    pub(crate) core: Core,
    active: Option<Active>,
    stopping: bool,
}

/// The event at hand: what a panic must be charged to.
struct Active {
    target: Target,
    id: AgentId,
    is_message: bool,
}

/// What an agent is called for.
enum Event {
    Message(Message),
    Step,
    Bounce(Box<crate::agent::Undelivered>),
}

impl Shard {
    pub(crate) fn new(shared: Arc<Shared>, index: usize) -> Self {
        Self {
            blocks: Vec::new(),
            core: Core::new(shared, index),
            active: None,
            stopping: false,
        }
    }

    fn dispatch(&mut self, envelope: Envelope) {
        let Envelope {
            from,
            target,
            reply,
            body,
        } = envelope;
        match body {
            Body::Message(message) => self.deliver(from, target, reply, message),
            Body::Control(control) => control(self),
            Body::FanOut(fan_out) => {
                self.fan_out(from, &fan_out);
                self.carrier_ended();
            }
            Body::Bounce(bounce) => {
                // Nobody is left to tell when the sender is gone as well.
                let _ = self.call(AgentId::OUTSIDE, target, None, Event::Bounce(bounce));
            }
        }
    }

    fn carrier_ended(&mut self) {
        // What the broadcast set off must be visible before its end is.
        self.core.publish();
        self.core
            .shared
            .carriers_ended
            .fetch_add(1, std::sync::atomic::Ordering::AcqRel);
    }

    #[inline]
    fn deliver(&mut self, from: AgentId, target: Target, reply: Option<ReplyTo>, message: Message) {
        let stops = matches!(message, Message::Command(Command::Stop));
        if let Err((event, reply)) = self.call(from, target, reply, Event::Message(message)) {
            let to = target.id(self.core.node());
            if let Event::Message(message) = event {
                let body = Body::Message(message);
                let envelope = Envelope {
                    from,
                    target,
                    reply,
                    body,
                };
                self.core.lose(envelope, &SendError::Gone { to });
            }
            return;
        }
        self.core.counts.handled += 1;
        if stops {
            self.end(target, "command");
        }
    }

    fn block(&mut self, target: Target) -> Option<&mut Block> {
        self.blocks
            .get_mut(target.local_block())?
            .as_mut()
            .filter(|block| block.tag == target.tag)
    }

    /// Calls the agent at `target`; gives everything back if there is none.
    #[inline]
    fn call(
        &mut self,
        from: AgentId,
        target: Target,
        reply: Option<ReplyTo>,
        event: Event,
    ) -> Result<(), (Event, Option<ReplyTo>)> {
        let Some(block) = self
            .blocks
            .get_mut(target.local_block())
            .and_then(Option::as_mut)
            .filter(|block| block.tag == target.tag)
        else {
            return Err((event, reply));
        };
        let Some((events, agent)) = block.get(target.offset()) else {
            return Err((event, reply));
        };
        let id = target.id(self.core.node());
        self.active = Some(Active {
            target,
            id,
            is_message: matches!(event, Event::Message(_)),
        });
        self.core.begin(id);
        *events = events.wrapping_add(1);
        let mut context = Context {
            count: *events,
            core: &mut self.core,
            id,
            target,
            from,
            reply,
            sends: 0,
            stop: false,
        };
        match event {
            Event::Message(message) => agent.handle(message, &mut context),
            Event::Step => agent.step(&mut context),
            Event::Bounce(bounce) => agent.undelivered(*bounce, &mut context),
        }
        let stop = context.stop;
        self.active = None;
        if stop {
            self.end(target, "its own decision");
        }
        Ok(())
    }

    /// Calls every receiver of a broadcast that lives here; how many there were.
    fn fan_out(&mut self, from: AgentId, fan_out: &FanOut) -> usize {
        let receivers = self.receivers(fan_out);
        let mut reached = 0;
        for target in receivers {
            if self
                .block(target)
                .is_some_and(|block| block.get(target.offset()).is_some())
            {
                self.core.counts.accepted += 1;
                reached += 1;
                self.guarded(|shard| shard.deliver(from, target, None, fan_out.message.clone()));
            }
        }
        reached
    }

    fn receivers(&self, fan_out: &FanOut) -> Vec<Target> {
        match &fan_out.topic {
            Some(topic) => self.core.topics.members(topic),
            None => self.targets(),
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

    /// A broadcast from outside.
    pub(crate) fn announce(
        &mut self,
        topic: Option<crate::observe::TopicName>,
        message: Message,
    ) -> usize {
        self.fan_out(AgentId::OUTSIDE, &FanOut { topic, message })
    }

    /// Steps every agent once, taking in messages between blocks so that no inbox stays full; how many stepped.
    pub(crate) fn step_all(&mut self, tick: u64) -> usize {
        self.core.tick = tick;
        if self.core.shared.settings.lockstep {
            self.deliver_staged(tick);
        }
        let mut stepped = 0;
        let mut local = 0;
        while local < self.blocks.len() {
            let mut offset = 0;
            while let Some(target) = self.next_in_block(local, &mut offset) {
                stepped += 1;
                self.guarded(|shard| {
                    // It was alive when it was found, and only its own step could end it since.
                    let _ = shard.call(AgentId::OUTSIDE, target, None, Event::Step);
                });
            }
            local += 1;
            self.make_room();
        }
        self.core.hand_over_all();
        stepped
    }

    fn next_in_block(&self, local: usize, offset: &mut usize) -> Option<Target> {
        let block = self.blocks.get(local)?.as_ref()?;
        let found = block.next_live(*offset)?;
        *offset = found + 1;
        Some(Target {
            slot: (local * crate::id::AGENTS_PER_BLOCK + found) as u32,
            tag: block.tag,
        })
    }

    /// Shows what became of an agent.
    fn tell(&mut self, target: Target, kind: impl FnOnce() -> EventKind) {
        let id = target.id(self.core.node());
        self.core.note(id, target, 0, kind);
    }
}
