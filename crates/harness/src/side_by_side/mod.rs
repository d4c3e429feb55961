//! Baseline and candidate measured side by side: what makes a shared machine's noise cancel.
//!
//! A paired launch is two fresh processes on the same core that take rounds in turn, AB BA AB …, the first side
//! drawn by a seeded coin. Both sides take equally many sub-samples of equally many iterations. This module only
//! measures; the decision to go on is the caller's, through [`Next`].

mod launch;
mod settings;

use std::collections::BTreeMap;

use fabench_record::{AllocationCount, BenchmarkId, LaunchKind, Metric, MetricSource};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

pub use launch::{PairedLaunch, Side, SideError};
pub use settings::PairSettings;

use crate::protocol::{Declaration, Ready, Sampling, Start};
use crate::runner::{Cancel, Executable, Worker, available_cores};

/// What the judge of the evidence wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next<V> {
    /// One more paired launch.
    Measure,
    /// Nothing more: this is decided.
    Stop(V),
}

/// Measures two executables side by side; keeps the calibration of each benchmark between launches.
#[derive(Debug)]
pub struct SideBySide {
    baseline: Executable,
    candidate: Executable,
    settings: PairSettings,
    cancel: Cancel,
    draws: Pcg64Mcg,
    cores: Vec<u32>,
    calibrated: BTreeMap<BenchmarkId, Ready>,
}

impl SideBySide {
    /// Prepares to measure `candidate` against `baseline`; nothing is started yet.
    pub fn new(
        baseline: Executable,
        candidate: Executable,
        settings: PairSettings,
        cancel: Cancel,
    ) -> Self {
        Self {
            baseline,
            candidate,
            draws: Pcg64Mcg::seed_from_u64(settings.seed),
            settings,
            cancel,
            cores: available_cores(),
            calibrated: BTreeMap::new(),
        }
    }

    /// Hands one paired launch after the other to `judge` until it has decided.
    ///
    /// # Errors
    /// The first failure of either side, or the interrupt.
    pub fn measure<V>(
        &mut self,
        benchmark: &Declaration,
        judge: &mut dyn FnMut(&PairedLaunch) -> Next<V>,
    ) -> Result<V, SideError> {
        loop {
            if let Next::Stop(verdict) = judge(&self.launch(benchmark)?) {
                return Ok(verdict);
            }
        }
    }

    /// One paired launch for the primary metric, for callers that share their time between benchmarks.
    ///
    /// # Errors
    /// The first failure of either side, or the interrupt.
    pub fn launch(&mut self, benchmark: &Declaration) -> Result<PairedLaunch, SideError> {
        let mut metrics = benchmark.metrics.iter();
        let primary = metrics.find(|metric| metric.name == benchmark.primary);
        self.launch_for(benchmark, primary)
    }

    /// One paired launch that need only tell about `metric`: what it does not need is left out, so that there is
    /// time for more launches.
    ///
    /// # Errors
    /// The first failure of either side, or the interrupt.
    pub fn launch_for(
        &mut self,
        benchmark: &Declaration,
        metric: Option<&Metric>,
    ) -> Result<PairedLaunch, SideError> {
        // A latency is a value, and a value may be a latency.
        let probe = metric.is_none_or(|metric| metric.source == MetricSource::Value);
        let first = Side::drawn(self.draws.random());
        let core = self.core(benchmark);
        if !self.calibrated.contains_key(&benchmark.id) {
            let ready = self.calibrate(benchmark, core)?;
            self.calibrated.insert(benchmark.id.clone(), ready);
        }
        let ready = &self.calibrated[&benchmark.id];
        let starts = Side::BOTH.map(|side| Start {
            benchmark: benchmark.id.clone(),
            mode: LaunchKind::Timed,
            sampling: Sampling {
                probe,
                ..self.sampling(side).like(ready)
            },
            core,
            profile: None,
        });
        launch::PairOrder {
            executables: [&self.baseline, &self.candidate],
            starts,
            declaration: benchmark,
            settings: &self.settings,
            first,
        }
        .carry_out(&self.cancel)
    }

    /// Counts the allocations of both sides, baseline first; `None` for a side whose suite can't count.
    ///
    /// # Errors
    /// The first failure of either side, or the interrupt.
    pub fn count_allocations(
        &mut self,
        benchmark: &Declaration,
    ) -> Result<[Option<AllocationCount>; 2], SideError> {
        let mut counts = [None, None];
        for (side, count) in Side::BOTH.into_iter().zip(&mut counts) {
            let at = |error| SideError { side, error };
            let mut worker = self.spawn(side)?;
            if !worker.hello().counts_allocations {
                continue;
            }
            let start = Start {
                benchmark: benchmark.id.clone(),
                mode: LaunchKind::Counting,
                sampling: self.sampling(side),
                core: None,
                profile: None,
            };
            worker.start(start).map_err(at)?;
            worker.round().map_err(at)?;
            *count = worker.finish(benchmark).map_err(at)?.allocated;
        }
        Ok(counts)
    }

    /// Finds the size of the rounds. The side that does extra work knows which sizes hold a whole share of it.
    fn calibrate(
        &mut self,
        benchmark: &Declaration,
        core: Option<u32>,
    ) -> Result<Ready, SideError> {
        let side = match self.settings.extra_work_permille {
            0 => Side::Baseline,
            _ => Side::Candidate,
        };
        let start = Start {
            benchmark: benchmark.id.clone(),
            mode: LaunchKind::Timed,
            sampling: self.sampling(side),
            core,
            profile: None,
        };
        self.spawn(side)?
            .start(start)
            .map_err(|error| SideError { side, error })
    }

    fn spawn(&self, side: Side) -> Result<Worker, SideError> {
        let executable = match side {
            Side::Baseline => &self.baseline,
            Side::Candidate => &self.candidate,
        };
        Worker::spawn(executable, self.settings.limits, &self.cancel)
            .map_err(|error| SideError { side, error })
    }

    fn sampling(&self, side: Side) -> Sampling {
        let extra_work_permille = match side {
            Side::Baseline => 0,
            Side::Candidate => self.settings.extra_work_permille,
        };
        Sampling {
            extra_work_permille,
            ..self.settings.sampling
        }
    }

    /// A core drawn for this launch, if the benchmark may be pinned.
    fn core(&mut self, benchmark: &Declaration) -> Option<u32> {
        if !(self.settings.pin && benchmark.single_threaded) || self.cores.is_empty() {
            return None;
        }
        let drawn = self.draws.random_range(0..self.cores.len());
        Some(self.cores[drawn])
    }
}
