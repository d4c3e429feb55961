//! Benchmark ids: `category/name`, safe in a file name, a terminal and a table.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The identity of a benchmark within a suite: `category/name`.
///
/// Both parts are non-empty; control characters and path components that could leave a folder (`..`) are
/// refused, so that an id can be shown anywhere. At most [`BenchmarkId::MAX_BYTES`] bytes.
#[derive(
    Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(try_from = "String", into = "String")]
#[schemars(with = "String")]
pub struct BenchmarkId(String);

/// Why a text is not a benchmark id.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{shown}` is not a benchmark id: {reason}; write it as category/name, for example agent_spawn/single"
)]
pub struct InvalidId {
    shown: String,
    reason: &'static str,
}

impl BenchmarkId {
    /// Longest id in bytes.
    pub const MAX_BYTES: usize = 512;

    /// Checks and wraps `category/name`.
    ///
    /// # Errors
    /// [`InvalidId`] says which rule the text breaks.
    pub fn new(text: impl Into<String>) -> Result<Self, InvalidId> {
        let text = text.into();
        let reason = if text.len() > Self::MAX_BYTES {
            Some("it is longer than 512 bytes")
        } else if text.chars().any(char::is_control) {
            Some("it holds control characters")
        } else if text.split('/').any(|part| part.trim().is_empty()) {
            Some("a part is empty")
        } else if text.split('/').any(|part| part == "." || part == "..") {
            Some("a part is a relative path component")
        } else if !text.contains('/') {
            Some("it has no category")
        } else {
            None
        };
        match reason {
            Some(reason) => {
                let shown = text.chars().take(60).flat_map(char::escape_debug).collect();
                Err(InvalidId { shown, reason })
            }
            None => Ok(Self(text)),
        }
    }

    /// The whole id.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The part before the first slash.
    pub fn category(&self) -> &str {
        self.0.split_once('/').map_or("", |(category, _)| category)
    }

    /// The part after the first slash.
    pub fn name(&self) -> &str {
        self.0.split_once('/').map_or(&self.0, |(_, name)| name)
    }
}

impl TryFrom<String> for BenchmarkId {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        Self::new(text)
    }
}

impl From<BenchmarkId> for String {
    fn from(id: BenchmarkId) -> Self {
        id.0
    }
}

impl fmt::Display for BenchmarkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_category_and_name() {
        let id = BenchmarkId::new("agent_spawn/single").unwrap();
        assert_eq!((id.category(), id.name()), ("agent_spawn", "single"));
    }

    #[test]
    fn refuses_what_cannot_be_shown_or_filed() {
        for bad in [
            "",
            "single",
            "a/",
            "/b",
            "a/../b",
            "a/b\n",
            "a/\u{0}",
            &format!("a/{}", "x".repeat(600)),
        ] {
            assert!(BenchmarkId::new(bad).is_err(), "{bad:?}");
        }
    }
}
