//! What a shard does next: the broadcast at hand, the step at hand, the batch at hand, then a new turn.
//!
//! Invariants: messages are handled in the order in which they were taken; a turn takes the inbox, then what agents
//! sent to each other here, then hands over what they sent elsewhere, so that each gets its share.

use std::sync::atomic::Ordering;

use crate::AgentId;
use crate::error::SendError;

use super::Shard;
use super::call::{Call, Due, Event};
use super::envelope::{Body, Envelope, Target};
use super::jobs::Stepping;

/// Agents whose memory is asked for at once, before their messages are handled.
const LOOK_AHEAD: usize = 16;
/// With fewer agents than this their memory is in the caches anyway.
const FITS_CACHES: u64 = 10_000;
/// Local messages are handled between two blocks of a step when there are this many.
const LOCAL_BACKLOG: usize = 4096;

/// What the thread is to do.
pub(super) enum Next {
    Call(Call),
    /// Nothing is there; with messages for shards that have no room, only for a moment.
    Rest {
        unsent: bool,
    },
    End,
}

/// How far the turn has come.
#[derive(Clone, Copy, Default)]
pub(super) enum Phase {
    #[default]
    Inbox,
    Local {
        worked: bool,
    },
    HandOver {
        worked: bool,
    },
}

impl Shard {
    /// Does what needs no agent's code, up to the next call and what is `due` then.
    #[inline]
    pub(super) fn advance(&mut self, due: &mut Due) -> Next {
        loop {
            if self.announcing.is_some() {
                if let Some(call) = self.next_announced(due) {
                    return Next::Call(call);
                }
                continue;
            }
            if self.stepping.front().is_some_and(|step| !step.paused) {
                if let Some(call) = self.next_step(due) {
                    return Next::Call(call);
                }
                continue;
            }
            if self.looked_at == 0 {
                self.look_ahead();
            }
            if let Some(envelope) = self.batch.pop_front() {
                self.looked_at -= 1;
                if let Some(call) = self.open(envelope, due) {
                    return Next::Call(call);
                }
                continue;
            }
            if self.stopping {
                return Next::End;
            }
            if let Some(next) = self.turn() {
                return next;
            }
        }
    }

    /// Opens an envelope: does what it says, or prepares the call it asks for.
    #[inline]
    pub(super) fn open(&mut self, envelope: Envelope, due: &mut Due) -> Option<Call> {
        let Envelope {
            from,
            target,
            reply,
            body,
        } = envelope;
        match body {
            Body::Message(message) => {
                due.set(Event::Message(message), reply);
                let call = self.call(from, target, due);
                if call.is_none() {
                    self.nobody(from, target, due);
                }
                return call;
            }
            Body::Bounce(bounce) => {
                // Nobody is left to tell when the sender is gone as well.
                due.set(Event::Bounce(bounce), None);
                return self.call(AgentId::OUTSIDE, target, due);
            }
            Body::Control(control) => control(self),
            Body::FanOut(fan_out) => self.announce(from, *fan_out),
            Body::Step(order) => self.stepping.push_back(Stepping::new(*order)),
        }
        None
    }

    /// The message that is due has no receiver.
    #[cold]
    fn nobody(&mut self, from: AgentId, target: Target, due: &mut Due) {
        if let Some(Event::Message(message)) = due.event.take() {
            let to = target.id(self.core.node());
            let envelope = Envelope {
                from,
                target,
                reply: due.reply.take(),
                body: Body::Message(message),
            };
            self.core.lose(envelope, &SendError::Gone { to });
        }
    }

    /// The batch is empty: one phase of a turn; what to do if that was all.
    fn turn(&mut self) -> Option<Next> {
        match self.phase {
            Phase::Inbox => {
                let inbox = &self.core.shared.inboxes[self.core.index];
                let worked = inbox.is_filled();
                if worked {
                    let mut batch = Vec::from(std::mem::take(&mut self.batch));
                    inbox.take(&mut batch);
                    self.batch = batch.into();
                }
                self.phase = Phase::Local { worked };
            }
            Phase::Local { worked } => {
                let some = !self.core.local.is_empty();
                if some {
                    // What these messages send to agents here goes to the next turn.
                    let mut batch = Vec::from(std::mem::take(&mut self.batch));
                    std::mem::swap(&mut self.core.local, &mut batch);
                    self.batch = batch.into();
                }
                self.phase = Phase::HandOver {
                    worked: worked || some,
                };
            }
            Phase::HandOver { worked } => {
                self.phase = Phase::Inbox;
                // What had no room before may have no receiver now: that is counted, and its sender told.
                let offered = self.core.has_unsent();
                self.core.hand_over_all();
                if worked || offered {
                    self.core.publish();
                }
                if self.stepping.front().is_some() {
                    return self.step_on();
                }
                if !worked && self.core.local.is_empty() {
                    return Some(Next::Rest {
                        unsent: self.core.has_unsent(),
                    });
                }
            }
        }
        None
    }

    /// A step goes on unless others must make room first.
    fn step_on(&mut self) -> Option<Next> {
        if self.crowded() {
            return Some(Next::Rest { unsent: true });
        }
        if let Some(stepping) = self.stepping.front_mut() {
            stepping.paused = false;
        }
        None
    }

    /// Between two blocks of a step: whether messages must have their turn.
    pub(super) fn wants_room(&self) -> bool {
        let half = self.core.shared.settings.shard_capacity / 2;
        self.core.shared.inboxes[self.core.index].is_filled()
            || self.core.local.len() > LOCAL_BACKLOG.min(half)
            || self.crowded()
    }

    /// Whether much waits for a shard that has no room, and is not stuck.
    fn crowded(&self) -> bool {
        let half = self.core.shared.settings.shard_capacity / 2;
        self.core
            .outboxes
            .iter()
            .enumerate()
            .any(|(shard, outbox)| outbox.len() > half && self.core.shared.stuck(shard).is_none())
    }

    /// Touches the agents of the next messages: the waits for memory overlap instead of following each other.
    #[inline]
    fn look_ahead(&mut self) {
        if self.core.shared.ending.load(Ordering::Relaxed) {
            while let Some(envelope) = self.batch.pop_front() {
                self.abandon(envelope);
            }
            return;
        }
        self.looked_at = LOOK_AHEAD.min(self.batch.len());
        if self.core.counts.agents < FITS_CACHES {
            return;
        }
        let next = self.batch.range(..self.looked_at);
        let touched = next.fold(0, |sum: u32, envelope| {
            let block = self.blocks.get(envelope.target.local_block());
            let events = block
                .and_then(Option::as_ref)
                .map_or(0, |block| block.touch(envelope.target.offset()));
            sum.wrapping_add(events)
        });
        std::hint::black_box(touched);
    }

    /// Too late for a message; work that is none is still done, so that whoever waits for it is told.
    pub(super) fn abandon(&mut self, envelope: Envelope) {
        if let Body::Control(control) = envelope.body {
            control(self);
        } else {
            let to = envelope.target.id(self.core.node());
            self.core.lose(envelope, &SendError::Closed { to });
        }
    }
}
