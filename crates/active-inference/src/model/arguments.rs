//! The scalar keyword arguments of `pymdp.Agent`, as they stand in a model document.
//!
//! Invariant: names and defaults are pymdp's; [`Settings`] is the same in types of its own.

use serde::{Deserialize, Serialize};

use super::{Algorithm, Sampling, Selection, Settings, Subset, WindowPrior};
use crate::error::ModelError;

/// The scalar keyword arguments of `pymdp.Agent`, by their names; absent ones take pymdp's defaults.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
#[expect(non_snake_case, reason = "pymdp's own argument names")]
pub struct AgentArguments {
    /// Steps that enumerated policies look ahead.
    pub policy_len: usize,
    /// Observations in the message-passing window.
    pub inference_horizon: usize,
    /// `VANILLA` (also when null) or `MMP`.
    pub inference_algo: Option<String>,
    /// Precision of the policy posterior.
    pub gamma: f64,
    /// Precision of stochastic choice.
    pub alpha: f64,
    /// Expected utility enters G.
    pub use_utility: bool,
    /// Information gain about states enters G.
    pub use_states_info_gain: bool,
    /// Information gain about A and B enters G.
    pub use_param_info_gain: bool,
    /// `deterministic` or `stochastic`.
    pub action_selection: String,
    /// `marginal` or `full`.
    pub sampling_mode: String,
    /// See [`WindowPrior::Averaged`].
    pub use_BMA: bool,
    /// See [`WindowPrior::PerPolicy`]; overrides `use_BMA`.
    pub policy_sep_prior: bool,
    /// See [`Settings::save_belief_hist`].
    pub save_belief_hist: bool,
    /// Learning rate of A.
    pub lr_pA: f64,
    /// Learning rate of B.
    pub lr_pB: f64,
    /// Learning rate of D.
    pub lr_pD: f64,
    /// Modalities whose A learns.
    pub modalities_to_learn: Learners,
    /// Factors whose B and D learn.
    pub factors_to_learn: Learners,
    /// Checked, otherwise without effect.
    pub control_fac_idx: Option<Vec<usize>>,
}

/// `"all"` or a list of indices.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Learners {
    /// The word `all`.
    Word(String),
    /// Indices.
    List(Vec<usize>),
}

impl Default for AgentArguments {
    fn default() -> Self {
        Self::from(&Settings::default())
    }
}

impl From<&Settings> for AgentArguments {
    fn from(s: &Settings) -> Self {
        let learners = |subset: &Subset| match subset {
            Subset::All => Learners::Word("all".into()),
            Subset::Only(list) => Learners::List(list.clone()),
        };
        Self {
            policy_len: s.policy_len,
            inference_horizon: s.inference_horizon,
            inference_algo: Some(
                match s.algorithm {
                    Algorithm::FixedPoint => "VANILLA",
                    Algorithm::MarginalMessagePassing => "MMP",
                }
                .into(),
            ),
            gamma: s.gamma,
            alpha: s.alpha,
            use_utility: s.use_utility,
            use_states_info_gain: s.use_states_info_gain,
            use_param_info_gain: s.use_param_info_gain,
            action_selection: match s.action_selection {
                Selection::Deterministic => "deterministic",
                Selection::Stochastic => "stochastic",
            }
            .into(),
            sampling_mode: match s.sampling_mode {
                Sampling::Marginal => "marginal",
                Sampling::Full => "full",
            }
            .into(),
            use_BMA: s.window_prior == WindowPrior::Averaged,
            policy_sep_prior: s.window_prior == WindowPrior::PerPolicy,
            save_belief_hist: s.save_belief_hist,
            lr_pA: s.lr_pa,
            lr_pB: s.lr_pb,
            lr_pD: s.lr_pd,
            modalities_to_learn: learners(&s.modalities_to_learn),
            factors_to_learn: learners(&s.factors_to_learn),
            control_fac_idx: s.control_fac_idx.clone(),
        }
    }
}

impl TryFrom<&AgentArguments> for Settings {
    type Error = ModelError;

    fn try_from(a: &AgentArguments) -> Result<Self, ModelError> {
        let unknown = |setting, value: &str, allowed: &str| ModelError::Setting {
            setting,
            why: format!("`{value}` is not known; allowed: {allowed}"),
        };
        let algorithm = match a.inference_algo.as_deref() {
            None | Some("VANILLA") => Algorithm::FixedPoint,
            Some("MMP") => Algorithm::MarginalMessagePassing,
            Some(other) => {
                return Err(unknown(
                    "inference_algo",
                    other,
                    "VANILLA, MMP (pymdp implements no other)",
                ));
            }
        };
        let action_selection = match a.action_selection.as_str() {
            "deterministic" => Selection::Deterministic,
            "stochastic" => Selection::Stochastic,
            other => {
                return Err(unknown(
                    "action_selection",
                    other,
                    "deterministic, stochastic",
                ));
            }
        };
        let sampling_mode = match a.sampling_mode.as_str() {
            "marginal" => Sampling::Marginal,
            "full" => Sampling::Full,
            other => return Err(unknown("sampling_mode", other, "marginal, full")),
        };
        let learners = |setting, l: &Learners| match l {
            Learners::List(list) => Ok(Subset::Only(list.clone())),
            Learners::Word(w) if w == "all" => Ok(Subset::All),
            Learners::Word(w) => Err(unknown(setting, w, "all, or a list of indices")),
        };
        Ok(Self {
            policy_len: a.policy_len,
            inference_horizon: a.inference_horizon,
            algorithm,
            gamma: a.gamma,
            alpha: a.alpha,
            use_utility: a.use_utility,
            use_states_info_gain: a.use_states_info_gain,
            use_param_info_gain: a.use_param_info_gain,
            action_selection,
            sampling_mode,
            // As pymdp: policy_sep_prior switches use_BMA off.
            window_prior: match (a.policy_sep_prior, a.use_BMA) {
                (true, _) => WindowPrior::PerPolicy,
                (false, true) => WindowPrior::Averaged,
                (false, false) => WindowPrior::InitialOnly,
            },
            save_belief_hist: a.save_belief_hist,
            lr_pa: a.lr_pA,
            lr_pb: a.lr_pB,
            lr_pd: a.lr_pD,
            modalities_to_learn: learners("modalities_to_learn", &a.modalities_to_learn)?,
            factors_to_learn: learners("factors_to_learn", &a.factors_to_learn)?,
            control_fac_idx: a.control_fac_idx.clone(),
        })
    }
}
