//! What a campaign is.

use std::time::Duration;

use anyhow::Result;

/// One way to try to break something, for as long as there is time.
#[derive(Debug)]
pub(crate) struct Campaign {
    /// What to type after `--only`.
    pub(crate) name: &'static str,
    /// What it tries, in a line.
    pub(crate) what: &'static str,
    /// Its part of the time, compared with the parts of the others.
    pub(crate) share: u32,
    /// Builds what it needs; its time is not counted.
    pub(crate) prepare: fn() -> Result<()>,
    /// Runs for about the time that the setting gives. Returns a line that says how much was tried and what was measured; an
    /// error if a promise was broken.
    pub(crate) run: fn(&Setting) -> Result<String>,
}

/// What a campaign is given.
pub(crate) struct Setting {
    /// How long it may take.
    pub(crate) time: Duration,
    /// Of all that it draws at random.
    pub(crate) seed: u64,
}
