//! [`Settings`]: the scalar arguments of an agent, with pymdp's defaults.
//!
//! Invariant: `Settings::default()` equals `pymdp.Agent(A, B)` without keyword arguments.

use serde::{Deserialize, Serialize};

/// How hidden states are inferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Algorithm {
    /// Fixed-point iteration on the current observation (pymdp `VANILLA`).
    #[default]
    FixedPoint,
    /// Marginal message passing over a window of observations, per policy (pymdp `MMP`; Parr et al. 2019).
    MarginalMessagePassing,
}

/// How an action is chosen from its distribution.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Selection {
    /// The first maximum.
    #[default]
    Deterministic,
    /// A draw from softmax(alpha ln p), from the agent's own seeded generator.
    Stochastic,
}

/// What is chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Sampling {
    /// Each factor's action from its marginal over the policies' first actions.
    #[default]
    Marginal,
    /// A whole policy, whose first action is taken.
    Full,
}

/// The prior of the message-passing window once it moves (used by [`Algorithm::MarginalMessagePassing`] only).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum WindowPrior {
    /// The window's first beliefs averaged over policies (`use_BMA`).
    #[default]
    Averaged,
    /// The window's first beliefs of each policy (`policy_sep_prior`).
    PerPolicy,
    /// Neither flag: the initial prior D while the window has not moved. pymdp raises at the step after the window
    /// starts to move; so does [`Agent::infer_states`](crate::Agent::infer_states), with
    /// [`Error::Refused`](crate::Error::Refused).
    InitialOnly,
}

/// A choice of modalities or factors that learn.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Subset {
    /// All of them.
    #[default]
    All,
    /// These, by index. An index given twice is updated twice, as in pymdp.
    Only(Vec<usize>),
}

impl Subset {
    /// The indices chosen out of `count`.
    pub(crate) fn indices(&self, count: usize) -> impl Iterator<Item = usize> + '_ {
        let (all, only): (_, &[usize]) = match self {
            Self::All => (0..count, &[]),
            Self::Only(list) => (0..0, list),
        };
        all.chain(only.iter().copied())
    }
}

/// The scalar settings of a model's agents. Field names and defaults are those of `pymdp.Agent` unless noted.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Steps that enumerated policies look ahead (>= 1).
    pub policy_len: usize,
    /// Observations in the message-passing window (>= 1; ignored by fixed-point iteration).
    pub inference_horizon: usize,
    /// `inference_algo`.
    pub algorithm: Algorithm,
    /// Precision of the policy posterior, gamma.
    pub gamma: f64,
    /// Precision of stochastic choice, alpha.
    pub alpha: f64,
    /// Whether expected utility enters G.
    pub use_utility: bool,
    /// Whether information gain about states enters G.
    pub use_states_info_gain: bool,
    /// Whether information gain about A (if pA is given) and B (if pB is given) enters G.
    pub use_param_info_gain: bool,
    /// `action_selection`.
    pub action_selection: Selection,
    /// `sampling_mode`.
    pub sampling_mode: Sampling,
    /// `use_BMA` and `policy_sep_prior` in one.
    pub window_prior: WindowPrior,
    /// `save_belief_hist`: under message passing it changes which policy posterior averages the window's prior.
    pub save_belief_hist: bool,
    /// Learning rate of A's counts.
    pub lr_pa: f64,
    /// Learning rate of B's counts.
    pub lr_pb: f64,
    /// Learning rate of D's counts.
    pub lr_pd: f64,
    /// Modalities whose counts learn.
    pub modalities_to_learn: Subset,
    /// Factors whose counts learn.
    pub factors_to_learn: Subset,
    /// Checked and otherwise without effect, as in pymdp: `num_controls` decides the policy set.
    pub control_fac_idx: Option<Vec<usize>>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            policy_len: 1,
            inference_horizon: 1,
            algorithm: Algorithm::default(),
            gamma: 16.0,
            alpha: 16.0,
            use_utility: true,
            use_states_info_gain: true,
            use_param_info_gain: false,
            action_selection: Selection::default(),
            sampling_mode: Sampling::default(),
            window_prior: WindowPrior::default(),
            save_belief_hist: false,
            lr_pa: 1.0,
            lr_pb: 1.0,
            lr_pd: 1.0,
            modalities_to_learn: Subset::default(),
            factors_to_learn: Subset::default(),
            control_fac_idx: None,
        }
    }
}
