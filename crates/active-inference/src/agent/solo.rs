//! [`SoloAgent`]: an agent that owns its workspace, for programs with one or a few agents.
//!
//! Invariant: results always belong to this agent, because nobody else uses its workspace.

use std::sync::Arc;

use super::{Agent, Workspace};
use crate::error::Error;
use crate::model::Model;
use crate::planning::Term;
use crate::real::Real;

/// An [`Agent`] together with its own [`Workspace`].
#[derive(Debug, Clone)]
pub struct SoloAgent<T: Real> {
    agent: Agent<T>,
    workspace: Workspace<T>,
}

impl<T: Real> SoloAgent<T> {
    /// An agent with uniform beliefs that has not acted, its generator seeded with 0.
    #[must_use]
    pub fn new(model: Arc<Model<T>>) -> Self {
        Self::from_agent(Agent::new(model))
    }

    /// As [`SoloAgent::new`], with a seed for stochastic choice.
    #[must_use]
    pub fn with_seed(model: Arc<Model<T>>, seed: u64) -> Self {
        Self::from_agent(Agent::with_seed(model, seed))
    }

    /// Gives an existing agent a workspace.
    #[must_use]
    pub fn from_agent(agent: Agent<T>) -> Self {
        let workspace = Workspace::for_model(agent.model());
        Self { agent, workspace }
    }

    /// One full step; see [`Agent::step`].
    ///
    /// # Errors
    /// As [`Agent::step`].
    pub fn step(&mut self, observation: &[usize]) -> Result<&[usize], Error> {
        self.agent.step(&mut self.workspace, observation)
    }

    /// See [`Agent::infer_states`].
    ///
    /// # Errors
    /// As [`Agent::infer_states`].
    pub fn infer_states(&mut self, observation: &[usize]) -> Result<(), Error> {
        self.agent.infer_states(&mut self.workspace, observation)
    }

    /// See [`Agent::infer_policies`].
    ///
    /// # Errors
    /// As [`Agent::infer_policies`].
    pub fn infer_policies(&mut self) -> Result<(), Error> {
        self.agent.infer_policies(&mut self.workspace)
    }

    /// See [`Agent::sample_action`].
    ///
    /// # Errors
    /// As [`Agent::sample_action`].
    pub fn sample_action(&mut self) -> Result<&[usize], Error> {
        self.agent.sample_action(&mut self.workspace)
    }

    /// Computes and returns a term of G for every policy; `None` if the model does not define it.
    ///
    /// # Errors
    /// As [`Agent::explain`].
    pub fn term(&mut self, term: Term) -> Result<Option<&[T]>, Error> {
        self.agent.explain(&mut self.workspace)?;
        Ok(self.workspace.term(term))
    }

    /// Belief about factor `f`.
    #[must_use]
    pub fn beliefs(&self, f: usize) -> &[T] {
        self.agent.beliefs(f)
    }

    /// Posterior over policies.
    #[must_use]
    pub fn policy_posterior(&self) -> &[T] {
        self.workspace.policy_posterior()
    }

    /// Negative expected free energy of each policy, nats.
    #[must_use]
    pub fn neg_expected_free_energy(&self) -> &[T] {
        self.workspace.neg_expected_free_energy()
    }

    /// Variational free energy of the latest fixed-point inference, nats.
    #[must_use]
    pub fn free_energy(&self) -> T {
        self.workspace.free_energy()
    }

    /// The actions chosen last.
    #[must_use]
    pub fn actions(&self) -> &[usize] {
        self.workspace.actions()
    }

    /// The agent.
    #[must_use]
    pub fn agent(&self) -> &Agent<T> {
        &self.agent
    }

    /// The agent, to reset it or let it learn.
    pub fn agent_mut(&mut self) -> &mut Agent<T> {
        &mut self.agent
    }

    /// The workspace with the results of the latest step.
    #[must_use]
    pub fn workspace(&self) -> &Workspace<T> {
        &self.workspace
    }

    /// Agent and workspace apart.
    #[must_use]
    pub fn into_parts(self) -> (Agent<T>, Workspace<T>) {
        (self.agent, self.workspace)
    }

    /// Agent and workspace, both mutable.
    pub fn parts_mut(&mut self) -> (&mut Agent<T>, &mut Workspace<T>) {
        (&mut self.agent, &mut self.workspace)
    }
}
