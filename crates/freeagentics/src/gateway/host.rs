//! What the gateway asks of whoever keeps the agents. Invariant: the gateway knows agents by
//! number only; models, scheduling and storage are the host's.

use std::future::Future;
use std::pin::Pin;

/// A host's answer, later.
pub type HostFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, HostError>> + Send + 'a>>;

/// Why a host could not do what a client asked. Sent to that client as an error reply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is no such agent.
    #[error("there is no agent {0}; `spawn` returns the numbers of new agents")]
    NoSuchAgent(u64),
    /// The agent's model has no such observation.
    #[error("{0}")]
    BadObservation(String),
    /// The host cannot do that now.
    #[error("{0}")]
    Unavailable(String),
}

/// What an agent made of one observation.
#[derive(Debug, Clone, PartialEq)]
pub struct StepReport {
    /// The agent's number.
    pub agent: u64,
    /// Steps of all agents so far, when it happened or was asked.
    pub tick: u64,
    /// What it observed, one outcome index per modality.
    pub observation: Vec<u32>,
    /// What it did, one action index per factor.
    pub action: Vec<u32>,
    /// Variational free energy after the update, in nats.
    pub free_energy: f32,
    /// Beliefs over the states of each factor, one factor after another; each sums to 1.
    pub belief: Vec<f32>,
    /// Where it stands in its world, as row × width + column, if it has a place.
    pub position: Option<u32>,
}

/// Keeps agents for the gateway.
pub trait AgentHost: Send + Sync + 'static {
    /// Agents alive.
    fn agents(&self) -> u64;
    /// Creates agents and returns their numbers.
    fn spawn(&self, count: u32) -> HostFuture<'_, Vec<u64>>;
    /// Shows an agent an observation and returns what it made of it.
    fn observe(&self, agent: u64, observation: Vec<u32>) -> HostFuture<'_, StepReport>;
    /// The agent's state after its last step.
    fn inspect(&self, agent: u64) -> HostFuture<'_, StepReport>;
}

/// A host without agents: the gateway then serves echo, topics and its page only.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoAgents;

impl AgentHost for NoAgents {
    fn agents(&self) -> u64 {
        0
    }

    fn spawn(&self, _count: u32) -> HostFuture<'_, Vec<u64>> {
        Box::pin(async {
            Err(HostError::Unavailable(
                "this server keeps no agents; start it with --agents N".into(),
            ))
        })
    }

    fn observe(&self, agent: u64, _observation: Vec<u32>) -> HostFuture<'_, StepReport> {
        Box::pin(async move { Err(HostError::NoSuchAgent(agent)) })
    }

    fn inspect(&self, agent: u64) -> HostFuture<'_, StepReport> {
        Box::pin(async move { Err(HostError::NoSuchAgent(agent)) })
    }
}
