//! [`Agent`]: beliefs, the last action and a random generator, over a shared model.
//!
//! Invariant: an agent holds nothing that a step merely computes; those buffers are in the [`Workspace`] passed in. Its
//! beliefs are normalised at all times.

mod learn;
mod snapshot;
mod solo;
mod stages;
mod workspace;

pub use snapshot::{AgentState, WindowState};
pub use solo::SoloAgent;
pub use workspace::Workspace;

use std::sync::Arc;

use crate::action::SplitMix64;
use crate::error::Error;
use crate::inference::window::Window;
use crate::model::{Algorithm, Model};
use crate::real::Real;

/// No action yet.
const NO_ACTION: u64 = u64::MAX;

/// One active-inference agent: private beliefs over a shared [`Model`].
///
/// Private state is `size_of::<Agent<T>>()` plus one number per state of each factor (see
/// [`Agent::private_bytes`]); creating one costs a single small allocation.
///
/// ```
/// use std::sync::Arc;
/// use active_inference::{Agent, Workspace, models};
///
/// let model = Arc::new(models::grid_explorer::<f32>(10, 10)?);
/// let mut workspace = Workspace::for_model(&model);
/// let mut agents: Vec<Agent<f32>> = (0..1000).map(|_| Agent::new(Arc::clone(&model))).collect();
/// for agent in &mut agents {
///     let actions = agent.step(&mut workspace, &[2])?;
///     assert_eq!(actions.len(), 1);
/// }
/// assert!(agents[0].private_bytes() <= 500);
/// # Ok::<(), active_inference::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Agent<T: Real> {
    model: Arc<Model<T>>,
    /// Flat.
    beliefs: Box<[T]>,
    /// The last action of all factors in mixed radix, or [`NO_ACTION`].
    action: u64,
    rng: SplitMix64,
    /// Message passing only.
    window: Option<Box<Window<T>>>,
}

impl<T: Real> Agent<T> {
    /// An agent with uniform beliefs that has not acted (pymdp's initial state), its generator seeded with 0.
    #[must_use]
    pub fn new(model: Arc<Model<T>>) -> Self {
        Self::with_seed(model, 0)
    }

    /// As [`Agent::new`], with a seed of its own for stochastic choice. Equal seeds give equal choices.
    #[must_use]
    pub fn with_seed(model: Arc<Model<T>>, seed: u64) -> Self {
        let layout = &*model.layout;
        let mut beliefs = vec![T::ZERO; layout.flat_len()].into_boxed_slice();
        for f in 0..layout.factors() {
            beliefs[layout.factor(f)].fill(T::ONE / T::from_f64(layout.num_states[f] as f64));
        }
        let window = match model.settings.algorithm {
            Algorithm::FixedPoint => None,
            Algorithm::MarginalMessagePassing => Some(Box::new(Window::new(&model))),
        };
        Self {
            model,
            beliefs,
            action: NO_ACTION,
            rng: SplitMix64::new(seed),
            window,
        }
    }

    /// The model; shared until this agent learns.
    #[must_use]
    pub fn model(&self) -> &Arc<Model<T>> {
        &self.model
    }

    /// Posterior belief about factor `f`; empty beyond the factors.
    ///
    /// Under message passing: the belief about the current time, averaged over policies by `infer_policies`.
    #[must_use]
    pub fn beliefs(&self, f: usize) -> &[T] {
        if f < self.model.layout.factors() {
            &self.beliefs[self.model.layout.factor(f)]
        } else {
            &[]
        }
    }

    /// All beliefs, factor behind factor.
    #[must_use]
    pub fn all_beliefs(&self) -> &[T] {
        &self.beliefs
    }

    /// Replaces all beliefs, factor behind factor.
    ///
    /// # Errors
    /// [`Error::Beliefs`] for a wrong length, a negative or not finite number, or a factor that does not sum to one
    /// (tolerance 1e-3); the agent is unchanged.
    pub fn set_beliefs(&mut self, beliefs: &[T]) -> Result<(), Error> {
        let layout = &*self.model.layout;
        if beliefs.len() != layout.flat_len() {
            let why = format!(
                "{} numbers given, {} needed for all factors",
                beliefs.len(),
                layout.flat_len()
            );
            return Err(Error::Beliefs { factor: 0, why });
        }
        for factor in 0..layout.factors() {
            let q = &beliefs[layout.factor(factor)];
            if let Some(bad) = q.iter().find(|x| !x.is_finite() || **x < T::ZERO) {
                return Err(Error::Beliefs {
                    factor,
                    why: format!("{bad} is not a probability"),
                });
            }
            let sum: f64 = q.iter().map(|x| x.to_f64()).sum();
            if (sum - 1.0).abs() > 1e-3 {
                return Err(Error::Beliefs {
                    factor,
                    why: format!("they sum to {sum}, not 1"),
                });
            }
        }
        self.beliefs.copy_from_slice(beliefs);
        Ok(())
    }

