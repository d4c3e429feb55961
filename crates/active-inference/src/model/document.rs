//! Models as documents: the model part of the `aif-golden/1` schema, the form in which pymdp models are brought along.
//!
//! Invariant: reading goes through [`ModelBuilder`], so a document cannot make an inconsistent model; a model written
//! and read again computes the same numbers.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{AgentArguments, Model, ModelBuilder, Settings, Tensor};
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
    /// A_m\[o, s_0, ..\].
    #[serde(rename = "A")]
    pub a: Vec<Tensor>,
    /// B_f\[s', s, u\].
    #[serde(rename = "B")]
    pub b: Vec<Tensor>,
    /// C_m\[o\] or C_m\[o, t\].
    #[serde(rename = "C", default)]
    pub c: Option<Vec<Tensor>>,
    /// D_f\[s\].
    #[serde(rename = "D", default)]
    pub d: Option<Vec<Vec<f64>>>,
    /// E\[policy\].
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
