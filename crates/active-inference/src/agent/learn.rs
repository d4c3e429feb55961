//! Learning: Dirichlet counts of A, B and D, and the arrays that follow from them.
//!
//! Invariant: copy on write. The first update gives the agent a model of its own for the parts that change; agents that
//! share the model never see it.

use std::sync::Arc;

use super::{Agent, Workspace};
use crate::error::{Array, Error};
use crate::learning;
use crate::model::{Algorithm, Model, WindowPrior};
use crate::real::Real;

const NESTED: &str = "pymdp 0.0.7.1 cannot learn A or B under MMP (its beliefs are nested per policy and time); use \
                      fixed-point iteration to learn them";

impl<T: Real> Agent<T> {
    /// pA_m\[o\] += lr * outer(q) where A_m\[o\] > 0, at the observed outcome o of each learning modality; then A becomes pA
    /// normalised, for *all* modalities (pymdp `agent.py:update_A`).
    ///
    /// # Errors
    /// [`Error::NoCounts`] without pA, bad observations, [`Error::Refused`] under message passing or with single-state
    /// factors (both break in pymdp), [`ModelError::ZeroCounts`](crate::ModelError::ZeroCounts) for a column of counts
    /// that sums to zero. The agent is unchanged then.
    pub fn update_a(&mut self, observation: &[usize]) -> Result<(), Error> {
        self.check_observation(observation)?;
        self.refuse_learning("update_a", Array::PA)?;
        let learned = learning::a(&self.model, observation, &self.beliefs)?;
        let model = Arc::make_mut(&mut self.model);
        learning::replace_a(model, learned);
        Ok(())
    }

    /// pB_f\[:, :, u\] += lr * (q_f outer `previous`_f) where B_f\[:, :, u\] > 0, u the last action, for each learning factor;
    /// then B becomes pB normalised (pymdp `agent.py:update_B`). `previous` are all beliefs of the step before
    /// ([`Agent::all_beliefs`], taken before `infer_states`).
    ///
    /// # Errors
    /// As [`Agent::update_a`]; [`Error::NoAction`] before the first action; [`Error::Beliefs`] for a wrong length.
    pub fn update_b(&mut self, previous: &[T]) -> Result<(), Error> {
        self.refuse_learning("update_b", Array::PB)?;
        let Some(action) = self.last_action() else {
            return Err(Error::NoAction);
        };
        self.check_flat(previous)?;
        let learned = learning::b(&self.model, &action, &self.beliefs, previous)?;
        let model = Arc::make_mut(&mut self.model);
        learning::replace_b(model, learned);
        Ok(())
    }

    /// pD_f += lr * q_f where pD_f > 0, for each learning factor; then D becomes pD normalised (pymdp
    /// `agent.py:update_D`). `first` are all beliefs after the first observation of the episode.
    ///
    /// # Errors
    /// As [`Agent::update_a`], except that message passing is fine if you have such beliefs; see
    /// [`Agent::update_d_from_window`] for pymdp's own choice.
    pub fn update_d(&mut self, first: &[T]) -> Result<(), Error> {
        self.check_flat(first)?;
        if self.model.counts.d.is_none() {
            return Err(Error::NoCounts {
                what: "update_d",
                counts: Array::PD,
            });
        }
        let learned = learning::d(&self.model, first)?;
        let model = Arc::make_mut(&mut self.model);
        learning::replace_d(model, learned);
        Ok(())
    }

    /// [`Agent::update_d`] under message passing: from the window's prior, averaged over policies if there is one per
    /// policy (pymdp's `update_D()` without argument). `workspace` is the one of the agent's latest step.
    ///
    /// # Errors
    /// [`Error::Refused`] under fixed-point iteration or with [`WindowPrior::InitialOnly`], where pymdp fails;
    /// otherwise as [`Agent::update_d`].
    pub fn update_d_from_window(&mut self, workspace: &Workspace<T>) -> Result<(), Error> {
        let settings = &*self.model.settings;
        let Some(window) = self.window.as_deref() else {
            return Err(Error::Refused {
                what: "update_d_from_window under fixed-point iteration",
                why: "there is no window; pass the beliefs of the first step to update_d",
            });
        };
        if settings.window_prior == WindowPrior::InitialOnly {
            return Err(Error::Refused {
                what: "learning D with neither use_BMA nor policy_sep_prior",
                why: "pymdp 0.0.7.1 has no beliefs to learn from here and raises; choose WindowPrior::Averaged or PerPolicy",
            });
        }
        let first = if window.per_policy {
            let horizon = settings.inference_horizon;
            let q_pi = if settings.save_belief_hist {
                window.posterior_at(window.timestep.saturating_sub(horizon as u64), horizon)?
            } else {
                workspace.policy_posterior()
            };
            if q_pi.len() != self.model.policies.len() {
                return Err(Error::OutOfOrder {
                    stage: "update_d_from_window",
                    needs: "infer_policies",
                });
            }
            let mut first = vec![T::ZERO; self.beliefs.len()];
            for (weight, prior) in q_pi.iter().zip(window.prior.chunks_exact(first.len())) {
                for (f, p) in first.iter_mut().zip(prior) {
                    *f += *weight * *p;
                }
            }
            first
        } else {
            window.prior.clone()
        };
        self.update_d(&first)
    }

    fn check_flat(&self, beliefs: &[T]) -> Result<(), Error> {
        if beliefs.len() == self.beliefs.len() {
            return Ok(());
        }
        let why = format!(
            "{} numbers given, {} needed for all factors",
            beliefs.len(),
            self.beliefs.len()
        );
        Err(Error::Beliefs { factor: 0, why })
    }

    /// What neither `update_a` nor `update_b` can do.
    fn refuse_learning(&self, what: &'static str, counts: Array) -> Result<(), Error> {
        let model: &Model<T> = &self.model;
        let missing = if counts == Array::PA {
            model.counts.a.is_none()
        } else {
            model.counts.b.is_none()
        };
        if missing {
            return Err(Error::NoCounts { what, counts });
        }
        if model.settings.algorithm == Algorithm::MarginalMessagePassing {
            return Err(Error::Refused { what, why: NESTED });
        }
        if model.layout.num_states == [1] {
            return Err(Error::Refused {
                what,
                why: "pymdp 0.0.7.1 squeezes the axis of a single state away and breaks; there is nothing to learn about it",
            });
        }
        Ok(())
    }
}
