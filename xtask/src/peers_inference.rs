//! `cargo xtask peers inference`: one step of an agent here, in pymdp 0.0.7.1 (numpy) and in pymdp 1.0.4 (JAX).
//!
//! Invariant: all sides run the same models on the same observations, in turn, round after round in one run; the table
//! holds medians over rounds of each side's least CPU time, and their ratios. A peer that cannot be installed is named
//! and left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::process;

/// A peer: a release of pymdp in a virtual environment of its own.
struct Peer {
    name: &'static str,
    folder: &'static str,
    requirements: &'static [&'static str],
    script: &'static str,
}

const PEERS: [Peer; 2] = [
    Peer {
        name: "pymdp 0.0.7.1",
        folder: "pymdp-0.0.7.1",
        // numpy 2.4 and newer break its information gain about A.
        requirements: &["inferactively-pymdp==0.0.7.1", "numpy==2.2.1"],
        script: "peers/inference/measure_numpy.py",
    },
    Peer {
        name: "pymdp 1.0.4 (JAX)",
        folder: "pymdp-1.0.4",
        requirements: &["inferactively-pymdp==1.0.4"],
        script: "peers/inference/measure_jax.py",
    },
];

/// What the arguments ask for.
struct Options {
    /// Where the virtual environments and models go.
    folder: PathBuf,
    rounds: usize,
    /// Seconds per model, side and round.
    seconds: f64,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let root = crate::workspace::root();
        let mut options = Self {
            folder: root.join("target/peers/inference"),
            rounds: 3,
            seconds: 1.0,
        };
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            let mut value = || args.next().with_context(|| format!("{arg} needs a value"));
            match arg.as_str() {
                "--folder" => options.folder = PathBuf::from(value()?),
                "--rounds" => options.rounds = value()?.parse().context("--rounds")?,
                "--seconds" => options.seconds = value()?.parse().context("--seconds")?,
                other => bail!(
                    "unknown argument `{other}`; known: --folder DIR, --rounds N, --seconds S"
                ),
            }
        }
        if options.rounds == 0 {
            bail!("--rounds must be at least 1");
        }
        Ok(options)
    }
}

/// Times of one side: model, then one number per round.
type Times = BTreeMap<String, Vec<f64>>;

/// Measures all sides and prints the table.
///
/// # Errors
/// If our own side cannot be built or measured.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let options = Options::parse(args)?;
    let models = options.folder.join("models");
    // What an earlier version exported must not be measured along.
    if models.exists() {
        std::fs::remove_dir_all(&models)
            .with_context(|| format!("removing {}", models.display()))?;
    }
    process::run(speed().arg("--export").arg(&models))?;

    let peers: Vec<(&Peer, PathBuf)> = PEERS
        .iter()
        .filter_map(|peer| match install(peer, &options.folder) {
            Ok(python) => Some((peer, python)),
            Err(error) => {
                eprintln!("{} is left out: {error:#}", peer.name);
                None
            }
        })
        .collect();

    let mut ours = Times::new();
    let mut theirs = vec![(Times::new(), Times::new()); peers.len()];
    for round in 1..=options.rounds {
        eprintln!("round {round} of {}", options.rounds);
        collect(
            speed().args(["--json", "--quick"]),
            &mut ours,
            &mut Times::new(),
        )?;
        for ((peer, python), (single, batch)) in peers.iter().zip(&mut theirs) {
            let mut command = Command::new(python);
            command
                .current_dir(crate::workspace::root())
                .arg(peer.script)
                .arg(&models)
                .arg(options.seconds.to_string());
            if let Err(error) = collect(&mut command, single, batch) {
                eprintln!("{}: {error:#}", peer.name);
            }
        }
    }
    print!("{}", table(&ours, &peers, &theirs));
    Ok(())
}

/// Our own side.
fn speed() -> Command {
    let mut command = process::cargo();
    command.args([
        "run",
        "--quiet",
        "--release",
        "-p",
        "active-inference",
        "--example",
        "speed",
        "--",
    ]);
    command
}

