//! The systems compared: how each is installed and started. Invariant: a server prints its address
//! as its first line and ends when its standard input does.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum System {
    Gateway,
    Axum,
    Node,
    Python,
}

/// A program and its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Start(pub(crate) Vec<PathBuf>);

impl System {
    pub(crate) const ALL: [Self; 4] = [Self::Gateway, Self::Axum, Self::Node, Self::Python];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gateway => "freeagentics",
            Self::Axum => "axum (defaults)",
            Self::Node => "node ws",
            Self::Python => "python websockets",
        }
    }

    /// Installs what is missing, from the system's own registry, and says how to start it.
    pub(crate) fn prepare(self, load: &Path) -> anyhow::Result<Start> {
        Ok(Start(match self {
            Self::Gateway => vec![load.into(), "--serve".into()],
            Self::Axum => vec![std::env::current_exe()?, "--serve-axum".into()],
            Self::Node => {
                let folder = work_folder("node")?;
                let server = folder.join("server.mjs");
                std::fs::write(&server, include_str!("../node/server.mjs"))?;
                if !folder.join("node_modules/ws").exists() {
                    let folder = folder.to_string_lossy();
                    run("npm", &["install", "--silent", "--prefix", &folder, "ws@8"])?;
                }
                vec!["node".into(), server]
            }
            Self::Python => {
                let folder = work_folder("python")?;
                let server = folder.join("server.py");
                std::fs::write(&server, include_str!("../python/server.py"))?;
                let python = folder.join("venv/bin/python");
                if !python.exists() {
                    run(
                        "python3",
                        &["-m", "venv", &folder.join("venv").to_string_lossy()],
                    )?;
                }
                let python_name = python.to_string_lossy();
                if run(&python_name, &["-c", "import websockets"]).is_err() {
                    run(
                        &python_name,
                        &["-m", "pip", "install", "--quiet", "websockets"],
                    )?;
                }
                vec![python, server]
            }
        }))
    }
}

/// Builds the load generator, an example of `freeagentics`, and says where it is.
pub(crate) fn build_load_generator() -> anyhow::Result<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let manifest = root.join("Cargo.toml");
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let manifest = manifest.to_string_lossy();
    let example = ["--example", "gateway_load", "--no-default-features"];
    let mut arguments = vec!["build", "--release", "--manifest-path", &manifest];
    arguments.extend(["-p", "freeagentics"]);
    arguments.extend(example);
    let status = Command::new(cargo)
        .args(arguments)
        .status()
        .context("starting cargo")?;
    anyhow::ensure!(status.success(), "the load generator does not build");
    let target =
        std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(target.join("release/examples/gateway_load"))
}

/// A folder for installed packages, kept between runs.
fn work_folder(name: &str) -> anyhow::Result<PathBuf> {
    let executable = std::env::current_exe()?;
    let target = executable.parent().context("no target folder")?;
    let folder = target.join("peers-installed").join(name);
    std::fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(folder)
}

fn run(program: &str, arguments: &[&str]) -> anyhow::Result<()> {
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("{program} is not there; install it"))?;
    if !output.status.success() {
        let stderr = String::from_utf8_lossy(&output.stderr);
        bail!(
            "`{program} {}` failed: {}",
            arguments.join(" "),
            stderr.trim()
        );
    }
    Ok(())
}
