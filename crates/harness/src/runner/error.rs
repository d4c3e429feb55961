//! What can go wrong with a suite process, with the place and the remedy.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use fabench_record::{BenchmarkId, Outcome};

/// A suite process that did not do what was asked.
#[derive(Debug)]
pub struct WorkerError {
    /// The executable.
    pub executable: PathBuf,
    /// The benchmark that it measured, if it had come so far.
    pub benchmark: Option<BenchmarkId>,
    /// What it was doing.
    pub phase: Phase,
    /// What went wrong.
    pub problem: Problem,
    /// The last lines of its standard error, or of its standard output if it printed no errors.
    pub output_tail: String,
}

/// What a worker was doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Starting, until it had said hello.
    Starting,
    /// Listing its benchmarks.
    Listing,
    /// Setting up and warming up.
    WarmingUp,
    /// Measuring a round.
    Measuring,
    /// Verifying its work and ending.
    Verifying,
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Starting => "while starting",
            Self::Listing => "while listing its benchmarks",
            Self::WarmingUp => "while setting up and warming up",
            Self::Measuring => "while measuring",
            Self::Verifying => "while verifying its work",
        })
    }
}

/// What went wrong.
#[derive(Debug, thiserror::Error)]
pub enum Problem {
    /// The process could not be started.
    #[error("cannot start it: {0}; build the suite, or name the right executable")]
    Start(#[source] io::Error),
    /// There is no place for its temporary files.
    #[error(
        "cannot make a directory for its temporary files: {0}; make room, or set TMPDIR to a writable directory"
    )]
    Directory(#[source] io::Error),
    /// The channel broke.
    #[error("cannot talk to it: {0}; run it again")]
    Channel(#[source] io::Error),
    /// No answer in time; the process was ended.
    #[error("no answer within {} s, so it was ended; it hangs, or it needs a longer limit", .limit.as_secs_f64())]
    TimedOut {
        /// How long was waited.
        limit: Duration,
    },
    /// Too much memory; the launch was ended.
    #[error(
        "it and what it has started held {} MiB of memory, more than the limit of {} MiB, so they were ended; make the work smaller, or raise `memory_limit` in the section [suite] of fabench.toml",
        .held >> 20, .limit >> 20
    )]
    TooMuchMemory {
        /// What it held, in bytes.
        held: u64,
        /// What it may hold, in bytes.
        limit: u64,
    },
    /// The process ended without an answer.
    #[error("the process ended early ({}); its output may say why", describe(.status.as_ref()))]
    Ended {
        /// How it ended, if the system told.
        status: Option<ExitStatus>,
    },
    /// It never spoke the protocol.
    #[error("it ended ({}) without a word of the worker protocol; name an executable built with fabench-harness", describe(.status.as_ref()))]
    NotASuite {
        /// How it ended, if the system told.
        status: Option<ExitStatus>,
    },
    /// What came is no message.
    #[error(
        "it sent `{excerpt}`, which is no message of the worker protocol; does it write to the wrong descriptor?"
    )]
    Garbage {
        /// The beginning of the line, escaped.
        excerpt: String,
    },
    /// A line without end.
    #[error("it sent {0}; does it write to the wrong descriptor?")]
    LineTooLong(#[from] crate::protocol::LineTooLong),
    /// Built for another protocol.
    #[error(
        "it speaks version {found} of the worker protocol, this fabench version {known}; build the suite with the fabench-harness of this fabench"
    )]
    OtherProtocol {
        /// Version of the suite.
        found: u64,
        /// Version of the tool.
        known: u32,
    },
    /// A message that does not answer what was asked, or that contradicts itself.
    #[error(
        "it broke the worker protocol: {0}; build the suite with the fabench-harness of this fabench"
    )]
    Broken(String),
    /// The benchmark itself said that it failed.
    #[error("{0}")]
    Failed(String),
    /// The run was cancelled.
    #[error("interrupted")]
    Interrupted,
}

fn describe(status: Option<&ExitStatus>) -> String {
    status.map_or_else(|| "it is not known how".into(), ToString::to_string)
}

impl WorkerError {
    /// Whether the run was cancelled, so that nothing is wrong with the suite.
    pub fn is_interrupt(&self) -> bool {
        matches!(self.problem, Problem::Interrupted)
    }

    /// The outcome as the record keeps it.
    pub fn outcome(&self) -> Outcome {
        if self.is_interrupt() {
            return Outcome::Interrupted;
        }
        Outcome::Failed {
            reason: format!("{}: {}", self.phase, self.problem),
            stderr_tail: self.output_tail.clone(),
        }
    }
}

impl fmt::Display for WorkerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.executable.display())?;
        if let Some(benchmark) = &self.benchmark {
            write!(f, "{benchmark}: ")?;
        }
        write!(f, "{}: {}", self.phase, self.problem)
    }
}

impl std::error::Error for WorkerError {}
