//! What can be seen of an agent.
//!
//! Invariant: events of one agent carry rising counts, so a watcher can tell order and gaps.

use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::AgentId;

/// Something an agent did, or that happened to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Event {
    /// Whom it is about.
    pub agent: AgentId,
    /// The tick ([`crate::Runtime::step_all`] so far) in which it happened.
    pub tick: u64,
    /// The agent's own count of events.
    pub count: u32,
    /// What happened.
    #[serde(flatten)]
    pub kind: EventKind,
}

/// The kinds of [`Event`].
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// The agent observed, updated its belief and acted.
    Acted(#[serde(serialize_with = "by_content")] Arc<Moment>),
    /// The agent stopped: by command, by itself, or by a panic.
    Stopped {
        /// Why.
        reason: String,
    },
    /// The agent panicked and was made anew by its restart policy.
    Restarted {
        /// What the panic said.
        reason: String,
    },
    /// The agent's handler does not return; its shard stands still.
    Stuck {
        /// For how long so far.
        held: Duration,
    },
    /// A message for the agent reached nobody.
    DeadLetter {
        /// Why.
        reason: String,
    },
    /// What the agent itself wants to be seen.
    Note(String),
}

/// One point of a trajectory: what an agent observed, then believed, then did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Outcome index per modality.
    pub observation: Vec<u32>,
    /// Posterior per factor and state; each factor sums to 1.
    pub belief: Vec<Vec<f32>>,
    /// Action index per factor.
    pub action: Vec<u32>,
    /// Variational free energy of the belief, in nats.
    pub free_energy_nats: f32,
    /// Where the agent really is after acting, if it lives in a world that knows (a grid's cell index).
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub place: Option<u32>,
}

fn by_content<S: serde::Serializer>(
    moment: &Arc<Moment>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    moment.as_ref().serialize(serializer)
}
