//! What must not be seen: a password or token. Invariant: no message or record holds it, however it is printed.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

/// The history.
pub(crate) const HISTORY: &str = "FABENCH_HISTORY";
/// The database that is measured.
pub(crate) const DATABASE: &str = "FABENCH_DATABASE_URL";
/// The NATS server that is measured.
pub(crate) const NATS: &str = "FABENCH_NATS_URL";
/// The token of the WebSocket server that is measured.
pub(crate) const TOKEN: &str = "FABENCH_WEBSOCKET_TOKEN";

/// Text that is not shown, not even in debug output.
#[derive(Clone, Deserialize, PartialEq, Eq)]
#[serde(transparent)]
pub(crate) struct Secret(String);

impl Secret {
    /// The text itself, for whoever connects with it.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }

    /// What a variable holds, if anything.
    pub(crate) fn in_variable(name: &str) -> Option<Self> {
        let text = std::env::var(name).ok()?;
        (!text.is_empty()).then_some(Self(text))
    }
}

impl FromStr for Secret {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}
