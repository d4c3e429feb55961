//! The part that thinks: an active-inference agent, its last moment, and what it makes of others' beliefs.
//!
//! Invariant: the scratch memory of inference belongs to the shard; a mind holds only what it must remember.

use std::sync::Arc;

use active_inference::{Agent, Model, Workspace};

use crate::context::{Context, mix};
use crate::message::{Command, Message, SharedBelief};
use crate::observe::Moment;

use super::SharedModel;

#[derive(Debug)]
pub(crate) struct Mind {
    pub(crate) agent: Agent<f32>,
    pub(crate) key: u64,
    /// Free energy after the last observation, in nats.
    pub(crate) free_energy_nats: f32,
    trust: f32,
    /// The last observation; empty before the first.
    pub(crate) observation: Seen,
}

/// The last observation in as few bytes as it takes.
#[derive(Debug, Default, Clone, PartialEq)]
pub(crate) enum Seen {
    #[default]
    Nothing,
    One(u32),
    Many(Box<[u32]>),
}

impl Seen {
    pub(crate) fn to_vec(&self) -> Vec<u32> {
        match self {
            Self::Nothing => Vec::new(),
            Self::One(outcome) => vec![*outcome],
            Self::Many(outcomes) => outcomes.to_vec(),
        }
    }

    pub(crate) fn keep(&mut self, outcomes: &[u32]) {
        match (&mut *self, outcomes) {
            (_, []) => *self = Self::Nothing,
            (_, [one]) => *self = Self::One(*one),
            (Self::Many(kept), more) if kept.len() == more.len() => kept.copy_from_slice(more),
            (_, more) => *self = Self::Many(more.into()),
        }
    }
}

/// What inference needs on the way; one per shard.
struct Scratch {
    workspace: Workspace<f32>,
    observation: Vec<usize>,
}

impl Mind {
    pub(crate) fn new(model: &SharedModel, seed: u64) -> Self {
        Self {
            agent: Agent::with_seed(model.model().clone(), seed),
            key: model.key(),
            free_energy_nats: 0.0,
            trust: 0.0,
            observation: Seen::Nothing,
        }
    }

    pub(crate) fn set_trust(&mut self, trust: f32) {
        self.trust = if trust.is_finite() {
            trust.clamp(0.0, 1.0)
        } else {
            0.0
        };
    }

    /// Updates the belief from `outcomes` and chooses an action; the first factor's action, or `None` if the
    /// observation does not fit the model.
    pub(crate) fn act(&mut self, outcomes: &[u32], context: &mut Context<'_>) -> Option<usize> {
        let agent = &mut self.agent;
        let scratch = context.scratch(|| Scratch {
            workspace: Workspace::new(),
            observation: Vec::new(),
        });
        scratch.observation.clear();
        scratch
            .observation
            .extend(outcomes.iter().map(|outcome| *outcome as usize));
        let outcome = agent
            .step(&mut scratch.workspace, &scratch.observation)
            .map(|actions| actions.first().copied().unwrap_or(0));
        match outcome {
            Ok(action) => {
                self.free_energy_nats = scratch.workspace.free_energy();
                self.observation.keep(outcomes);
                Some(action)
            }
            Err(error) => {
                tracing::warn!(agent = %context.id(), %error, "observation refused");
                context.note(|| format!("observation refused: {error}"));
                None
            }
        }
    }

    /// Shows the moment to watchers and to whoever asked.
    pub(crate) fn show(&self, place: Option<u32>, context: &mut Context<'_>) {
        if context.is_watched() {
            context.acted(|| self.moment(place));
        }
        self.report(place, context);
    }

    pub(crate) fn report(&self, place: Option<u32>, context: &mut Context<'_>) {
        if context.is_request() {
            context.reply(Message::Acted(Arc::new(self.moment(place))));
        }
    }

    /// What it last observed, believes now, and last did.
    pub(crate) fn moment(&self, place: Option<u32>) -> Moment {
        let action = self.agent.last_action().unwrap_or_default();
        Moment {
            observation: self.observation.to_vec(),
            belief: self.beliefs(),
            action: action.into_iter().map(|action| action as u32).collect(),
            free_energy_nats: self.free_energy_nats,
            place,
        }
    }

    fn beliefs(&self) -> Vec<Vec<f32>> {
        let factors = self.agent.model().num_states().len();
        (0..factors)
            .map(|factor| self.agent.beliefs(factor).to_vec())
            .collect()
    }

    /// Handles what every thinking agent understands besides observations.
    pub(crate) fn listen(&mut self, message: &Message, context: &mut Context<'_>) {
        match message {
            Message::Belief(belief) => {
                if let Err(reason) = self.pool(belief) {
                    tracing::warn!(agent = %context.id(), reason, "shared belief refused");
                    context.note(|| format!("shared belief refused: {reason}"));
                }
            }
            Message::Command(Command::Reset) => self.agent.restart(),
            _ => {}
        }
    }

    /// Moves the belief towards another's by logarithmic pooling, q proportional to q^(1-w) p^w with the trust w
    /// (Genest and Zidek, "Combining probability distributions", Statistical Science 1, 1986).
    fn pool(&mut self, other: &SharedBelief) -> Result<(), String> {
        if self.trust <= 0.0 {
            return Ok(());
        }
        let states = self.agent.model().num_states().to_vec();
        let fits = other.probabilities.len() == states.len()
            && other
                .probabilities
                .iter()
                .zip(&states)
                .all(|(p, states)| p.len() == *states);
        if !fits {
            return Err(format!("it must have {states:?} states per factor"));
        }
        if other
            .probabilities
            .iter()
            .flatten()
            .any(|p| !p.is_finite() || *p < 0.0)
        {
            return Err("it holds numbers that are no probabilities".to_owned());
        }
        let mut pooled = Vec::with_capacity(self.agent.all_beliefs().len());
        for (factor, theirs) in other.probabilities.iter().enumerate() {
            let start = pooled.len();
            for (own, their) in self.agent.beliefs(factor).iter().zip(theirs) {
                pooled.push(own.powf(1.0 - self.trust) * their.powf(self.trust));
            }
            let sum: f32 = pooled[start..].iter().sum();
            if sum <= f32::MIN_POSITIVE {
                return Err("it excludes everything this agent holds possible".to_owned());
            }
            for q in &mut pooled[start..] {
                *q /= sum;
            }
        }
        self.agent
            .set_beliefs(&pooled)
            .map_err(|error| error.to_string())
    }
}

/// A hash of the model's shapes and numbers.
pub(super) fn model_key(model: &Model<f32>) -> u64 {
    let mut key = 0;
    let mut take = |value: u64| key = mix(key ^ value);
    for sizes in [model.num_obs(), model.num_states(), model.num_controls()] {
        take(sizes.len() as u64);
        sizes.iter().for_each(|size| take(*size as u64));
    }
    for modality in 0..model.num_obs().len() {
        for value in model
            .likelihood(modality)
            .map(|a| a.data)
            .unwrap_or_default()
        {
            take(value.to_bits());
        }
    }
    for factor in 0..model.num_states().len() {
        for value in model.transition(factor).map(|b| b.data).unwrap_or_default() {
            take(value.to_bits());
        }
    }
    key
}
