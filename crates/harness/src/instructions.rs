//! Instruction counts of one benchmark under callgrind (valgrind): a method of its own, never mixed with times.
//!
//! A launch does its set-up, two batches of `n` iterations (one to warm up, one round) and its verification; the whole
//! process is counted. A second launch does the same with batches of `2 n`. The difference is `2 n` iterations and
//! nothing else: start, set-up, verification and the protocol cancel. Invariant: both launches differ in that number alone.

use std::fs;
use std::io;
use std::process::Stdio;

use fabench_record::LaunchKind;
use tempfile::TempDir;

use crate::protocol::{Declaration, Sampling, Start};
use crate::runner::{Cancel, Executable, Limits, Worker, WorkerError};
use crate::secrets;

/// The program.
const VALGRIND: &str = "valgrind";

/// Native time of a batch: long beside what the clock and the protocol vary by, bearable at a fiftieth of the speed.
const BATCH_NS: u64 = 10_000_000;

/// Why instructions were not counted.
#[derive(Debug, thiserror::Error)]
pub enum CountError {
    /// The benchmark or its executable failed.
    #[error(transparent)]
    Worker(#[from] WorkerError),
    /// There is no place for callgrind's output.
    #[error("cannot make a folder for callgrind's output: {0}; make room, or set TMPDIR")]
    Folder(#[source] io::Error),
    /// Callgrind left no count.
    #[error(
        "callgrind wrote no count: {0}; name the suite's executable itself, not a script that starts it"
    )]
    NoCount(String),
    /// The longer launch took no more instructions.
    #[error(
        "twice the iterations took no more instructions; the benchmark does not do what it is asked to"
    )]
    NoDifference,
}

/// Whether valgrind can be started.
pub fn is_installed() -> bool {
    let version = secrets::command(VALGRIND)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    version.is_ok_and(|status| status.success())
}

/// Counts instructions; what it is told once holds for all launches.
#[derive(Clone, Debug)]
pub struct Counter {
    limits: Limits,
    cancel: Cancel,
}

impl Counter {
    /// A suite may keep the tool waiting for `limits`, which should be many times those of honest speed.
    pub fn new(limits: Limits, cancel: Cancel) -> Self {
        Self { limits, cancel }
    }

    /// Iterations of a batch, found at honest speed; both sides of a comparison take the same.
    ///
    /// # Errors
    /// If the benchmark fails.
    pub fn batch(
        &self,
        executable: &Executable,
        benchmark: &Declaration,
    ) -> Result<u64, CountError> {
        let sampling = Sampling {
            warmup_ns: 50_000_000,
            subsample_ns: BATCH_NS,
            subsamples: 1,
            probe: false,
            ..Sampling::default()
        };
        let mut worker = Worker::spawn(executable, self.limits, &self.cancel)?;
        Ok(worker.start(start(benchmark, sampling))?.iterations)
    }

    /// Instructions of one iteration, from batches of `iterations` and of twice as many.
    ///
    /// # Errors
    /// If the benchmark fails, or callgrind leaves no count.
    pub fn per_iteration(
        &self,
        executable: &Executable,
        benchmark: &Declaration,
        iterations: u64,
    ) -> Result<f64, CountError> {
        let iterations = iterations.max(1);
        let less = self.process(executable, benchmark, iterations)?;
        let more = self.process(executable, benchmark, 2 * iterations)?;
        let difference = more.checked_sub(less).filter(|difference| *difference > 0);
        let difference = difference.ok_or(CountError::NoDifference)?;
        Ok(difference as f64 / (2 * iterations) as f64)
    }

    /// Instructions of a whole process with two batches.
    fn process(
        &self,
        executable: &Executable,
        benchmark: &Declaration,
        iterations: u64,
    ) -> Result<u64, CountError> {
        let folder = TempDir::with_prefix("fabench-callgrind-").map_err(CountError::Folder)?;
        let file = folder.path().join("count");
        let counted = executable.under(
            VALGRIND,
            [
                "--tool=callgrind".to_owned(),
                format!("--callgrind-out-file={}", file.display()),
            ],
        );
        let sampling = Sampling {
            warmup_ns: 0,
            subsamples: 1,
            iterations: Some(iterations),
            probe: false,
            ..Sampling::default()
        };
        let mut worker = Worker::spawn(&counted, self.limits, &self.cancel)?;
        worker.start(start(benchmark, sampling))?;
        worker.round()?;
        worker.finish(benchmark)?;
        let text =
            fs::read_to_string(&file).map_err(|error| CountError::NoCount(error.to_string()))?;
        total(&text).ok_or_else(|| CountError::NoCount("its file holds no total".into()))
    }
}

fn start(benchmark: &Declaration, sampling: Sampling) -> Start {
    Start {
        benchmark: benchmark.id.clone(),
        mode: LaunchKind::Timed,
        sampling,
        core: None,
        profile: None,
    }
}

/// The sum over all threads and functions: the line `totals:` or `summary:` of callgrind's file.
fn total(text: &str) -> Option<u64> {
    let sums = text.lines().filter_map(|line| {
        let rest = line
            .strip_prefix("totals:")
            .or_else(|| line.strip_prefix("summary:"))?;
        rest.split_whitespace().next()?.parse::<u64>().ok()
    });
    sums.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_total_is_read_from_callgrinds_file() {
        let text = "version: 1\nevents: Ir\nsummary: 120\n\nfn=main\n1 100\ntotals: 123\n";
        assert_eq!(total(text), Some(123));
        assert_eq!(total("events: Ir\nsummary: 7"), Some(7));
        assert_eq!(total("nothing"), None);
    }
}