/// Makes the virtual environment if it is not there yet; returns its python.
fn install(peer: &Peer, folder: &Path) -> Result<PathBuf> {
    let home = folder.join(peer.folder);
    let python = home.join("bin/python");
    let marker = home.join("installed");
    if marker.exists() {
        return Ok(python);
    }
    std::fs::create_dir_all(folder)?;
    process::run(Command::new("python3").args(["-m", "venv"]).arg(&home))?;
    let mut pip = Command::new(&python);
    pip.args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ])
    .args(peer.requirements);
    process::run(&mut pip)?;
    std::fs::write(&marker, peer.requirements.join("\n"))?;
    Ok(python)
}

/// Runs a side and adds its times: `microseconds` to `single`, `batch_microseconds` to `batch`.
fn collect(command: &mut Command, single: &mut Times, batch: &mut Times) -> Result<()> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()?;
    let text = String::from_utf8_lossy(&output.stdout);
    for line in text.lines() {
        let value: Value =
            serde_json::from_str(line).with_context(|| format!("not JSON: {line}"))?;
        let model = value["model"]
            .as_str()
            .with_context(|| format!("no model in {line}"))?;
        if let Some(error) = value["error"].as_str() {
            eprintln!("{model}: {error}");
        }
        for (field, times) in [
            ("microseconds", &mut *single),
            ("batch_microseconds", &mut *batch),
        ] {
            if let Some(time) = value[field].as_f64() {
                times.entry(model.to_owned()).or_default().push(time);
            }
        }
    }
    if !output.status.success() {
        bail!("ended with {}", output.status);
    }
    Ok(())
}

fn median(times: &[f64]) -> Option<f64> {
    let mut sorted = times.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied()
}

/// The Markdown table: microseconds a step, and how many times as long each peer takes.
fn table(ours: &Times, peers: &[(&Peer, PathBuf)], theirs: &[(Times, Times)]) -> String {
    let mut columns: Vec<(String, &Times)> = Vec::new();
    for ((peer, _), (single, batch)) in peers.iter().zip(theirs) {
        columns.push((peer.name.to_owned(), single));
        if !batch.is_empty() {
            columns.push((format!("{}, best batch, per agent", peer.name), batch));
        }
    }
    let mut out = String::from("| model | active-inference |");
    for (name, _) in &columns {
        out.push_str(&format!(" {name} |"));
    }
    out.push_str("\n|---|---|");
    out.push_str(&"---|".repeat(columns.len()));
    out.push('\n');
    for (model, times) in ours {
        let measured = columns.iter().any(|(_, times)| times.contains_key(model));
        let Some(base) = median(times).filter(|_| measured) else {
            continue;
        };
        out.push_str(&format!("| {model} | {base:.2} us |"));
        for (_, times) in &columns {
            match times.get(model).and_then(|t| median(t)) {
                Some(time) => out.push_str(&format!(" {time:.1} us ({:.0}x) |", time / base)),
                None => out.push_str(" - |"),
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_holds_medians_and_ratios() {
        let ours = Times::from([
            ("maze".to_owned(), vec![2.0, 9.0, 1.0]),
            ("creation".to_owned(), vec![1.0]),
        ]);
        let theirs = [(
            Times::from([("maze".to_owned(), vec![200.0])]),
            Times::new(),
        )];
        let text = table(&ours, &[(&PEERS[0], PathBuf::new())], &theirs);
        assert!(
            text.contains("| maze | 2.00 us | 200.0 us (100x) |"),
            "{text}"
        );
        assert!(!text.contains("creation"), "{text}");
    }

    #[test]
    fn unknown_arguments_are_named() {
        let error = Options::parse(&["--what".to_owned()])
            .err()
            .map(|e| e.to_string());
        assert!(error.is_some_and(|e| e.contains("--what") && e.contains("--folder")));
    }
}
