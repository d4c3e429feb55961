//! One paired launch: two processes, rounds in turn.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use fabench_record::{BenchmarkId, Launch, LaunchKind, Round};

use super::settings::PairSettings;
use crate::clock::Instant;
use crate::protocol::{Declaration, Done, Ready, Start};
use crate::runner::{Cancel, Executable, Worker, WorkerError};

/// Which executable.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// What is compared with.
    Baseline,
    /// What is judged.
    Candidate,
}

impl Side {
    /// Both, the baseline first.
    pub const BOTH: [Self; 2] = [Self::Baseline, Self::Candidate];

    pub(super) fn drawn(candidate: bool) -> Self {
        if candidate {
            Self::Candidate
        } else {
            Self::Baseline
        }
    }

    /// The other side.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Baseline => Self::Candidate,
            Self::Candidate => Self::Baseline,
        }
    }
}

impl fmt::Display for Side {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Baseline => "baseline",
            Self::Candidate => "candidate",
        })
    }
}

/// A failure of one side.
#[derive(Debug, thiserror::Error)]
#[error("{side}: {error}")]
pub struct SideError {
    /// Which side failed.
    pub side: Side,
    /// How.
    #[source]
    pub error: WorkerError,
}

/// What one paired launch measured.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedLaunch {
    /// Which side was measured first in each round; at least one.
    pub first: Vec<Side>,
    /// The baseline's process. Round by round it has as many sub-samples and iterations as the candidate's.
    pub baseline: Launch,
    /// The candidate's process.
    pub candidate: Launch,
    /// What both processes told about other benchmarks, where they can't measure one alone: baseline, candidate.
    pub also: BTreeMap<BenchmarkId, [Launch; 2]>,
    /// The core that both were pinned to.
    pub core: Option<u32>,
    /// Wall time of the whole launch, process starts included: what it costs of a time budget.
    pub duration: Duration,
}

/// A paired launch that is to be made; arrays hold the baseline first.
pub(super) struct PairOrder<'a> {
    pub(super) executables: [&'a Executable; 2],
    pub(super) starts: [Start; 2],
    pub(super) declaration: &'a Declaration,
    pub(super) settings: &'a PairSettings,
    pub(super) first: Side,
}

/// One side while it is measured.
struct Running {
    side: Side,
    worker: Worker,
    ready: Ready,
    rounds: Vec<Round>,
}

impl PairOrder<'_> {
    pub(super) fn carry_out(self, cancel: &Cancel) -> Result<PairedLaunch, SideError> {
        let begin = Instant::now();
        let core = self.starts[0].core;
        // The side that is measured first is also started first.
        let mut leading = self.begin(self.first, cancel)?;
        let mut trailing = self.begin(self.first.other(), cancel)?;
        let mut first = Vec::new();
        let measuring = Instant::now();
        let most = leading.most_rounds().min(trailing.most_rounds());
        for number in 0..self.settings.rounds.max(1).min(most) {
            if number > 0 && measuring.elapsed() >= self.settings.time {
                break;
            }
            first.push(leading.side);
            leading.measure()?;
            trailing.measure()?;
            std::mem::swap(&mut leading, &mut trailing);
        }
        let (baseline, candidate) = match leading.side {
            Side::Baseline => (leading, trailing),
            Side::Candidate => (trailing, leading),
        };
        let (baseline, old) = baseline.finish(self.declaration)?;
        let (candidate, mut new) = candidate.finish(self.declaration)?;
        let both = old
            .into_iter()
            .filter_map(|(id, old)| Some((id.clone(), [old, new.remove(&id)?])));
        let also = both.collect();
        Ok(PairedLaunch {
            first,
            baseline,
            candidate,
            also,
            core,
            duration: begin.elapsed(),
        })
    }

    fn begin(&self, side: Side, cancel: &Cancel) -> Result<Running, SideError> {
        let at = |error| SideError { side, error };
        let index = match side {
            Side::Baseline => 0,
            Side::Candidate => 1,
        };
        let mut worker =
            Worker::spawn(self.executables[index], self.settings.limits, cancel).map_err(at)?;
        let ready = worker.start(self.starts[index].clone()).map_err(at)?;
        Ok(Running {
            side,
            worker,
            ready,
            rounds: Vec::new(),
        })
    }
}

impl Running {
    fn measure(&mut self) -> Result<(), SideError> {
        let side = self.side;
        self.rounds.push(
            self.worker
                .round()
                .map_err(|error| SideError { side, error })?,
        );
        Ok(())
    }

    fn most_rounds(&self) -> u32 {
        self.ready.most_rounds.unwrap_or(u32::MAX).max(1)
    }

    fn finish(
        self,
        declaration: &Declaration,
    ) -> Result<(Launch, BTreeMap<BenchmarkId, Launch>), SideError> {
        let side = self.side;
        let done: Done = self
            .worker
            .finish(declaration)
            .map_err(|error| SideError { side, error })?;
        let launch = Launch {
            kind: LaunchKind::Timed,
            started_after_ms: 0,
            warmup: self.ready.warmup,
            rounds: self.rounds,
            values: done.values.into(),
            allocated: None,
            peak_rss_bytes: done.peak_rss_bytes,
        };
        let also = done.also.into_iter().map(|other| {
            let launch = Launch {
                values: other.values.into(),
                peak_rss_bytes: other.peak_rss_bytes,
                ..launch.clone()
            };
            (other.benchmark, launch)
        });
        let also = also.collect();
        Ok((launch, also))
    }
}
