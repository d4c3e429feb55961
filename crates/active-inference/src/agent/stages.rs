//! The three stages of a step: infer states, evaluate policies, choose an action.
//!
//! Invariant: bad input is found before anything changes; a steady-state step allocates nothing.

use super::workspace::{Stage, Workspace};
use super::{Agent, NO_ACTION};
use crate::action::{draw, first_maximum, marginals, sharpen};
use crate::error::Error;
use crate::inference::{fixed_point, message_passing};
use crate::math::simd::multiversion;
use crate::model::{Model, Sampling, Selection, WindowPrior};
use crate::planning::{Term, Terms, posterior, tree, window_plan};
use crate::real::Real;

impl<T: Real> Agent<T> {
    /// One full step: [`Agent::infer_states`], [`Agent::infer_policies`], [`Agent::sample_action`].
    ///
    /// `observation` has one outcome index per modality; the result one action index per factor.
    ///
    /// # Errors
    /// Those of the three stages.
    pub fn step<'w>(
        &mut self,
        workspace: &'w mut Workspace<T>,
        observation: &[usize],
    ) -> Result<&'w [usize], Error> {
        self.infer_states(workspace, observation)?;
        self.infer_policies(workspace)?;
        self.sample_action(workspace)
    }

    /// Updates the beliefs about hidden states from an observation, one outcome index per modality.
    ///
    /// The prior is B\[:, :, last action\] times the last belief, or D before the first action.
    ///
    /// # Errors
    /// [`Error::ObservationCount`], [`Error::ObservationOutOfRange`]; under message passing also
    /// [`Error::OutOfOrder`] (two observations without an action between them) and [`Error::Refused`] (see
    /// [`WindowPrior::InitialOnly`]).
    pub fn infer_states(
        &mut self,
        workspace: &mut Workspace<T>,
        observation: &[usize],
    ) -> Result<(), Error> {
        self.check_observation(observation)?;
        workspace.fit(&self.model);
        if self.window.is_some() {
            return self.pass_messages(workspace, observation);
        }
        if self.action == NO_ACTION {
            workspace.prior.copy_from_slice(&self.model.d);
        } else {
            predict(
                &self.model,
                &self.beliefs,
                self.action,
                &mut workspace.blocks,
                &mut workspace.prior,
            );
        }
        let buffers = fixed_point::Buffers {
            prior: &workspace.prior,
            log_prior: &mut workspace.log_prior,
            message: &mut workspace.message,
            joint: &mut workspace.joint,
            expected: &mut workspace.expected,
            trace: &mut workspace.trace,
        };
        fixed_point::infer(&self.model, observation, buffers, &mut self.beliefs);
        workspace.stage = Stage::Idle;
        Ok(())
    }

    /// Evaluates all policies from the current beliefs: G and the posterior softmax(gamma G - F + ln E).
    ///
    /// # Errors
    /// Under message passing [`Error::OutOfOrder`] unless `infer_states` of this agent came right before.
    pub fn infer_policies(&mut self, workspace: &mut Workspace<T>) -> Result<(), Error> {
        workspace.fit(&self.model);
        let terms = Terms::enabled(&self.model);
        self.score_policies(workspace, terms, None)?;
        let f = self
            .window
            .as_ref()
            .map(|_| workspace.messages.free_energy.as_slice());
        posterior::policy_posterior(
            self.model.gamma,
            &workspace.g,
            f,
            &self.model.e.ln,
            &mut workspace.q_pi,
        );
        if let Some(window) = &mut self.window {
            let settings = &*self.model.settings;
            if settings.save_belief_hist {
                window.record_posterior(&workspace.q_pi, settings.inference_horizon);
            }
            window_plan::average_current(
                &self.model,
                &workspace.messages,
                &workspace.q_pi,
                &mut self.beliefs,
            );
        }
        workspace.stage = Stage::Policies(self.identity());
        Ok(())
    }

    /// Chooses an action from the policy posterior, remembers it, and advances time.
    ///
    /// # Errors
    /// [`Error::OutOfOrder`] unless `infer_policies` of this agent came before in the same workspace;
    /// [`Error::Refused`] where pymdp raises (`save_belief_hist` under message passing).
    pub fn sample_action<'w>(
        &mut self,
        workspace: &'w mut Workspace<T>,
    ) -> Result<&'w [usize], Error> {
        if workspace.stage != Stage::Policies(self.identity()) {
            return Err(Error::OutOfOrder {
                stage: "sample_action",
                needs: "infer_policies",
            });
        }
        let layout = &*self.model.layout;
        let settings = &*self.model.settings;
        marginals(
            layout,
            &self.model.policies,
            &workspace.q_pi,
            &mut workspace.marginals,
        );
        match (settings.sampling_mode, settings.action_selection) {
            (Sampling::Marginal, Selection::Deterministic) => {
                for (action, range) in workspace.actions.iter_mut().zip(layout.actions.windows(2)) {
                    *action = first_maximum(&workspace.marginals[range[0]..range[1]]);
                }
            }
            (Sampling::Marginal, Selection::Stochastic) => {
                for (action, range) in workspace.actions.iter_mut().zip(layout.actions.windows(2)) {
                    let range = range[0]..range[1];
                    let p = &mut workspace.probabilities[range.clone()];
                    sharpen(self.model.alpha, &workspace.marginals[range], p);
                    *action = draw(p, &mut self.rng);
                }
            }
            (Sampling::Full, selection) => {
                let policy = if selection == Selection::Deterministic {
                    first_maximum(&workspace.q_pi)
                } else {
                    sharpen(
                        self.model.alpha,
                        &workspace.q_pi,
                        &mut workspace.policy_probabilities,
                    );
                    draw(&workspace.policy_probabilities, &mut self.rng)
                };
                for (action, u) in workspace
                    .actions
                    .iter_mut()
                    .zip(self.model.policies.first(policy))
                {
                    *action = *u as usize;
                }
            }
        }
        if self.window.is_some() {
            self.advance_window(workspace)?;
        }
        self.encode_action(&workspace.actions);
        workspace.stage = Stage::Idle;
        Ok(&workspace.actions)
    }

    /// Computes every defined term of G for every policy, whether or not it is switched on; read them with
    /// [`Workspace::term`]. Changes neither beliefs nor the policy posterior.
    ///
    /// # Errors
    /// As [`Agent::infer_policies`].
    pub fn explain(&self, workspace: &mut Workspace<T>) -> Result<(), Error> {
        workspace.fit(&self.model);
        let message_passing = self.window.is_some();
        let longest = self.model.policies.longest();
        let steps = if message_passing {
            self.model.settings.policy_len + 1
        } else {
            longest
        };
        let terms = Terms::defined(&self.model, steps, message_passing);
        let kept = std::mem::take(&mut workspace.g);
        workspace.g = vec![T::ZERO; kept.len()];
        let result = self.score_policies(workspace, terms, Some(terms));
        workspace.g = kept;
        result
    }

    /// Fills [`Workspace::action_probabilities`] from the current policy posterior: what stochastic marginal choice would
    /// draw from.
    pub fn action_probabilities(&self, workspace: &mut Workspace<T>) {
        workspace.fit(&self.model);
        let layout = &*self.model.layout;
        marginals(
            layout,
            &self.model.policies,
            &workspace.q_pi,
            &mut workspace.marginals,
        );
        for range in layout.actions.windows(2) {
            let range = range[0]..range[1];
            sharpen(
                self.model.alpha,
                &workspace.marginals[range.clone()],
                &mut workspace.probabilities[range],
            );
        }
    }

    /// G of every policy into the workspace; with `explain` the single terms as well.
    fn score_policies(
        &self,
        workspace: &mut Workspace<T>,
        terms: Terms,
        explain: Option<Terms>,
    ) -> Result<(), Error> {
        let w = workspace;
        let policies = self.model.policies.len();
        if explain.is_some() {
            w.explained_terms = explain;
            for term in &mut w.explained {
                term.resize(policies, T::ZERO);
            }
        }
        let explained = explain.map(|_| &mut w.explained);
        if self.window.is_some() {
            let ready = [
                Stage::States(self.identity()),
                Stage::Policies(self.identity()),
            ]
            .contains(&w.stage);
            if !ready {
                return Err(Error::OutOfOrder {
                    stage: "infer_policies",
                    needs: "infer_states",
                });
            }
            window_plan::score_windows(
                &self.model,
                terms,
                &w.messages,
                &mut w.joint,
                &mut w.scratch,
                &mut w.g,
                explained,
            );
            return Ok(());
        }
        let buffers = tree::Buffers {
            blocks: &mut w.blocks,
            joint: &mut w.joint,
            scratch: &mut w.scratch,
            nodes: &mut w.nodes,
        };
        tree::walk(&self.model, terms, &self.beliefs, buffers);
        let leaves = self.model.policies.tree().leaves();
        for (g, leaf) in w.g.iter_mut().zip(leaves) {
            let v = w.nodes[*leaf as usize];
            *g = (v[0] + v[1]) + (v[2] + v[3]);
        }
        if let Some(explained) = explained {
            for (p, leaf) in leaves.iter().enumerate() {
                for (term, v) in explained.iter_mut().zip(w.nodes[*leaf as usize]) {
                    term[p] = v;
                }
            }
        }
        Ok(())
    }

    /// Message passing: records the observation and infers the beliefs of every policy.
    fn pass_messages(
        &mut self,
        workspace: &mut Workspace<T>,
        observation: &[usize],
    ) -> Result<(), Error> {
        let identity = self.identity();
        let model = &*self.model;
        let settings = &*model.settings;
        let (factors, horizon) = (model.layout.factors(), settings.inference_horizon);
        let Some(window) = self.window.as_deref_mut() else {
            return Ok(());
        };
        if settings.window_prior == WindowPrior::InitialOnly && window.timestep >= horizon as u64 {
            return Err(Error::Refused {
                what: "message passing with neither use_BMA nor policy_sep_prior, once the window moves",
                why: "pymdp 0.0.7.1 raises here (its prior has become one belief per policy, read as one per factor); \
                      choose WindowPrior::Averaged or WindowPrior::PerPolicy",
            });
        }
        let held = window.observations_held(observation.len()).min(horizon - 1);
        if horizon > 1 && window.actions.len() != held * factors {
            return Err(Error::OutOfOrder {
                stage: "infer_states",
                needs: "sample_action",
            });
        }
        window.record_observation(observation, horizon);
        workspace.messages.fit(model, held + 1);
        let evidence = message_passing::Evidence {
            observations: &window.observations,
            actions: &window.actions,
            prior: &window.prior,
            per_policy: window.per_policy,
        };
        message_passing::pass(model, evidence, &mut workspace.messages);
        workspace.stage = Stage::States(identity);
        Ok(())
    }

    /// Message passing: records the action and moves the window's prior (pymdp `agent.py:step_time`).
    fn advance_window(&mut self, workspace: &mut Workspace<T>) -> Result<(), Error> {
        let model = &*self.model;
        let settings = &*model.settings;
        let horizon = settings.inference_horizon;
        let Some(window) = self.window.as_deref_mut() else {
            return Ok(());
        };
        let timestep = window.timestep + 1;
        if let Some(begin) = timestep.checked_sub(horizon as u64) {
            // Taken out so that the posterior, which may live in the window, can be read while it is written.
            let mut prior = std::mem::take(&mut window.prior);
            let moved = match settings.window_prior {
                WindowPrior::Averaged if settings.save_belief_hist => {
                    window.posterior_at(begin, horizon).map(|q_pi| {
                        window_plan::average_first(model, &workspace.messages, q_pi, &mut prior);
                    })
                }
                WindowPrior::Averaged => {
                    window_plan::average_first(
                        model,
                        &workspace.messages,
                        &workspace.q_pi,
                        &mut prior,
                    );
                    Ok(())
                }
                WindowPrior::PerPolicy => {
                    window_plan::first_of_each(model, &workspace.messages, &mut prior);
                    Ok(())
                }
                WindowPrior::InitialOnly => Ok(()),
            };
            window.prior = prior;
            moved?;
        }
        window.timestep = timestep;
        window.record_action(&workspace.actions, horizon, model.policies.longest());
        Ok(())
    }

    pub(super) fn check_observation(&self, observation: &[usize]) -> Result<(), Error> {
        let num_obs = &self.model.layout.num_obs;
        if observation.len() != num_obs.len() {
            return Err(Error::ObservationCount {
                expected: num_obs.len(),
                found: observation.len(),
            });
        }
        for (modality, (&observation, &outcomes)) in observation.iter().zip(num_obs).enumerate() {
            if observation >= outcomes {
                return Err(Error::ObservationOutOfRange {
                    modality,
                    observation,
                    outcomes,
                });
            }
        }
        Ok(())
    }
}

impl<T: Real> Workspace<T> {
    /// Whether a term was computed by the latest `explain`.
    #[must_use]
    pub fn is_defined(&self, term: Term) -> bool {
        self.term(term).is_some()
    }
}

multiversion! {
    /// `prior_f` = B_f\[:, :, u_f\] q_f, from and into flat vectors.
    fn predict = predict_body(model: &Model<T>, beliefs: &[T], action: u64, blocks: &mut [T], prior: &mut [T])
}

#[inline(always)]
fn predict_body<T: Real, const FMA: bool>(
    model: &Model<T>,
    beliefs: &[T],
    mut action: u64,
    blocks: &mut [T],
    prior: &mut [T],
) {
    let layout = &*model.layout;
    let (from, to) = blocks.split_at_mut(layout.block_len);
    layout.flat_to_block(beliefs, from);
    for f in (0..layout.factors()).rev() {
        let controls = layout.num_controls[f] as u64;
        let u = (action % controls) as usize;
        action /= controls;
        model.b.fast[f].apply::<FMA>(u, from, &mut to[..layout.block_len], layout.block[f]);
        prior[layout.factor(f)].copy_from_slice(&to[layout.in_block(f)]);
    }
}
