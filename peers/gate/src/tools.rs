//! One trial of each tool: baseline and candidate of one kernel, and whether the tool calls the candidate slower.
//!
//! Invariant: the tools decide themselves; of hyperfine and of Welch's test, which print numbers and no verdict, the usual
//! reading is taken.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{fs, io};

use anyhow::{Context as _, Result, ensure};
use peers_gate::{BASELINE_UNITS, KERNELS};
use serde_json::Value;
use statrs::distribution::{ContinuousCDF as _, StudentsT};

/// Where everything lies that a trial starts.
#[derive(Debug)]
pub(crate) struct Bench {
    /// The folder of this package's executables and library.
    pub(crate) executables: PathBuf,
    pub(crate) fabench: PathBuf,
    /// A Python with pytest-benchmark.
    pub(crate) python: PathBuf,
    /// Suites by how much they do; removed at the end.
    pub(crate) folder: PathBuf,
}

/// The tools, in the order of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Pytest,
    Criterion,
    Welch,
    Hyperfine,
    Fabench,
}

impl Tool {
    pub(crate) const ALL: [Self; 5] = [
        Self::Pytest,
        Self::Criterion,
        Self::Welch,
        Self::Hyperfine,
        Self::Fabench,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Pytest => "pytest-benchmark mean:10%",
            Self::Criterion => "criterion's comparison",
            Self::Welch => "Welch, 5 + 5 runs, p < 5 %",
            Self::Hyperfine => "hyperfine ratio > its ±",
            Self::Fabench => "fabench compare",
        }
    }

    /// Whether it calls a candidate slower that does `units` of work.
    pub(crate) fn flags(self, bench: &Bench, kernel: usize, units: u64, seed: u64) -> Result<bool> {
        match self {
            Self::Pytest => bench.pytest(kernel, units),
            Self::Criterion => bench.criterion(kernel, units),
            Self::Welch => bench.welch(kernel, units),
            Self::Hyperfine => bench.hyperfine(kernel, units),
            Self::Fabench => {
                let suite = bench.suite(units)?;
                let verdicts = bench.compare(&suite, &[KERNELS[kernel]], seed)?;
                Ok(verdicts.iter().any(|verdict| slower(verdict)))
            }
        }
    }
}

/// Whether a verdict of ours says slower.
pub(crate) fn slower(verdict: &str) -> bool {
    matches!(verdict, "regression" | "warning")
}

fn said(output: &Output) -> String {
    let text = [&output.stdout[..], &output.stderr[..]].concat();
    String::from_utf8_lossy(&text).into_owned()
}

