//! Models as documents: the model part of the `aif-golden/1` schema, the form in which pymdp models are brought along.
//!
//! Invariant: reading goes through [`ModelBuilder`], so a document cannot make an inconsistent model; a model written
//! and read again computes the same numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{
    Algorithm, Model, ModelBuilder, Sampling, Selection, Settings, Subset, Tensor, WindowPrior,
};
use crate::error::{Array, ModelError};
use crate::real::Real;

/// A model as plain data. Fields are those of the schema; unknown fields are ignored, absent optional ones are null.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct ModelDocument {
    /// Identification.
    #[serde(default)]
    pub name: String,
    /// Free text.
    #[serde(default)]
    pub note: String,
    /// Outcomes per modality; if present, must agree with A.
    #[serde(default)]
    pub num_obs: Option<Vec<usize>>,
    /// States per factor; if present, must agree with B.
    #[serde(default)]
    pub num_states: Option<Vec<usize>>,
    /// Actions per factor; default: what B has.
    #[serde(default)]
    pub num_controls: Option<Vec<usize>>,
    /// A_m[o, s_0, ..].
    #[serde(rename = "A")]
    pub a: Vec<Tensor>,
    /// B_f[s', s, u].
    #[serde(rename = "B")]
    pub b: Vec<Tensor>,
    /// C_m[o] or C_m[o, t].
    #[serde(rename = "C", default)]
    pub c: Option<Vec<Tensor>>,
    /// D_f[s].
    #[serde(rename = "D", default)]
    pub d: Option<Vec<Vec<f64>>>,
    /// E[policy].
    #[serde(rename = "E", default)]
    pub e: Option<Vec<f64>>,
    /// Dirichlet counts of A.
    #[serde(rename = "pA", default)]
    pub pa: Option<Vec<Tensor>>,
    /// Dirichlet counts of B.
    #[serde(rename = "pB", default)]
    pub pb: Option<Vec<Tensor>>,
    /// Dirichlet counts of D.
    #[serde(rename = "pD", default)]
    pub pd: Option<Vec<Vec<f64>>>,
    /// Policies given to the constructor, `[policy][step][factor]`; else they are enumerated.
    #[serde(default)]
    pub custom_policies: Option<Vec<Vec<Vec<usize>>>>,
    /// Keyword arguments of `pymdp.Agent`.
    #[serde(default)]
    pub agent: AgentArguments,
}

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

impl ModelDocument {
    /// Reads a document from JSON.
    ///
    /// # Errors
    /// [`ModelError::Document`] with line and column.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        serde_json::from_str(json).map_err(|e| ModelError::Document(e.to_string()))
    }

    /// Writes the document as JSON, numbers round-trip exact.
    ///
    /// # Errors
    /// [`ModelError::Document`] if a number is not finite.
    pub fn to_json(&self) -> Result<String, ModelError> {
        serde_json::to_string(self).map_err(|e| ModelError::Document(e.to_string()))
    }

    /// The builder that this document describes.
    ///
    /// # Errors
    /// [`ModelError`] if a setting is unknown or num_obs or num_states contradict the arrays.
    pub fn builder(&self) -> Result<ModelBuilder, ModelError> {
        for (array, given, arrays) in [
            (Array::A, &self.num_obs, &self.a),
            (Array::B, &self.num_states, &self.b),
        ] {
            let Some(sizes) = given else { continue };
            if sizes.len() != arrays.len() {
                let per = if array == Array::A {
                    "modality"
                } else {
                    "factor"
                };
                return Err(ModelError::Count {
                    array,
                    per,
                    expected: sizes.len(),
                    found: arrays.len(),
                });
            }
            for (index, (size, tensor)) in sizes.iter().zip(arrays).enumerate() {
                if tensor.shape.first() != Some(size) {
                    let expected = format!("[{size}, ..]");
                    return Err(ModelError::Shape {
                        array,
                        index,
                        expected,
                        found: tensor.shape.clone(),
                    });
                }
            }
        }
        let mut builder = ModelBuilder::new().settings(Settings::try_from(&self.agent)?);
        for a in &self.a {
            builder = builder.likelihood(a.clone());
        }
        for b in &self.b {
            builder = builder.transition(b.clone());
        }
        if let Some(c) = &self.c {
            builder = builder.preferences(c.clone());
        }
        if let Some(d) = &self.d {
            builder = builder.initial(d.clone());
        }
        if let Some(e) = &self.e {
            builder = builder.habits(e.clone());
        }
        if let Some(pa) = &self.pa {
            builder = builder.likelihood_counts(pa.clone());
        }
        if let Some(pb) = &self.pb {
            builder = builder.transition_counts(pb.clone());
        }
        if let Some(pd) = &self.pd {
            builder = builder.initial_counts(pd.clone());
        }
        if let Some(controls) = &self.num_controls {
            builder = builder.controls(controls.clone());
        }
        if let Some(policies) = &self.custom_policies {
            builder = builder.policies(policies.clone());
        }
        Ok(builder)
    }

    /// The model that this document describes, checked.
    ///
    /// # Errors
    /// [`ModelError`], see [`ModelBuilder::build`].
    pub fn build<T: Real>(&self) -> Result<Model<T>, ModelError> {
        self.builder()?.build()
    }
}

impl<T: Real> From<&Model<T>> for ModelDocument {
    fn from(m: &Model<T>) -> Self {
        let layout = &m.layout;
        let per_factor = |flat: &[T]| {
            (0..layout.factors())
                .map(|f| flat[layout.factor(f)].iter().map(|x| x.to_f64()).collect())
                .collect()
        };
        let modalities = 0..layout.modalities();
        let factors = 0..layout.factors();
        Self {
            name: String::new(),
            note: String::new(),
            num_obs: Some(layout.num_obs.clone()),
            num_states: Some(layout.num_states.clone()),
            num_controls: Some(layout.num_controls.clone()),
            a: modalities.clone().filter_map(|i| m.likelihood(i)).collect(),
            b: factors.clone().filter_map(|f| m.transition(f)).collect(),
            c: m.c.given.clone(),
            d: Some(per_factor(&m.d)),
            e: m.e.given.clone(),
            pa: m
                .counts
                .a
                .as_ref()
                .map(|_| modalities.filter_map(|i| m.likelihood_counts(i)).collect()),
            pb: m
                .counts
                .b
                .as_ref()
                .map(|_| factors.filter_map(|f| m.transition_counts(f)).collect()),
            pd: m.counts.d.as_deref().map(per_factor),
            custom_policies: m.e.custom_policies.then(|| m.policies.to_nested()),
            agent: AgentArguments::from(&*m.settings),
        }
    }
}

impl<T: Real> Serialize for Model<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        ModelDocument::from(self).serialize(serializer)
    }
}

impl<'de, T: Real> Deserialize<'de> for Model<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // What the builder of this model accepted is accepted again; a pymdp document goes through `ModelDocument::build`.
        let builder = ModelDocument::deserialize(deserializer)?
            .builder()
            .map_err(serde::de::Error::custom)?;
        builder
            .single_level_factors(true)
            .build()
            .map_err(serde::de::Error::custom)
    }
}
