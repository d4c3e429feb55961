//! The `aif-golden/1` schema as serde types.
//!
//! Invariant: the model part is [`ModelDocument`]; recorded numbers stay JSON values, because their nesting depends on
//! the algorithm, and are flattened when compared.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::error::ModelError;
use crate::model::ModelDocument;

/// The format this reads.
const FORMAT: &str = "aif-golden/1";

/// A file of recorded models.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GoldenFile {
    /// `aif-golden/1`.
    pub format: String,
    /// What recorded it.
    #[serde(default)]
    pub source: String,
    /// The models.
    pub models: Vec<GoldenModel>,
}

impl GoldenFile {
    /// Reads a file.
    ///
    /// # Errors
    /// [`ModelError::Document`] if it is no JSON of this schema.
    pub fn from_json(json: &str) -> Result<Self, ModelError> {
        let file: Self =
            serde_json::from_str(json).map_err(|e| ModelError::Document(e.to_string()))?;
        if file.format != FORMAT {
            let why = format!(
                "format `{}` is not known; this reads `{FORMAT}`",
                file.format
            );
            return Err(ModelError::Document(why));
        }
        Ok(file)
    }
}

/// A model, what was done with it, and the numbers that came out.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GoldenModel {
    /// The model.
    #[serde(flatten)]
    pub model: ModelDocument,
    /// The policies used, in order.
    #[serde(default)]
    pub policies: Option<Vec<Vec<Vec<usize>>>>,
    /// Which updates the driver calls.
    #[serde(default, deserialize_with = "null_as_default")]
    pub learning: LearningFlags,
    /// Steps before which the driver resets the agent.
    #[serde(default, deserialize_with = "null_as_default")]
    pub reset_before_step: Vec<usize>,
    /// Observations, `[step][modality]`.
    pub observations: Vec<Vec<usize>>,
    /// Recorded steps.
    pub steps: Vec<GoldenStep>,
    /// Recorded learned arrays: `A_after`, `B_after`, `pD_after`, `D_after`.
    #[serde(rename = "final", default, deserialize_with = "null_as_default")]
    pub last: BTreeMap<String, Value>,
}

/// Which updates the driver calls.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LearningFlags {
    /// `update_A` after every inference.
    #[serde(rename = "A")]
    pub a: bool,
    /// `update_B` after every inference but the first.
    #[serde(rename = "B")]
    pub b: bool,
    /// `update_D` after the last step.
    #[serde(rename = "D")]
    pub d: bool,
}

/// One recorded step.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct GoldenStep {
    /// The action taken, one per factor.
    pub action: Vec<f64>,
    /// Everything else, by field name.
    #[serde(flatten)]
    pub fields: BTreeMap<String, Value>,
}

/// Reads null as the default, as absent fields are.
fn null_as_default<'de, D, V>(deserializer: D) -> Result<V, D::Error>
where
    D: Deserializer<'de>,
    V: Deserialize<'de> + Default,
{
    Ok(Option::deserialize(deserializer)?.unwrap_or_default())
}
