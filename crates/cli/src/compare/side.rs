//! What was typed for one side: a saved result, an executable, or a git revision.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use fabench_record::Run;

use super::revision;
use crate::config::{Config, FILE};
use crate::files::read_run;

/// One side of a comparison.
#[derive(Debug)]
pub(super) enum Side {
    /// A run that was saved; it can't be measured again.
    Saved(Box<Run>),
    /// Something that can be measured.
    Version(Version),
}

/// What can be measured.
#[derive(Debug)]
pub(super) enum Version {
    /// A suite executable that is there already.
    Executable(PathBuf),
    /// A folder with a configuration of its own, as it is.
    Checkout(PathBuf),
    /// A commit, by its full hash.
    Revision(String),
}

/// A file is an executable if it may be executed and is not called `*.json`, else a result; anything else is a revision.
pub(super) fn resolve(config: &Config, text: &str) -> anyhow::Result<Side> {
    let path = Path::new(text);
    if path.join(FILE).is_file() {
        return Ok(Side::Version(Version::Checkout(path.to_owned())));
    }
    if path.is_file() {
        if !is_executable(path) {
            return Ok(Side::Saved(Box::new(read_run(
                path,
                "name a result of `fabench run`",
            )?)));
        }
        let path = path
            .canonicalize()
            .with_context(|| format!("{text} can't be found again"))?;
        return Ok(Side::Version(Version::Executable(path)));
    }
    let saved = config.results().join(format!("{text}.json"));
    if saved.is_file() {
        return Ok(Side::Saved(Box::new(read_run(
            &saved,
            "name a result of `fabench run`",
        )?)));
    }
    let commit = revision::commit(&config.root, text).with_context(|| {
        format!(
            "`{text}` is neither a file, nor a saved result, nor a git revision; name one of these"
        )
    })?;
    Ok(Side::Version(Version::Revision(commit)))
}

fn is_executable(path: &Path) -> bool {
    let json = path
        .extension()
        .is_some_and(|extension| extension == "json");
    !json
        && path
            .metadata()
            .is_ok_and(|metadata| metadata.permissions().mode() & 0o111 != 0)
}
