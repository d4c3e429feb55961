//! The moving window of marginal message passing: what an agent has to remember between steps.
//!
//! Invariant: bounded. At most `inference_horizon` observations, as many actions less one, one prior, and (only with
//! `save_belief_hist`) `inference_horizon` policy posteriors, or 1025 with a horizon of 1, are kept, however long the agent lives.

use crate::error::Error;
use crate::model::{Model, WindowPrior};
use crate::real::Real;

/// History and prior of the window.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Window<T> {
    /// Observation indices, oldest first, one per modality each.
    pub(crate) observations: Vec<u32>,
    /// Actions, one per factor each: the last H - 1; with H = 1 the first `longest`, see [`Window::record_action`].
    pub(crate) actions: Vec<u32>,
    /// Actions taken since creation.
    pub(crate) actions_taken: u64,
    /// Steps since creation or reset.
    pub(crate) timestep: u64,
    /// Belief before the window, flat; one per policy if `per_policy`.
    pub(crate) prior: Vec<T>,
    /// Whether `prior` holds one belief per policy.
    pub(crate) per_policy: bool,
    /// Policy posteriors, with `save_belief_hist`.
    pub(crate) posteriors: Vec<Vec<T>>,
    /// Posteriors computed since creation.
    pub(crate) posteriors_seen: u64,
}

const HISTORY: &str = "the recorded policy posteriors do not reach back to the window's start";
const HISTORY_WHY: &str = "pymdp 0.0.7.1 with save_belief_hist trims q_pi_hist and then raises IndexError here; switch \
                           save_belief_hist off";

/// Posteriors kept from the beginning when the horizon is 1: they are read again only after a reset.
pub(crate) const KEPT_POSTERIORS: usize = 1024;

impl<T: Real> Window<T> {
    pub(crate) fn new(model: &Model<T>) -> Self {
        let mut window = Self {
            observations: Vec::new(),
            actions: Vec::new(),
            actions_taken: 0,
            timestep: 0,
            prior: Vec::new(),
            per_policy: false,
            posteriors: Vec::new(),
            posteriors_seen: 0,
        };
        window.reset(model);
        window
    }

    /// pymdp's `reset`: time and prior start again, observations and actions stay.
    pub(crate) fn reset(&mut self, model: &Model<T>) {
        self.timestep = 0;
        self.per_policy = model.settings.window_prior == WindowPrior::PerPolicy;
        self.prior.clear();
        let copies = if self.per_policy {
            model.policies.len()
        } else {
            1
        };
        for _ in 0..copies {
            self.prior.extend_from_slice(&model.d);
        }
    }

    /// Appends an observation, dropping the oldest beyond the horizon.
    pub(crate) fn record_observation(&mut self, observation: &[usize], horizon: usize) {
        let width = observation.len();
        if self.observations.len() == width * horizon {
            self.observations.copy_within(width.., 0);
            self.observations.truncate(width * (horizon - 1));
        }
        self.observations
            .extend(observation.iter().map(|o| *o as u32));
    }

    /// Observations in the window.
    pub(crate) fn observations_held(&self, modalities: usize) -> usize {
        self.observations.len() / modalities
    }

    /// Appends an action.
    ///
    /// With a horizon of 1 pymdp passes `prev_actions[-0:]`, the *whole* action list, in front of every policy. Only as
    /// many entries as the longest policy are ever read, so keeping the first ones reproduces it.
    pub(crate) fn record_action(&mut self, actions: &[usize], horizon: usize, longest: usize) {
        let width = actions.len();
        self.actions_taken += 1;
        if horizon == 1 {
            if self.actions.len() < longest * width {
                self.actions.extend(actions.iter().map(|u| *u as u32));
            }
            return;
        }
        if self.actions.len() == width * (horizon - 1) {
            self.actions.copy_within(width.., 0);
            self.actions.truncate(width * (horizon - 2));
        }
        self.actions.extend(actions.iter().map(|u| *u as u32));
    }

    /// Replaces the latest action (one that was chosen elsewhere).
    pub(crate) fn replace_action(&mut self, actions: &[usize], horizon: usize) {
        let width = actions.len();
        let held = self.actions.len() / width;
        if held == 0 || (horizon == 1 && self.actions_taken > held as u64) {
            return;
        }
        for (to, u) in self.actions[(held - 1) * width..].iter_mut().zip(actions) {
            *to = *u as u32;
        }
    }

    /// pymdp's `q_pi_hist`: append, then keep the last H - 1 once there are more than H. With a horizon of 1 pymdp keeps
    /// all of them; here the first [`KEPT_POSTERIORS`] and the latest.
    pub(crate) fn record_posterior(&mut self, q_pi: &[T], horizon: usize) {
        self.posteriors_seen += 1;
        if horizon == 1 && self.posteriors.len() > KEPT_POSTERIORS {
            self.posteriors.truncate(KEPT_POSTERIORS);
        }
        self.posteriors.push(q_pi.to_vec());
        if horizon > 1 && self.posteriors.len() > horizon {
            self.posteriors
                .drain(..self.posteriors.len() - (horizon - 1));
        }
    }

    /// pymdp's `q_pi_hist[begin]`.
    pub(crate) fn posterior_at(&self, begin: u64, horizon: usize) -> Result<&[T], Error> {
        let found = if horizon == 1 && begin + 1 == self.posteriors_seen {
            self.posteriors.last()
        } else {
            let first = if horizon == 1 {
                &self.posteriors[..self.posteriors.len().min(KEPT_POSTERIORS)]
            } else {
                &self.posteriors
            };
            usize::try_from(begin).ok().and_then(|i| first.get(i))
        };
        found.map(Vec::as_slice).ok_or(Error::Refused {
            what: HISTORY,
            why: HISTORY_WHY,
        })
    }
}
