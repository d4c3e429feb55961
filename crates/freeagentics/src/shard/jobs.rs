//! Work that calls many agents: a broadcast, and a step of all.
//!
//! Invariant: a job is data, not a loop, so that whoever runs the shard next goes on where it stands.

use std::sync::atomic::Ordering;
use std::vec::IntoIter;

use crate::AgentId;
use crate::message::Message;

use super::Shard;
use super::call::{Call, Due, Event};
use super::envelope::{Done, Envelope, FanOut, StepOrder, Target};

pub(super) struct Announcing {
    from: AgentId,
    message: Message,
    receivers: IntoIter<Target>,
    reached: usize,
    done: Option<Done>,
}

pub(super) struct Stepping {
    order: StepOrder,
    begun: bool,
    local: usize,
    offset: usize,
    stepped: usize,
    /// In lockstep: what was sent in the tick before, to be handled first.
    pub(super) first: IntoIter<Envelope>,
    /// Messages have their turn between two blocks.
    pub(super) paused: bool,
}

impl Stepping {
    pub(super) fn new(order: StepOrder) -> Self {
        Self {
            order,
            begun: false,
            local: 0,
            offset: 0,
            stepped: 0,
            first: Vec::new().into_iter(),
            paused: false,
        }
    }
}

impl Shard {
    pub(super) fn announce(&mut self, from: AgentId, fan_out: FanOut) {
        let receivers = self.receivers(&fan_out);
        self.announcing = Some(Announcing {
            from,
            message: fan_out.message,
            receivers: receivers.into_iter(),
            reached: 0,
            done: fan_out.done,
        });
    }

    pub(super) fn receivers(&self, fan_out: &FanOut) -> Vec<Target> {
        match &fan_out.topic {
            Some(topic) => self.core.topics.members(topic),
            None => self.targets(),
        }
    }

    /// The next receiver's call; `None` when the broadcast has ended.
    pub(super) fn next_announced(&mut self, due: &mut Due) -> Option<Call> {
        while let Some(announcing) = &mut self.announcing {
            let Some(target) = announcing.receivers.next() else {
                self.announced();
                return None;
            };
            let (from, message) = (announcing.from, announcing.message.clone());
            due.set(Event::Message(message), None);
            if let Some(call) = self.call(from, target, due) {
                self.core.counts.accepted += 1;
                if let Some(announcing) = &mut self.announcing {
                    announcing.reached += 1;
                }
                return Some(call);
            }
        }
        None
    }

    /// The broadcast at hand, if there is one, goes no further.
    pub(super) fn announced(&mut self) {
        let Some(announcing) = self.announcing.take() else {
            return;
        };
        match announcing.done {
            Some(done) => done(announcing.reached),
            None => self.carrier_ended(),
        }
    }

    pub(super) fn carrier_ended(&mut self) {
        // What the broadcast set off must be visible before its end is.
        self.core.publish();
        self.core
            .shared
            .carriers_ended
            .fetch_add(1, Ordering::AcqRel);
    }

    /// The next call of the step that runs; `None` when it has ended or paused.
    pub(super) fn next_step(&mut self, due: &mut Due) -> Option<Call> {
        let lockstep = self.core.shared.settings.lockstep;
        if let Some(stepping) = self.stepping.front()
            && !stepping.begun
        {
            let tick = stepping.order.tick;
            self.core.tick = tick;
            let first = if lockstep {
                self.staged(tick)
            } else {
                Vec::new()
            };
            if let Some(stepping) = self.stepping.front_mut() {
                stepping.begun = true;
                stepping.first = first.into_iter();
            }
        }
        loop {
            let stepping = self.stepping.front_mut()?;
            if let Some(envelope) = stepping.first.next() {
                if let Some(call) = self.open(envelope, due) {
                    return Some(call);
                }
                continue;
            }
            let local = stepping.local;
            let Some(block) = self.blocks.get(local) else {
                let ended = self.stepping.pop_front()?;
                self.core.hand_over_all();
                // What the step set off must be visible before its end is; its last part may be all of this turn's work.
                self.core.publish();
                (ended.order.done)(ended.stepped);
                return None;
            };
            let found = block
                .as_ref()
                .and_then(|block| Some((block.next_live(stepping.offset)?, block.tag)));
            let Some((offset, tag)) = found else {
                stepping.local += 1;
                stepping.offset = 0;
                if self.core.shared.ending.load(Ordering::Relaxed) {
                    self.drop_steps();
                    return None;
                }
                if !lockstep && self.wants_room() {
                    if let Some(stepping) = self.stepping.front_mut() {
                        stepping.paused = true;
                    }
                    return None;
                }
                continue;
            };
            stepping.offset = offset + 1;
            let slot = (local * crate::id::AGENTS_PER_BLOCK + offset) as u32;
            let target = Target { slot, tag };
            due.set(Event::Step, None);
            if let Some(call) = self.call(AgentId::OUTSIDE, target, due) {
                if let Some(stepping) = self.stepping.front_mut() {
                    stepping.stepped += 1;
                }
                return Some(call);
            }
        }
    }

    /// The end: steps that have not ended never will.
    pub(super) fn drop_steps(&mut self) {
        for stepping in std::mem::take(&mut self.stepping) {
            for envelope in stepping.first {
                self.abandon(envelope);
            }
        }
    }
}