    /// Whether the agent has acted since it was created.
    #[must_use]
    pub fn has_acted(&self) -> bool {
        self.action != NO_ACTION
    }

    /// The last action, one index per factor, or `None` before the first.
    #[must_use]
    pub fn last_action(&self) -> Option<Vec<usize>> {
        self.has_acted().then(|| {
            let mut out = vec![0; self.model.layout.factors()];
            self.decode_action(&mut out);
            out
        })
    }

    /// Replaces the last action, from which the next prior is predicted: for an action that was chosen elsewhere or that
    /// the world overruled. `None` forgets it: the next prior is D again.
    ///
    /// # Errors
    /// [`Error::ActionCount`] or [`Error::ActionOutOfRange`]; the agent is unchanged.
    pub fn set_last_action(&mut self, actions: Option<&[usize]>) -> Result<(), Error> {
        let Some(actions) = actions else {
            self.action = NO_ACTION;
            return Ok(());
        };
        let controls = &self.model.layout.num_controls;
        if actions.len() != controls.len() {
            return Err(Error::ActionCount {
                expected: controls.len(),
                found: actions.len(),
            });
        }
        for (factor, (action, controls)) in actions
            .iter()
            .copied()
            .zip(controls.iter().copied())
            .enumerate()
        {
            if action >= controls {
                return Err(Error::ActionOutOfRange {
                    factor,
                    action,
                    controls,
                });
            }
        }
        self.encode_action(actions);
        if let Some(window) = &mut self.window {
            window.replace_action(actions, self.model.settings.inference_horizon);
        }
        Ok(())
    }

    /// State of the random generator, for snapshots.
    #[must_use]
    pub fn rng_state(&self) -> u64 {
        self.rng.0
    }

    /// Sets the state of the random generator.
    pub fn set_rng_state(&mut self, state: u64) {
        self.rng = SplitMix64(state);
    }

    /// pymdp's `reset`: beliefs become uniform and time starts again. As in pymdp the last action and the recorded
    /// observations are *kept*, so the next prior is predicted from the uniform belief, not D. For an agent as new, call
    /// [`Agent::restart`].
    pub fn reset(&mut self) {
        let layout = &*self.model.layout;
        for f in 0..layout.factors() {
            self.beliefs[layout.factor(f)].fill(T::ONE / T::from_f64(layout.num_states[f] as f64));
        }
        if let Some(window) = &mut self.window {
            window.reset(&self.model);
        }
    }

    /// Forgets everything but the model, what was learned, and the random stream: the next prior is D.
    pub fn restart(&mut self) {
        self.reset();
        self.action = NO_ACTION;
        if let Some(window) = &mut self.window {
            **window = Window::new(&self.model);
        }
    }

    /// Bytes private to this agent: the struct, its beliefs and, under message passing, its window. A model of its own
    /// (after learning) is not counted.
    #[must_use]
    pub fn private_bytes(&self) -> usize {
        let numbers = |n: usize| n * size_of::<T>();
        let window = self.window.as_deref().map_or(0, |w| {
            let words = (w.observations.capacity() + w.actions.capacity()) * size_of::<u32>();
            let posteriors: usize = w.posteriors.iter().map(Vec::capacity).sum();
            size_of::<Window<T>>() + words + numbers(w.prior.capacity() + posteriors)
        });
        size_of::<Self>() + numbers(self.beliefs.len()) + window
    }

    /// A number that no other agent alive has.
    fn identity(&self) -> usize {
        self.beliefs.as_ptr() as usize
    }

    fn encode_action(&mut self, actions: &[usize]) {
        let controls = &self.model.layout.num_controls;
        self.action = actions
            .iter()
            .zip(controls)
            .fold(0, |code, (u, n)| code * *n as u64 + *u as u64);
    }

    fn decode_action(&self, out: &mut [usize]) {
        let mut code = self.action;
        for (u, n) in out.iter_mut().zip(&self.model.layout.num_controls).rev() {
            *u = (code % *n as u64) as usize;
            code /= *n as u64;
        }
    }
}
