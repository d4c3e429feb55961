//! What a shard's agents reach through their context: outboxes, topics, counters.
//!
//! Invariant: a message counts as accepted before the event that sent it counts as handled, so that "accepted =
//! finished" means that nothing is in flight.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use crate::AgentId;
use crate::agent::Undelivered;
use crate::error::SendError;
use crate::message::Message;
use crate::observe::{Event, EventKind, Filter, TopicName};
use crate::shared::Shared;

use super::envelope::{Body, Envelope, FanOut, Target};
use super::inbox::Refusal;
use super::topics::Topics;

/// An outbox is handed over when it holds this many messages, and at the end of each batch.
pub(super) const HAND_OVER: usize = 256;

pub(crate) struct Core {
    pub(crate) shared: Arc<Shared>,
    pub(crate) index: usize,
    /// Messages for other shards, one queue each, in order.
    pub(super) outboxes: Vec<Vec<Envelope>>,
    /// Messages for agents of this shard, in order.
    pub(super) local: Vec<Envelope>,
    pub(crate) topics: Topics,
    pub(crate) tick: u64,
    pub(super) recording: Filter,
    pub(super) recorded: Vec<Event>,
    pub(super) counts: Counts,
}

/// This shard's own counters, published at the end of each batch.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) accepted: u64,
    pub(super) refused: u64,
    pub(super) handled: u64,
    pub(super) forwarded: u64,
    pub(super) dead: u64,
    pub(super) events: u64,
    pub(super) agents: u64,
}

impl Core {
    pub(super) fn new(shared: Arc<Shared>, index: usize) -> Self {
        let shards = shared.settings.shards;
        Self {
            shared,
            index,
            outboxes: (0..shards).map(|_| Vec::new()).collect(),
            local: Vec::new(),
            topics: Topics::default(),
            tick: 0,
            recording: Filter::None,
            recorded: Vec::new(),
            counts: Counts::default(),
        }
    }

    pub(crate) fn node(&self) -> u16 {
        self.shared.settings.node
    }

    #[inline]
    pub(super) fn begin(&mut self, id: AgentId) {
        self.counts.events += 1;
        let gauge = &self.shared.gauges[self.index];
        gauge.current.store(id.to_bits(), Ordering::Relaxed);
        gauge.events.store(self.counts.events, Ordering::Relaxed);
    }

    pub(super) fn publish(&self) {
        let gauge = &self.shared.gauges[self.index];
        gauge
            .current
            .store(AgentId::OUTSIDE.to_bits(), Ordering::Relaxed);
        gauge.refused.store(self.counts.refused, Ordering::Relaxed);
        gauge
            .forwarded
            .store(self.counts.forwarded, Ordering::Relaxed);
        gauge.agents.store(self.counts.agents, Ordering::Relaxed);
        gauge
            .accepted
            .store(self.counts.accepted, Ordering::Release);
        gauge.handled.store(self.counts.handled, Ordering::Release);
        gauge.dead.store(self.counts.dead, Ordering::Release);
    }

    /// An agent of this shard sends. Never waits.
    #[inline]
    pub(crate) fn send(
        &mut self,
        from: AgentId,
        to: AgentId,
        message: Message,
    ) -> Result<(), SendError> {
        let outcome = self.try_send(from, to, message);
        if outcome.is_err() {
            self.counts.refused += 1;
        }
        outcome
    }

    #[inline]
    fn try_send(&mut self, from: AgentId, to: AgentId, message: Message) -> Result<(), SendError> {
        self.shared.check_size(to, &message)?;
        if to.node() != self.node() {
            self.shared.send_far(from, to, message)?;
            self.counts.forwarded += 1;
            return Ok(());
        }
        let Some((shard, target)) = self.shared.directory.find(to) else {
            return Err(SendError::Gone { to });
        };
        self.queue(
            to,
            shard,
            Envelope {
                from,
                target,
                reply: None,
                body: Body::Message(message),
            },
        )?;
        self.counts.accepted += 1;
        Ok(())
    }

    fn queue(&mut self, to: AgentId, shard: usize, envelope: Envelope) -> Result<(), SendError> {
        let lockstep = self.shared.settings.lockstep;
        let capacity = self.shared.settings.shard_capacity;
        let queue = if shard == self.index && !lockstep {
            &mut self.local
        } else {
            &mut self.outboxes[shard]
        };
        if queue.len() >= capacity && !lockstep {
            return Err(SendError::Full {
                to,
                capacity,
                waited: std::time::Duration::ZERO,
            });
        }
        queue.push(envelope);
        if shard != self.index && self.outboxes[shard].len().is_multiple_of(HAND_OVER) {
            self.hand_over(shard);
        }
        Ok(())
    }

