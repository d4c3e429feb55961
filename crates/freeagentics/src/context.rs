//! What an agent may do while it handles a message or steps.
//!
//! Invariant: nothing here waits; what cannot be done at once is an error.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use rand::SeedableRng;
use rand_pcg::Pcg64Mcg;

use crate::AgentId;
use crate::error::SendError;
use crate::message::Message;
use crate::observe::{EventKind, Moment, TopicName};
use crate::request::ReplyTo;
use crate::shard::{Holder, Scratch, Shard, Target};
use crate::shared::Shared;

/// The agent's hands and eyes during one event.
pub struct Context<'a> {
    pub(crate) holder: &'a mut Holder<Shard>,
    pub(crate) shared: &'a Arc<Shared>,
    pub(crate) scratch: &'a mut Scratch,
    pub(crate) id: AgentId,
    pub(crate) target: Target,
    pub(crate) from: AgentId,
    pub(crate) reply: Option<ReplyTo>,
    pub(crate) count: u32,
    pub(crate) tick: u64,
    pub(crate) sends: usize,
    pub(crate) stop: bool,
}

impl Context<'_> {
    /// The agent's own id.
    #[must_use]
    pub fn id(&self) -> AgentId {
        self.id
    }

    /// Who sent the message at hand; `None` when it came from outside.
    #[must_use]
    pub fn sender(&self) -> Option<AgentId> {
        self.from.known()
    }

    /// Steps of all agents so far.
    #[must_use]
    pub fn tick(&self) -> u64 {
        self.tick
    }

    /// The agent's own count of events, from 1.
    #[must_use]
    pub fn event_count(&self) -> u32 {
        self.count
    }

    /// Sends `message` to `to`, wherever that agent lives. Messages to one agent arrive in the order sent.
    ///
    /// # Errors
    /// [`SendError`]: gone, full, too large, too many in this event, or given up. A message that is accepted but finds nobody
    /// comes back to [`crate::Agent::undelivered`].
    #[inline]
    pub fn send(&mut self, to: AgentId, message: Message) -> Result<(), SendError> {
        self.sends += 1;
        let Some(mut shard) = self.holder.enter() else {
            self.shared.refused_at_door.fetch_add(1, Ordering::Relaxed);
            return Err(SendError::GivenUp { from: self.id });
        };
        let limit = self.shared.settings.sends_per_event;
        if self.sends > limit {
            shard.core.refuse();
            return Err(SendError::TooMany {
                from: self.id,
                limit,
            });
        }
        shard.core.send(self.id, to, message)
    }

    /// Whether the message at hand is a request that still waits for its reply.
    #[must_use]
    pub fn is_request(&self) -> bool {
        self.reply.is_some()
    }

    /// Answers the request at hand; does nothing when there is none.
    pub fn reply(&mut self, reply: Message) {
        if let Some(to) = self.reply.take() {
            to.send(reply);
        }
    }

    /// Takes the request's answer slip, to answer later.
    pub fn take_reply(&mut self) -> Option<ReplyTo> {
        self.reply.take()
    }

    /// Sends `message` to all agents of this runtime that are subscribed to `topic`.
    ///
    /// # Errors
    /// [`SendError::TooLarge`], [`SendError::GivenUp`].
    pub fn broadcast(&mut self, topic: &str, message: &Message) -> Result<(), SendError> {
        self.announce(Some(&topic.into()), message)
    }

    /// Sends `message` to all agents of this runtime, this one included.
    ///
    /// # Errors
    /// [`SendError::TooLarge`], [`SendError::GivenUp`].
    pub fn broadcast_to_all(&mut self, message: &Message) -> Result<(), SendError> {
        self.announce(None, message)
    }

    fn announce(&mut self, topic: Option<&TopicName>, message: &Message) -> Result<(), SendError> {
        self.shared.check_size(self.id, message)?;
        let Some(mut shard) = self.holder.enter() else {
            return Err(SendError::GivenUp { from: self.id });
        };
        shard.core.broadcast(self.id, topic, message);
        Ok(())
    }

    /// Subscribes this agent to `topic`.
    pub fn subscribe(&mut self, topic: &str) {
        if let Some(mut shard) = self.holder.enter() {
            shard.core.topics.subscribe(self.target, &Arc::from(topic));
        }
    }

    /// Ends this agent's subscription to `topic`.
    pub fn unsubscribe(&mut self, topic: &str) {
        if let Some(mut shard) = self.holder.enter() {
            shard.core.topics.unsubscribe(self.target, topic);
        }
    }

    /// Stops this agent after this event.
    pub fn stop(&mut self) {
        self.stop = true;
    }

    /// Random numbers for this event: they depend on the runtime's seed, the agent's id and its event count only.
    #[must_use]
    pub fn random(&self) -> Pcg64Mcg {
        let seed = self.shared.settings.seed;
        let stream = mix(seed ^ mix(self.id.to_bits()) ^ mix(u64::from(self.count) << 20));
        Pcg64Mcg::seed_from_u64(stream)
    }

    /// Scratch space of type `T` that the agents of a shard share, made by `make` at first use. Its content is
    /// whatever the last user left.
    pub fn scratch<T: 'static>(&mut self, make: impl FnOnce() -> T) -> &mut T {
        self.scratch.of(make)
    }

    /// Whether anybody looks at this agent: spare the work of describing events otherwise.
    #[must_use]
    pub fn is_watched(&mut self) -> bool {
        let Self { id, target, .. } = *self;
        self.holder
            .enter()
            .is_some_and(|shard| shard.core.is_watched(id, target))
    }

    /// Shows what the agent observed, believes and did; `moment` is called only if somebody looks.
    pub fn acted(&mut self, moment: impl FnOnce() -> Moment) {
        self.show(|| EventKind::Acted(Arc::new(moment())));
    }

    /// Shows a note of the agent's own; `text` is called only if somebody looks.
    pub fn note(&mut self, text: impl FnOnce() -> String) {
        self.show(|| EventKind::Note(text()));
    }

    fn show(&mut self, kind: impl FnOnce() -> EventKind) {
        if !self.is_watched() {
            return;
        }
        // The agent's own code: not to be run inside the shard.
        let kind = kind();
        if let Some(mut shard) = self.holder.enter() {
            shard.core.note(self.id, self.target, self.count, || kind);
        }
    }
}

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014): spreads a small change over all bits.
pub(crate) fn mix(value: u64) -> u64 {
    let mut z = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
