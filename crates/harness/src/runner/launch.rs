//! One launch: a process from its start to its end, and what it measured.

use std::time::Duration;

use fabench_record::{BenchmarkId, Launch, LaunchKind};

use super::cancel::Cancel;
use super::error::WorkerError;
use super::executable::Executable;
use super::plan::Limits;
use super::worker::Worker;
use crate::clock::Instant;
use crate::protocol::{Declaration, Ready, Start};

/// What one launch is to do.
pub(super) struct Order<'a> {
    pub(super) executable: &'a Executable,
    pub(super) declaration: &'a Declaration,
    pub(super) start: Start,
    /// Time for rounds.
    pub(super) time: Duration,
    pub(super) min_rounds: u32,
    pub(super) started_after_ms: u64,
    pub(super) limits: Limits,
}

/// What a launch measured.
pub(super) struct Launched {
    pub(super) launch: Launch,
    pub(super) ready: Ready,
    /// What it tells about other benchmarks.
    pub(super) also: Vec<(BenchmarkId, Launch)>,
}

/// Carries out `order`; `on_round` hears the number of rounds measured so far.
pub(super) fn carry_out(
    order: Order<'_>,
    cancel: &Cancel,
    on_round: &mut dyn FnMut(usize),
) -> Result<Launched, WorkerError> {
    let mut worker = Worker::spawn(order.executable, order.limits, cancel)?;
    let kind = order.start.mode;
    let ready = worker.start(order.start)?;
    let mut rounds = Vec::new();
    match kind {
        LaunchKind::Timed => {
            let begin = Instant::now();
            let most = ready.most_rounds.map_or(usize::MAX, |most| most as usize);
            while rounds.len() < most
                && (rounds.len() < order.min_rounds.max(1) as usize || begin.elapsed() < order.time)
            {
                rounds.push(worker.round()?);
                on_round(rounds.len());
            }
        }
        // The counts come at the end; the times of a counting round mean nothing.
        LaunchKind::Counting => drop(worker.round()?),
    }
    let done = worker.finish(order.declaration)?;
    let launch = Launch {
        kind,
        started_after_ms: order.started_after_ms,
        warmup: ready.warmup,
        rounds,
        values: done.values.into(),
        allocated: done.allocated,
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
    Ok(Launched {
        launch,
        ready,
        also,
    })
}
