//! The suite of this checkout, or the executable that was named, ready to be measured against itself.

use std::path::Path;

use anyhow::Context as _;

use crate::build_suite::{build_suite, existing};
use crate::compare::sides::Built;
use crate::config::Config;
use crate::screen::Screen;
use crate::source::source_of;

/// The executable `named`, else the configured suite, built now, else the one within fabench.
pub(crate) fn own_suite(
    config: &Config,
    named: Option<&Path>,
    screen: &Screen,
) -> anyhow::Result<Built> {
    let built = match (named, &config.suite) {
        (Some(path), _) => Built::executable_at(existing(path)?),
        (None, Some(suite)) => Built {
            source: source_of(&config.root),
            ..build_suite(&config.root, suite)?
        },
        (None, None) => {
            screen.progress("no suite is configured: the kernels within fabench are measured");
            builtin()?
        }
    };
    Ok(built.within(config.memory_limit))
}

/// The suite within fabench: this executable, which serves the worker protocol where it is asked to.
pub(crate) fn builtin() -> anyhow::Result<Built> {
    let path = std::env::current_exe().context("fabench can't find its own executable")?;
    Ok(Built::executable_at(path))
}
