//! What agents say to each other.
//!
//! Invariant: a message is a plain value of at most 72 bytes; larger content is shared, never copied again.

mod observation;
mod payload;

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::observe::Moment;

pub use observation::{INLINE_MODALITIES, Observation};
pub use payload::{INLINE_BYTES, Payload};

/// One message, from an agent or from outside, to an agent.
#[derive(Clone, Debug, PartialEq)]
pub enum Message {
    /// What the world shows the agent: one outcome index per modality.
    Observation(Observation),
    /// What another agent believes.
    Belief(Arc<SharedBelief>),
    /// What an agent observed, believes and did: the reply to an observation, a step or a report.
    Acted(Arc<Moment>),
    /// An instruction to the agent.
    Command(Command),
    /// Bytes whose meaning is the application's.
    Payload(Payload),
}

impl Message {
    /// A payload message that holds a copy of `bytes`.
    #[must_use]
    pub fn payload(bytes: &[u8]) -> Self {
        Self::Payload(Payload::copy_from(bytes))
    }

    /// An observation of one outcome index per modality.
    #[must_use]
    pub fn observation(outcomes: &[u32]) -> Self {
        Self::Observation(Observation::new(outcomes))
    }

    /// How many bytes of content the message carries; what the payload limit is compared with.
    #[must_use]
    pub fn content_bytes(&self) -> usize {
        match self {
            Self::Observation(observation) => 4 * observation.outcomes().len(),
            Self::Belief(belief) => 4 * belief.probabilities.iter().map(Vec::len).sum::<usize>(),
            Self::Acted(moment) => {
                let belief: usize = moment.belief.iter().map(Vec::len).sum();
                4 * (belief + moment.observation.len() + moment.action.len())
            }
            Self::Command(_) => 1,
            Self::Payload(payload) => payload.len(),
        }
    }
}

/// A posterior over hidden states as one agent tells it to another.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharedBelief {
    /// Probabilities per factor and state; each factor sums to 1.
    pub probabilities: Vec<Vec<f32>>,
    /// Variational free energy of the belief, in nats; `NaN`-free.
    pub free_energy_nats: f32,
}

/// An instruction that every kind of agent may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Command {
    /// Act once, as in a step of all agents; answered with [`Message::Acted`].
    Step,
    /// Answer with what was last observed, believed and done ([`Message::Acted`]).
    Report,
    /// Forget what was observed; start from the prior.
    Reset,
    /// Stop: the runtime removes the agent after this message.
    Stop,
}
