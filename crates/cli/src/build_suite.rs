//! From the configuration to a suite that is up to date.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use fabench_harness::secrets;
use serde::Deserialize;

use crate::compare::sides::Built;
use crate::config::SuiteConfig;

/// Builds the suite in `root`. The build's own messages go to standard error.
pub(crate) fn build_suite(root: &Path, suite: &SuiteConfig) -> anyhow::Result<Built> {
    match suite {
        SuiteConfig::Package {
            name,
            bench,
            features,
        } => {
            let path = build_package(root, name, bench.as_deref(), features)?;
            Ok(Built::executable_at(path))
        }
        SuiteConfig::Executable { path, build } => {
            run_build(root, build)?;
            Ok(Built::executable_at(existing(&root.join(path))?))
        }
        SuiteConfig::Command(command) => {
            run_build(root, command.build())?;
            Built::command(root, command)
        }
    }
}

fn run_build(root: &Path, build: &[String]) -> anyhow::Result<()> {
    let [program, arguments @ ..] = build else {
        return Ok(());
    };
    let mut command = secrets::command(program);
    command
        .args(arguments)
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    let shown = build.join(" ");
    let status = command
        .status()
        .with_context(|| format!("the build command `{shown}` can't be started"))?;
    if !status.success() {
        bail!("the build command `{shown}` failed ({status}); its messages are above");
    }
    Ok(())
}

/// `path` if a file is there.
pub(crate) fn existing(path: &Path) -> anyhow::Result<PathBuf> {
    let shown = path.display();
    let path = path
        .canonicalize()
        .with_context(|| format!("the suite executable {shown} does not exist; build it"))?;
    if path.is_file() {
        Ok(path)
    } else {
        bail!("{shown} is not a file; name the suite's executable")
    }
}

/// What cargo says of each artifact, as far as it matters here.
#[derive(Deserialize)]
struct Message {
    executable: Option<PathBuf>,
    target: Option<Target>,
}

#[derive(Deserialize)]
struct Target {
    kind: Vec<String>,
}

/// Builds the package's program or its bench target, in release mode.
fn build_package(
    root: &Path,
    name: &str,
    bench: Option<&str>,
    features: &[String],
) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = secrets::command(&cargo);
    command.args([
        "build",
        "--release",
        "--message-format",
        "json-render-diagnostics",
        "--package",
        name,
    ]);
    match bench {
        Some(bench) => command.args(["--bench", bench]),
        None => command.arg("--bins"),
    };
    if !features.is_empty() {
        command.arg("--features").arg(features.join(","));
    }
    // `cargo run` describes its own package in variables; a build that inherits them would compile again what a build
    // by hand has compiled.
    let described = |name: &str| {
        name == "CARGO"
            || ["CARGO_PKG_", "CARGO_MANIFEST_"]
                .iter()
                .any(|prefix| name.starts_with(prefix))
    };
    for (name, _) in std::env::vars_os().filter(|(name, _)| described(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command
        .current_dir(root)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    let mut child = command.spawn().with_context(|| {
        format!("cargo can't be started to build `{name}`; install Rust, or name an executable with --suite")
    })?;
    let wanted = if bench.is_some() { "bench" } else { "bin" };
    let mut executables = Vec::new();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).lines() {
            let line = line.context("cargo's output can't be read")?;
            if let Ok(Message {
                executable: Some(path),
                target: Some(target),
            }) = serde_json::from_str(&line)
                && target.kind.iter().any(|kind| kind == wanted)
            {
                executables.push(path);
            }
        }
    }
    let status = child.wait().context("cargo can't be waited for")?;
    if !status.success() {
        bail!("cargo could not build the suite `{name}` ({status}); its messages are above");
    }
    match executables.as_slice() {
        [one] => Ok(one.clone()),
        [] => bail!(
            "the package `{name}` has no program; a suite is a package with a `main` that starts a Suite, or a bench \
             target named with `bench` in fabench.toml"
        ),
        many => bail!(
            "the package `{name}` has {} binaries; name one with `executable` in fabench.toml",
            many.len()
        ),
    }
}
