//! Where the workspace lies.

use std::path::{Path, PathBuf};

/// The workspace's root folder.
///
/// `cargo run` tells at run time where the package lies; without it the folder of the build is used. A shared target folder may hold
/// an executable that was built from another clone, so the former comes first.
pub(crate) fn root() -> PathBuf {
    let package = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    package
        .parent()
        .map_or_else(|| package.clone(), Path::to_path_buf)
}

/// Where tools lie that tests need and the system lacks; the target folder is ignored by git.
pub(crate) fn tools() -> PathBuf {
    root().join("target").join("tools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn root_holds_the_workspace_manifest() {
        let manifest = std::fs::read_to_string(root().join("Cargo.toml")).unwrap();
        assert!(manifest.contains("[workspace]"));
    }
}
