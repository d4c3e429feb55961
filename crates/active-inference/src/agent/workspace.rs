//! [`Workspace`]: the scratch memory and the results of a step, one per thread, lent to any number of agents.
//!
//! Invariant: fitted to one model layout at a time; fitting to the same layout again allocates nothing.

use std::sync::Arc;

use crate::inference::fixed_point::Trace;
use crate::inference::message_passing::Messages;
use crate::math::LANES;
use crate::model::Model;
use crate::model::layout::Layout;
use crate::planning::{Scratch, Term, Terms};
use crate::real::Real;

/// What the workspace holds of its last user, to catch stages called out of order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing an agent could continue from.
    Idle,
    /// The messages of the agent with this identity (message passing only).
    States(usize),
    /// The policy posterior of the agent with this identity.
    Policies(usize),
}

/// Scratch memory of a step and the results of the latest one.
///
/// An agent's private state is only what it must remember; everything a step computes on the way lives here. Keep one
/// workspace per thread and pass it to each agent in turn. Results read from it belong to the agent that was stepped
/// last.
#[derive(Debug, Clone)]
pub struct Workspace<T: Real> {
    pub(super) layout: Option<Arc<Layout>>,
    pub(super) stage: Stage,
    /// Prior of the latest inference, flat.
    pub(super) prior: Vec<T>,
    pub(super) log_prior: Vec<T>,
    pub(super) message: Vec<T>,
    pub(super) joint: Vec<T>,
    pub(super) expected: Vec<T>,
    pub(super) trace: Trace<T>,
    pub(super) blocks: Vec<T>,
    pub(super) scratch: Scratch<T>,
    pub(super) nodes: Vec<[T; 4]>,
    pub(super) g: Vec<T>,
    pub(super) q_pi: Vec<T>,
    pub(super) marginals: Vec<T>,
    pub(super) probabilities: Vec<T>,
    pub(super) actions: Vec<usize>,
    pub(super) messages: Messages<T>,
    pub(super) explained: [Vec<T>; 4],
    pub(super) explained_terms: Option<Terms>,
    /// Policy posterior sharpened by alpha (stochastic choice of whole policies).
    pub(super) policy_probabilities: Vec<T>,
    outcome_rows: usize,
}

impl<T: Real> Default for Workspace<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T: Real> Workspace<T> {
    /// An empty workspace; it fits itself to a model at the first use.
    #[must_use]
    pub fn new() -> Self {
        Self {
            layout: None,
            stage: Stage::Idle,
            prior: Vec::new(),
            log_prior: Vec::new(),
            message: Vec::new(),
            joint: Vec::new(),
            expected: Vec::new(),
            trace: Trace::EMPTY,
            blocks: Vec::new(),
            scratch: Scratch::default(),
            nodes: Vec::new(),
            g: Vec::new(),
            q_pi: Vec::new(),
            marginals: Vec::new(),
            probabilities: Vec::new(),
            actions: Vec::new(),
            messages: Messages::default(),
            explained: [const { Vec::new() }; 4],
            explained_terms: None,
            policy_probabilities: Vec::new(),
            outcome_rows: 0,
        }
    }

    /// A workspace already fitted to `model`, so that the first step allocates nothing either (except the window of
    /// message passing, which grows with the first observations).
    #[must_use]
    pub fn for_model(model: &Model<T>) -> Self {
        let mut workspace = Self::new();
        workspace.fit(model);
        workspace
    }

    /// Makes the buffers fit `model`.
    #[inline]
    pub(crate) fn fit(&mut self, model: &Model<T>) {
        let same = self
            .layout
            .as_ref()
            .is_some_and(|l| Arc::ptr_eq(l, &model.layout));
        if !same || self.outcome_rows != model.a.outcomes.count() {
            self.refit(model);
        }
    }

    #[cold]
    fn refit(&mut self, model: &Model<T>) {
        let layout = &*model.layout;
        let zeros = |n: usize| vec![T::ZERO; n];
        self.stage = Stage::Idle;
        self.prior = zeros(layout.flat_len());
        self.log_prior = zeros(layout.flat_len());
        self.message = zeros(layout.flat_len());
        self.joint = zeros(layout.joint_padded);
        self.expected = zeros(layout.joint_padded);
        // Kernels read whole blocks from unaligned offsets: one more at the end keeps every read inside.
        self.blocks = zeros((layout.depth + 1) * layout.block_len + LANES);
        self.scratch = Scratch::default();
        self.scratch.fit(model);
        self.nodes = vec![[T::ZERO; 4]; model.policies.tree().nodes().len()];
        self.g = zeros(layout.policies);
        self.q_pi = zeros(layout.policies);
        self.policy_probabilities = zeros(layout.policies);
        self.marginals = zeros(layout.actions_len());
        self.probabilities = zeros(layout.actions_len());
        self.actions = vec![0; layout.factors()];
        self.messages = Messages::default();
        self.explained_terms = None;
        self.outcome_rows = model.a.outcomes.count();
        self.layout = Some(Arc::clone(&model.layout));
    }

