//! The campaign `parsers`: whatever reads what others wrote is given what a fuzzer makes up.
//!
//! Invariant: every parser gets its share of the time, whatever became of the ones before it; what breaks one is kept, and the
//! error says how to run it again.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;

use anyhow::{Context, Result, bail, ensure};

use super::campaign::{Campaign, Setting};
use super::fuzzing::{self, Figures};
use crate::checks::fetched::FUZZ;
use crate::{process, workspace};

/// See above.
pub(crate) const CAMPAIGN: Campaign = Campaign {
    name: "parsers",
    what: "everything that reads files, messages and frames, given what libFuzzer makes up",
    share: 3,
    prepare,
    run,
};

/// Without a sanitizer, so that the toolchain at hand builds it; see `fuzz/src/lib.rs`.
fn prepare() -> Result<()> {
    if !FUZZ.is_installed() {
        FUZZ.fetch().context(
            "cargo-fuzz is missing and can't be fetched: cargo install cargo-fuzz --locked",
        )?;
    }
    let mut command = FUZZ.command();
    command.args([
        "build",
        "--sanitizer",
        "none",
        "--dev",
        "--features",
        "libfuzzer",
    ]);
    command
        .args(["--target", &host()?, "--target-dir"])
        .arg(target());
    process::run(command.arg("parsers"))
}

fn run(setting: &Setting) -> Result<String> {
    let executable = target().join(host()?).join("debug/parsers");
    let names = names(&executable)?;
    let scratch = Scratch::new()?;
    let at_once = std::thread::available_parallelism().map_or(1, usize::from);
    let share = setting.time * u32::try_from(at_once)? / u32::try_from(names.len())?;
    let waiting: Mutex<VecDeque<&String>> = Mutex::new(names.iter().collect());
    let done = Mutex::new(Vec::new());
    // A function of its own, so that nobody holds the lock while a parser runs.
    let next = || locked(&waiting).pop_front();
    let one_after_the_other = || {
        while let Some(name) = next() {
            let job = fuzzing::Job {
                executable: &executable,
                name,
                seeds: &scratch.0.join(name),
                artifacts: &workspace::root().join("fuzz/artifacts/parsers"),
                time: share,
                seed: setting.seed,
            };
            let outcome = job.run();
            locked(&done).push((name, outcome));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..at_once {
            scope.spawn(one_after_the_other);
        }
    });
    let done = done
        .into_inner()
        .unwrap_or_else(std::sync::PoisonError::into_inner);
    said(&done)
}

/// The figures of all; an error that holds what was found in each that failed.
fn said(done: &[(&String, Result<Figures>)]) -> Result<String> {
    let parsers = done.len();
    let mut failed = Vec::new();
    let (mut inputs, mut largest) = (0, (0, ""));
    let mut slowest = (0, "");
    for (name, outcome) in done {
        match outcome {
            Ok(figures) => {
                inputs += figures.inputs;
                largest = largest.max((figures.peak_mib, name));
                slowest = slowest.max((figures.slowest_s, name));
            }
            Err(error) => failed.push(format!("{name}: {error:#}")),
        }
    }
    if !failed.is_empty() {
        bail!(
            "{} of {parsers} parsers\n{}",
            failed.len(),
            failed.join("\n")
        );
    }
    let slow = match slowest {
        (0, _) => "none took a second".to_owned(),
        (seconds, name) => format!("the slowest took {seconds} s ({name})"),
    };
    Ok(format!(
        "{parsers} parsers, {inputs} inputs, each refused or read and read back the same; {slow}; at most {} MiB ({})",
        largest.0, largest.1
    ))
}

fn names(executable: &Path) -> Result<Vec<String>> {
    let output = Command::new(executable)
        .env("FABENCH_FUZZ", "list")
        .output()
        .with_context(|| format!("{} could not be started", executable.display()))?;
    let names: Vec<String> = String::from_utf8_lossy(&output.stdout)
        .lines()
        .map(str::to_owned)
        .collect();
    ensure!(
        output.status.success() && !names.is_empty(),
        "it does not list its parsers"
    );
    Ok(names)
}

/// The compiler's own name for this kind of machine.
fn host() -> Result<String> {
    let output = Command::new("rustc")
        .args(["--print", "host-tuple"])
        .current_dir(workspace::root())
        .output();
    let output = output.context("rustc could not be started")?;
    let name = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    ensure!(
        output.status.success() && !name.is_empty(),
        "rustc does not say what machine this is"
    );
    Ok(name)
}

fn target() -> PathBuf {
    workspace::root().join("fuzz/target")
}

/// Where corpora grow: outside the tree, gone at the end.
struct Scratch(PathBuf);

impl Scratch {
    fn new() -> Result<Self> {
        let folder = std::env::temp_dir().join(format!("fabench-parsers-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("{} can't be made", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}