impl Bench {
    fn scratch(&self, name: &str) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => fs::create_dir_all(&folder)?,
        }
        Ok(folder)
    }

    fn pytest(&self, kernel: usize, units: u64) -> Result<bool> {
        let folder = self.scratch("pytest")?;
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let call = |units: u64, arguments: &[&str]| {
            Command::new(&self.python)
                .args([
                    "-m",
                    "pytest",
                    "-q",
                    "-p",
                    "no:cacheprovider",
                    "--benchmark-max-time=1.5",
                ])
                .arg(format!("--benchmark-storage={}", folder.display()))
                .args(arguments)
                .arg(here.join("test_kernels.py"))
                .env(
                    "PEERS_GATE_LIBRARY",
                    self.executables.join("libpeers_gate.so"),
                )
                .env("PEERS_GATE_INDEX", kernel.to_string())
                .env("PEERS_GATE_UNITS", units.to_string())
                .env("PYTHONDONTWRITEBYTECODE", "1")
                .output()
                .context("pytest can't be started")
        };
        let saved = call(BASELINE_UNITS, &["--benchmark-save=base"])?;
        ensure!(saved.status.success(), "pytest: {}", said(&saved));
        let compared = call(
            units,
            &["--benchmark-compare", "--benchmark-compare-fail=mean:10%"],
        )?;
        let regressed = said(&compared).contains("Performance has regressed");
        ensure!(
            compared.status.success() != regressed,
            "pytest: {}",
            said(&compared)
        );
        Ok(regressed)
    }

    fn criterion(&self, kernel: usize, units: u64) -> Result<bool> {
        let folder = self.scratch("criterion")?;
        let call = |units: u64, how: &str| -> Result<String> {
            let output = Command::new(self.executables.join("criterion_peer"))
                .args(["--bench", how, "base"])
                .env("PEERS_GATE_KERNEL", KERNELS[kernel])
                .env("PEERS_GATE_UNITS", units.to_string())
                .env("PEERS_GATE_FOLDER", &folder)
                .output()?;
            ensure!(output.status.success(), "criterion: {}", said(&output));
            Ok(said(&output))
        };
        call(BASELINE_UNITS, "--save-baseline")?;
        Ok(call(units, "--baseline")?.contains("Performance has regressed"))
    }

    fn plain(&self, kernel: usize, units: u64, calls: u32) -> [String; 4] {
        let path = self.executables.join("plain").display().to_string();
        [
            path,
            KERNELS[kernel].into(),
            units.to_string(),
            calls.to_string(),
        ]
    }

    /// Mean seconds of a call in a process of its own that takes about `seconds`.
    fn mean(&self, kernel: usize, units: u64, calls: u32) -> Result<f64> {
        let [program, arguments @ ..] = self.plain(kernel, units, calls);
        let output = Command::new(program).args(arguments).output()?;
        ensure!(output.status.success(), "plain: {}", said(&output));
        Ok(String::from_utf8_lossy(&output.stdout).trim().parse()?)
    }

    /// Calls that take about `seconds` at the speed of the baseline.
    fn calls(&self, kernel: usize, seconds: f64) -> Result<u32> {
        let call = self.mean(kernel, BASELINE_UNITS, 20)?;
        Ok((seconds / call.max(1e-9)).clamp(1.0, 1e6) as u32)
    }

    fn welch(&self, kernel: usize, units: u64) -> Result<bool> {
        let calls = self.calls(kernel, 0.3)?;
        let five = |units| -> Result<Vec<f64>> {
            (0..5).map(|_| self.mean(kernel, units, calls)).collect()
        };
        let (old, new) = (five(BASELINE_UNITS)?, five(units)?);
        let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
        let part = |values: &[f64]| {
            let squares: f64 = values
                .iter()
                .map(|value| (value - mean(values)).powi(2))
                .sum();
            squares / (values.len() as f64 - 1.0) / values.len() as f64
        };
        let (a, b) = (part(&old), part(&new));
        let freedom = (a + b).powi(2) / (a * a / 4.0 + b * b / 4.0);
        let t = (mean(&new) - mean(&old)) / (a + b).sqrt();
        let student = StudentsT::new(0.0, 1.0, freedom)?;
        Ok(t > 0.0 && 2.0 * student.cdf(-t) < 0.05)
    }

    fn hyperfine(&self, kernel: usize, units: u64) -> Result<bool> {
        let folder = self.scratch("hyperfine")?;
        let file = folder.join("times.json");
        let calls = self.calls(kernel, 0.1)?;
        let output = Command::new("hyperfine")
            .args([
                "-N",
                "--style",
                "none",
                "--warmup",
                "1",
                "--runs",
                "15",
                "--export-json",
            ])
            .arg(&file)
            .args([BASELINE_UNITS, units].map(|units| self.plain(kernel, units, calls).join(" ")))
            .stdin(Stdio::null())
            .output()
            .context("hyperfine can't be started; install the package `hyperfine`")?;
        ensure!(output.status.success(), "hyperfine: {}", said(&output));
        let times: Value = serde_json::from_slice(&fs::read(&file)?)?;
        let number = |index: usize, name: &str| {
            let value = times["results"][index][name].as_f64();
            value.with_context(|| format!("hyperfine gave no {name}"))
        };
        // As it prints: "1.10 ± 0.05 times faster".
        let ratio = number(1, "mean")? / number(0, "mean")?;
        let relative =
            |index| -> Result<f64> { Ok(number(index, "stddev")? / number(index, "mean")?) };
        Ok(ratio - ratio * relative(0)?.hypot(relative(1)?) > 1.0)
    }

    /// A copy of the suite that does so many units of work.
    pub(crate) fn suite(&self, units: u64) -> Result<PathBuf> {
        let path = self.folder.join(format!("candidate-{units}"));
        if !path.exists() {
            fs::copy(self.executables.join("suite"), &path)?;
        }
        Ok(path)
    }

    /// The verdicts of ours on `candidate` against the baseline.
    pub(crate) fn compare(
        &self,
        candidate: &Path,
        filters: &[&str],
        seed: u64,
    ) -> Result<Vec<String>> {
        let folder = self.scratch("fabench")?;
        let baseline = self.folder.join(format!("baseline-{BASELINE_UNITS}"));
        if !baseline.exists() {
            fs::copy(self.executables.join("suite"), &baseline)?;
        }
        let output = Command::new(&self.fabench)
            .arg("compare")
            .args([&baseline, candidate])
            .args(filters)
            .args(["--seed", &seed.to_string()])
            .current_dir(&folder)
            .output()
            .context("fabench can't be started")?;
        ensure!(output.status.success(), "fabench: {}", said(&output));
        let report = folder.join("ci_results/latest_regression_report.json");
        let report: Value = serde_json::from_slice(&fs::read(report)?)?;
        let entries = report["benchmarks"].as_array().context("no benchmarks")?;
        let verdicts = entries.iter().filter_map(|one| one["verdict"].as_str());
        Ok(verdicts.map(str::to_owned).collect())
    }
}