    /// The actions chosen last, one per factor.
    #[must_use]
    pub fn actions(&self) -> &[usize] {
        &self.actions
    }

    /// Posterior over policies of the latest `infer_policies`, in the order of the model's policies.
    #[must_use]
    pub fn policy_posterior(&self) -> &[T] {
        &self.q_pi
    }

    /// Negative expected free energy G of each policy (pymdp's sign: larger is better), nats.
    #[must_use]
    pub fn neg_expected_free_energy(&self) -> &[T] {
        &self.g
    }

    /// Variational free energy of the latest fixed-point inference, accuracy included, nats. Under message passing see
    /// [`Workspace::policy_free_energies`].
    #[must_use]
    pub fn free_energy(&self) -> T {
        self.trace.last
    }

    /// Sweeps of the latest fixed-point iteration; 0 with a single factor, whose posterior is exact.
    #[must_use]
    pub fn sweeps(&self) -> usize {
        self.trace.sweeps
    }

    /// Free energy at the uniform start, *without* accuracy (as pymdp has it), then after each sweep; nats.
    ///
    /// With a single factor only the start exists; it is computed by this call.
    #[must_use]
    pub fn free_energy_trace(&self) -> Vec<T> {
        let Some(layout) = &self.layout else {
            return Vec::new();
        };
        if layout.factors() > 1 {
            return self.trace.values[..=self.trace.sweeps].to_vec();
        }
        let n = T::from_f64(self.prior.len() as f64);
        let u = T::ONE / n;
        let logs: T = self.prior.iter().map(|p| (*p + T::EPS).ln_fast()).sum();
        vec![(u + T::EPS).ln_fast() - u * logs]
    }

    /// Variational free energy of each policy from the latest message passing, nats; empty otherwise.
    #[must_use]
    pub fn policy_free_energies(&self) -> &[T] {
        &self.messages.free_energy
    }

    /// Prior of factor `f` that the latest fixed-point inference started from; empty beyond the factors.
    #[must_use]
    pub fn prior(&self, f: usize) -> &[T] {
        match &self.layout {
            Some(layout) if f < layout.factors() => &self.prior[layout.factor(f)],
            _ => &[],
        }
    }

    /// Belief of message passing about factor `f` at window time `t` under `policy` (time 0 is the oldest observation in
    /// the window, [`Workspace::window_len`] - 1 the current one, then the policy's steps); empty beyond.
    #[must_use]
    pub fn window_beliefs(&self, policy: usize, t: usize, f: usize) -> &[T] {
        match &self.layout {
            Some(l)
                if f < l.factors()
                    && t < self.messages.times
                    && policy < l.policies
                    && self.messages.past > 0 =>
            {
                &self.messages.at(policy, t, l.block_len)[l.in_block(f)]
            }
            _ => &[],
        }
    }

    /// Observations in the window of the latest message passing; 0 under fixed-point iteration.
    #[must_use]
    pub fn window_len(&self) -> usize {
        self.messages.past
    }

    /// Probability of each action of factor `f`: the policy posterior summed by first action; empty beyond the factors.
    #[must_use]
    pub fn action_marginals(&self, f: usize) -> &[T] {
        self.of_factor(&self.marginals, f)
    }

    /// What stochastic marginal choice draws factor `f`'s action from, softmax(alpha ln(marginal + 1e-16)); filled by
    /// [`Agent::action_probabilities`](crate::Agent::action_probabilities) and by stochastic choice.
    #[must_use]
    pub fn action_probabilities(&self, f: usize) -> &[T] {
        self.of_factor(&self.probabilities, f)
    }

    /// A term of G per policy, nats, from the latest [`Agent::explain`](crate::Agent::explain); `None` if not defined.
    #[must_use]
    pub fn term(&self, term: Term) -> Option<&[T]> {
        self.explained_terms
            .filter(|t| t.contains(term))
            .map(|_| self.explained[term as usize].as_slice())
    }

    fn of_factor<'a>(&self, flat: &'a [T], f: usize) -> &'a [T] {
        match &self.layout {
            Some(l) if f < l.factors() => &flat[l.actions[f]..l.actions[f + 1]],
            _ => &[],
        }
    }
}
