//! Broadcasts from outside, and who gets them.
//!
//! Invariant: a broadcast is one entry per shard, however many agents receive it.

use std::sync::Arc;

use crate::AgentId;
use crate::completion::{Ticket, pair};
use crate::error::{RuntimeError, SendError};
use crate::message::Message;
use crate::shard::{Body, Envelope, FanOut};

use super::{Gather, Runtime};

impl Runtime {
    /// Subscribes agent `id` to `topic`.
    ///
    /// # Errors
    /// [`RuntimeError::Gone`].
    pub fn subscribe(&self, id: AgentId, topic: &str) -> Result<(), RuntimeError> {
        let topic: Arc<str> = topic.into();
        self.with_topics(id, move |topics, target| topics.subscribe(target, &topic))
    }

    /// Ends the subscription of agent `id` to `topic`.
    ///
    /// # Errors
    /// [`RuntimeError::Gone`].
    pub fn unsubscribe(&self, id: AgentId, topic: &str) -> Result<(), RuntimeError> {
        let topic: Arc<str> = topic.into();
        self.with_topics(id, move |topics, target| topics.unsubscribe(target, &topic))
    }

    fn with_topics(
        &self,
        id: AgentId,
        change: impl FnOnce(&mut crate::shard::Topics, crate::shard::Target) + Send + 'static,
    ) -> Result<(), RuntimeError> {
        let gone = RuntimeError::Gone { id };
        if !self.is_alive(id) {
            return Err(gone);
        }
        let (shard, target) = self.shared().directory.find(id).ok_or(gone)?;
        self.shared().inboxes[shard].command(Envelope::control(Box::new(move |shard| {
            change(&mut shard.core.topics, target);
        })));
        Ok(())
    }

    /// Sends `message` to all agents of this runtime that are subscribed to `topic`; resolves to how many there were
    /// on each shard.
    ///
    /// # Errors
    /// [`SendError::TooLarge`].
    pub fn broadcast(
        &self,
        topic: &str,
        message: Message,
    ) -> Result<Ticket<Vec<usize>>, SendError> {
        self.announce(Some(&topic.into()), message)
    }

    /// Sends `message` to all agents of this runtime; resolves to how many there were on each shard.
    ///
    /// # Errors
    /// [`SendError::TooLarge`].
    pub fn broadcast_to_all(&self, message: Message) -> Result<Ticket<Vec<usize>>, SendError> {
        self.announce(None, message)
    }

    fn announce(
        &self,
        topic: Option<&Arc<str>>,
        message: Message,
    ) -> Result<Ticket<Vec<usize>>, SendError> {
        self.shared().check_size(AgentId::OUTSIDE, &message)?;
        let (completer, pending) = pair();
        let gather = Arc::new(Gather::new(self.shards(), move |reached| {
            completer.complete(reached);
        }));
        let messages = std::iter::repeat_n(message, self.shards());
        for ((index, inbox), message) in self.shared().inboxes.iter().enumerate().zip(messages) {
            let gather = gather.clone();
            let fan_out = Box::new(FanOut {
                topic: topic.cloned(),
                message,
                done: Some(Box::new(move |reached| gather.put(index, reached))),
            });
            inbox.command(Envelope::order(Body::FanOut(fan_out)));
        }
        Ok(Ticket::new(pending))
    }
}
