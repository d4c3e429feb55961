//! The suite of this checkout, or the executable that was named, ready to be measured against itself.

use std::path::Path;

use crate::build_suite::{build_suite, existing};
use crate::compare::sides::Built;
use crate::config::Config;
use crate::source::source_of;

/// The executable `named`, else the configured suite, built now.
pub(crate) fn own_suite(config: &Config, named: Option<&Path>) -> anyhow::Result<Built> {
    Ok(match named {
        Some(path) => Built {
            path: existing(path)?,
            source: Default::default(),
        },
        None => Built {
            path: build_suite(&config.root, config.suite()?)?,
            source: source_of(&config.root),
        },
    })
}