    /// Tells many agents at once: one entry per shard, expanded where the receivers live.
    pub(crate) fn broadcast(
        &mut self,
        from: AgentId,
        topic: Option<&TopicName>,
        message: &Message,
    ) {
        let lockstep = self.shared.settings.lockstep;
        for shard in 0..self.outboxes.len() {
            let envelope = Envelope {
                from,
                target: Target::NOBODY,
                reply: None,
                body: Body::FanOut(Box::new(FanOut {
                    topic: topic.cloned(),
                    message: message.clone(),
                    done: None,
                })),
            };
            self.shared.carriers_begun.fetch_add(1, Ordering::AcqRel);
            if shard == self.index && !lockstep {
                self.local.push(envelope);
            } else {
                self.outboxes[shard].push(envelope);
            }
        }
    }

    /// Hands the outbox for `shard` over, as far as there is room; the rest stays, in order.
    pub(super) fn hand_over(&mut self, shard: usize) {
        if self.outboxes[shard].is_empty() {
            return;
        }
        let shared = self.shared.clone();
        let inbox = &shared.inboxes[shard];
        let mut outbox = std::mem::take(&mut self.outboxes[shard]);
        let mut door = inbox.lock();
        if shared.settings.lockstep {
            // A shard that runs ahead writes for its next tick, one that lags still reads this one's.
            door.stage((self.tick as usize + 1) % 2, &mut outbox);
            drop(door);
            self.outboxes[shard] = outbox;
            return;
        }
        let mut refused = Vec::new();
        door.admit_all(&mut outbox, &mut refused);
        inbox.release(door);
        self.outboxes[shard] = outbox;
        for (refusal, envelope) in refused {
            let to = envelope.target.id(self.node());
            let reason = match refusal {
                Refusal::Closed => SendError::Closed { to },
                _ => SendError::Gone { to },
            };
            self.lose(envelope, &reason);
        }
    }

    pub(super) fn hand_over_all(&mut self) {
        for shard in 0..self.outboxes.len() {
            self.hand_over(shard);
        }
    }

    pub(crate) fn record(&mut self, filter: Filter) {
        self.recording = filter;
    }

    pub(crate) fn take_recorded(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.recorded)
    }

    pub(crate) fn refuse(&mut self) {
        self.counts.refused += 1;
    }

    pub(super) fn has_unsent(&self) -> bool {
        self.outboxes.iter().any(|outbox| !outbox.is_empty())
    }

    /// An accepted message reaches nobody: count it, tell the sender, the asker, the watchers and the log.
    pub(super) fn lose(&mut self, envelope: Envelope, reason: &SendError) {
        let to = envelope.target.id(self.node());
        if let Some(reply) = envelope.reply {
            reply.fail(reason.clone());
        }
        let message = match envelope.body {
            Body::Message(message) => message,
            Body::FanOut(fan_out) => {
                if fan_out.done.is_none() {
                    self.shared.carriers_ended.fetch_add(1, Ordering::AcqRel);
                }
                return;
            }
            Body::Control(_) | Body::Step(_) | Body::Bounce(_) => return,
        };
        self.counts.dead += 1;
        tracing::warn!(%to, %reason, "dead letter");
        self.note(to, envelope.target, 0, || EventKind::DeadLetter {
            reason: reason.to_string(),
        });
        if let Some(from) = envelope.from.known() {
            self.bounce(
                from,
                Undelivered {
                    to,
                    reason: reason.clone(),
                    message,
                },
            );
        }
    }

    fn bounce(&mut self, from: AgentId, undelivered: Undelivered) {
        if from.node() != self.node() {
            return;
        }
        let Some((shard, target)) = self.shared.directory.find(from) else {
            return;
        };
        let envelope = Envelope {
            from: AgentId::OUTSIDE,
            target,
            reply: None,
            body: Body::Bounce(Box::new(undelivered)),
        };
        if shard == self.index {
            self.local.push(envelope);
        } else {
            self.shared.inboxes[shard].command(envelope);
        }
    }

    /// Whether anybody looks at this agent's events.
    #[inline]
    pub(crate) fn is_watched(&self, agent: AgentId, target: Target) -> bool {
        self.records(agent, target) || self.shared.taps.wants(agent, || self.topics.of(target))
    }

    fn records(&self, agent: AgentId, target: Target) -> bool {
        match &self.recording {
            Filter::None => false,
            filter => filter.admits(agent, self.topics.of(target)),
        }
    }

    /// Shows an event to the watchers and the recording.
    pub(crate) fn note(
        &mut self,
        agent: AgentId,
        target: Target,
        count: u32,
        kind: impl FnOnce() -> EventKind,
    ) {
        if !self.is_watched(agent, target) {
            return;
        }
        let event = Event {
            agent,
            tick: self.tick,
            count,
            kind: kind(),
        };
        self.shared.taps.publish(&event, || self.topics.of(target));
        if self.records(agent, target) {
            self.recorded.push(event);
        }
    }
}
