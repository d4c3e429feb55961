//! Active-inference agents that live on messages: an observation comes in, an action comes out.
//!
//! Invariant: bad input leaves an agent's belief as it was and is reported, not lost.

mod mind;
mod state;

use std::sync::Arc;

use active_inference::Model;

use crate::agent::Agent;
use crate::context::Context;
use crate::error::StateError;
use crate::message::{Command, Message};

pub(crate) use mind::Mind;

/// A model that many agents share, with the key under which their snapshots mention it.
#[derive(Clone, Debug)]
pub struct SharedModel {
    model: Arc<Model<f32>>,
    key: u64,
}

impl SharedModel {
    /// Shares `model`.
    #[must_use]
    pub fn new(model: Model<f32>) -> Self {
        let key = mind::model_key(&model);
        Self {
            model: Arc::new(model),
            key,
        }
    }

    /// The model.
    #[must_use]
    pub fn model(&self) -> &Arc<Model<f32>> {
        &self.model
    }

    /// A hash of the model's numbers: equal models have equal keys, on every machine.
    #[must_use]
    pub fn key(&self) -> u64 {
        self.key
    }
}

/// An agent that infers, plans and acts on the observations it is sent.
///
/// | message | what it does | reply |
/// |---|---|---|
/// | [`Message::Observation`] | updates its belief, chooses an action | [`Message::Acted`] |
/// | [`Message::Belief`] | moves its own belief towards it, by its trust | |
/// | [`Command::Report`] | | [`Message::Acted`], the last one |
/// | [`Command::Reset`] | starts from the prior | |
///
/// A bad observation is answered with nothing ([`crate::RequestError::NoReply`]) and noted for watchers and the log.
#[derive(Debug)]
pub struct InferenceAgent {
    mind: Mind,
}

impl InferenceAgent {
    /// An agent that starts from the model's prior, its random choices seeded with `seed`.
    #[must_use]
    pub fn new(model: &SharedModel, seed: u64) -> Self {
        Self {
            mind: Mind::new(model, seed),
        }
    }

    /// How far beliefs of others move its own: 0 (the default) not at all, 1 replaces it.
    #[must_use]
    pub fn trusting(mut self, trust: f32) -> Self {
        self.mind.set_trust(trust);
        self
    }

    /// The belief about factor `factor`, one probability per state.
    #[must_use]
    pub fn belief(&self, factor: usize) -> &[f32] {
        self.mind.agent.beliefs(factor)
    }
}

impl Agent for InferenceAgent {
    fn handle(&mut self, message: Message, context: &mut Context<'_>) {
        match message {
            Message::Observation(observation) => {
                if self.mind.act(observation.outcomes(), context).is_some() {
                    self.mind.show(None, context);
                }
            }
            Message::Command(Command::Report) => self.mind.report(None, context),
            message => self.mind.listen(&message, context),
        }
    }

    fn kind(&self) -> &'static str {
        "inference"
    }

    fn model_key(&self) -> u64 {
        self.mind.key
    }

    fn save(&self, state: &mut Vec<u8>) {
        self.mind.save(state);
    }

    fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.mind.load(self.kind(), state)
    }
}
