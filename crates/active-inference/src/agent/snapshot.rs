//! [`AgentState`]: the private state of an agent as plain data, to store and to restore.
//!
//! Invariant: restoring a state into an agent of the same model continues exactly where it was taken. The model is not
//! part of it; after learning, store [`Agent::model`] as well.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Agent, NO_ACTION};
use crate::error::Error;
use crate::inference::window::{KEPT_POSTERIORS, Window};
use crate::model::Model;
use crate::real::Real;

/// Everything private to an agent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct AgentState<T: Real> {
    /// Beliefs, factor behind factor.
    pub beliefs: Vec<T>,
    /// The last action, one index per factor.
    pub action: Option<Vec<usize>>,
    /// State of the random generator.
    pub rng: u64,
    /// Message passing: history and prior of the window.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<WindowState<T>>,
}

/// History and prior of the window of message passing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(bound = "")]
pub struct WindowState<T: Real> {
    /// Observation indices, oldest first, one per modality each.
    pub observations: Vec<u32>,
    /// Action indices, oldest first, one per factor each.
    pub actions: Vec<u32>,
    /// Actions taken since creation.
    pub actions_taken: u64,
    /// Steps since creation or reset.
    pub timestep: u64,
    /// Belief before the window, factor behind factor; one per policy if `per_policy`.
    pub prior: Vec<T>,
    /// Whether `prior` holds one belief per policy.
    pub per_policy: bool,
    /// Recorded policy posteriors.
    pub posteriors: Vec<Vec<T>>,
    /// Posteriors computed since creation.
    pub posteriors_seen: u64,
}

impl<T: Real> Agent<T> {
    /// A copy of the private state.
    #[must_use]
    pub fn state(&self) -> AgentState<T> {
        AgentState {
            beliefs: self.beliefs.to_vec(),
            action: self.last_action(),
            rng: self.rng.0,
            window: self.window.as_deref().map(|w| WindowState {
                observations: w.observations.clone(),
                actions: w.actions.clone(),
                actions_taken: w.actions_taken,
                timestep: w.timestep,
                prior: w.prior.clone(),
                per_policy: w.per_policy,
                posteriors: w.posteriors.clone(),
                posteriors_seen: w.posteriors_seen,
            }),
        }
    }

    /// An agent of `model` with the given private state.
    ///
    /// # Errors
    /// [`Error::Beliefs`], [`Error::ActionCount`], [`Error::ActionOutOfRange`] or [`Error::Snapshot`] if the state does
    /// not fit the model.
    pub fn restore(model: Arc<Model<T>>, state: &AgentState<T>) -> Result<Self, Error> {
        let mut agent = Self::with_seed(model, state.rng);
        agent.set_beliefs(&state.beliefs)?;
        agent.action = NO_ACTION;
        agent.set_last_action(state.action.as_deref())?;
        if agent.window.is_some() != state.window.is_some() {
            let why = "one uses message passing and the other does not".to_owned();
            return Err(Error::Snapshot(why));
        }
        if let Some(w) = &state.window {
            check_window(&agent.model, w).map_err(Error::Snapshot)?;
            agent.window = Some(Box::new(Window {
                observations: w.observations.clone(),
                actions: w.actions.clone(),
                actions_taken: w.actions_taken,
                timestep: w.timestep,
                prior: w.prior.clone(),
                per_policy: w.per_policy,
                posteriors: w.posteriors.clone(),
                posteriors_seen: w.posteriors_seen,
            }));
        }
        Ok(agent)
    }
}

/// No agent has counted so far: at a step a nanosecond it takes 292 years. What counts on from here overflows.
const MOST_COUNTED: u64 = u64::MAX / 2;

/// Every index in range and every length as the window keeps it.
fn check_window<T: Real>(model: &Model<T>, w: &WindowState<T>) -> Result<(), String> {
    let layout = &*model.layout;
    let horizon = model.settings.inference_horizon;
    let in_range = |list: &[u32], sizes: &[usize]| {
        list.len().is_multiple_of(sizes.len())
            && list
                .iter()
                .zip(sizes.iter().cycle())
                .all(|(i, n)| (*i as usize) < *n)
    };
    let steps = |list: &[u32], width: usize| list.len() / width;
    let most_actions = if horizon == 1 {
        layout.depth
    } else {
        horizon - 1
    };
    let counted = [w.actions_taken, w.timestep, w.posteriors_seen];
    if counted.iter().any(|count| *count > MOST_COUNTED) {
        return Err("a count of steps is larger than any agent has come".into());
    }
    if !in_range(&w.observations, &layout.num_obs)
        || steps(&w.observations, layout.modalities()) > horizon
    {
        return Err("observations out of range or more than the window holds".into());
    }
    if !in_range(&w.actions, &layout.num_controls)
        || steps(&w.actions, layout.factors()) > most_actions
    {
        return Err("actions out of range or more than the window holds".into());
    }
    let copies = if w.per_policy { layout.policies } else { 1 };
    if w.prior.len() != copies * layout.flat_len()
        || !w.prior.iter().all(|p| p.is_finite() && *p >= T::ZERO)
    {
        return Err("the window's prior has the wrong length or holds no probabilities".into());
    }
    if w.posteriors.len() > horizon.max(KEPT_POSTERIORS + 1)
        || w.posteriors.iter().any(|q| q.len() != layout.policies)
    {
        return Err("recorded policy posteriors do not fit the policy set".into());
    }
    Ok(())
}
