//! A whole run: passes over all benchmarks, one launch of each in a pass.
//!
//! Invariant: whatever happens, what was measured is returned, and says how far it came.

use std::time::Duration;

use fabench_record::{Benchmark, Completeness, LaunchKind, Outcome};
use rustix::thread::{CpuSet, sched_getaffinity};

use super::cancel::Cancel;
use super::event::Event;
use super::executable::Executable;
use super::launch::{self, Launched, Order};
use super::order;
use super::plan::Plan;
use super::progress::Progress;
use crate::clock::Instant;
use crate::protocol::{Sampling, Start};

/// What a run measured.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// One record for each benchmark of the plan, in its order; `summary` is empty.
    pub benchmarks: Vec<Benchmark>,
    /// `Partial` if the run was cancelled before its end.
    pub completeness: Completeness,
    /// Wall time of the run.
    pub duration: Duration,
}

impl Finished {
    /// The benchmarks that failed.
    pub fn failed(&self) -> impl Iterator<Item = &Benchmark> {
        self.benchmarks
            .iter()
            .filter(|benchmark| matches!(benchmark.outcome, Outcome::Failed { .. }))
    }
}

/// Carries out `plan` on `executable`, telling `on_event` each step.
///
/// A benchmark that fails is not launched again; the others go on. Call it from any thread.
pub fn run(
    executable: &Executable,
    plan: &Plan,
    cancel: &Cancel,
    on_event: &mut dyn FnMut(Event<'_>),
) -> Finished {
    let mut benchmarks: Vec<_> = plan
        .benchmarks
        .iter()
        .map(|declaration| Progress::new(declaration, plan))
        .collect();
    let launches = benchmarks
        .iter()
        .map(|benchmark| benchmark.planned(plan))
        .sum();
    on_event(Event::Started {
        benchmarks: benchmarks.len(),
        launches,
    });
    let mut run = Run {
        executable,
        plan,
        cancel,
        begin: Instant::now(),
        cores: available_cores(),
        done: 0,
        launches,
    };
    let counting = benchmarks.iter().any(Progress::counts_allocations);
    let passes = plan.launches + u32::from(counting);
    for pass in 0..passes {
        for index in order::of_pass(benchmarks.len(), plan.seed, pass) {
            run.launch(&mut benchmarks, index, pass, passes, on_event);
        }
    }
    let interrupted = benchmarks
        .iter()
        .any(|benchmark| benchmark.record(plan).outcome == Outcome::Interrupted);
    Finished {
        benchmarks: benchmarks
            .iter()
            .map(|benchmark| benchmark.record(plan))
            .collect(),
        completeness: if interrupted {
            Completeness::Partial
        } else {
            Completeness::Complete
        },
        duration: run.begin.elapsed(),
    }
}

struct Run<'a> {
    executable: &'a Executable,
    plan: &'a Plan,
    cancel: &'a Cancel,
    begin: Instant,
    cores: Vec<u32>,
    done: usize,
    launches: usize,
}

impl Run<'_> {
    fn launch(
        &mut self,
        benchmarks: &mut [Progress],
        index: usize,
        pass: u32,
        passes: u32,
        on_event: &mut dyn FnMut(Event<'_>),
    ) {
        let benchmark = &mut benchmarks[index];
        let mode = if pass < self.plan.launches {
            LaunchKind::Timed
        } else {
            LaunchKind::Counting
        };
        if mode == LaunchKind::Counting && !benchmark.counts_allocations() {
            return;
        }
        // Another benchmark's launch of this pass may have told about this one.
        let told = benchmark.launches.len() > pass as usize;
        if told || benchmark.has_failed() || self.cancel.is_cancelled() {
            self.done += 1;
            return;
        }
        let id = benchmark.declaration.id.clone();
        on_event(Event::LaunchStarted {
            benchmark: &id,
            pass: pass + 1,
            passes,
        });
        let order = Order {
            executable: self.executable,
            declaration: &benchmark.declaration,
            start: self.start(benchmark, mode, pass),
            time: self.plan.launch_time(),
            min_rounds: self.plan.min_rounds,
            started_after_ms: u64::try_from(self.begin.elapsed().as_millis()).unwrap_or(u64::MAX),
            limits: self.plan.limits,
        };
        let outcome = launch::carry_out(order, self.cancel, &mut |rounds| {
            on_event(Event::RoundDone {
                benchmark: &id,
                rounds,
            });
        });
        self.done += 1;
        match outcome {
            Ok(Launched {
                launch,
                ready,
                also,
            }) => {
                for (id, launch) in also {
                    let others = benchmarks.iter_mut();
                    let other = others.into_iter().find(|one| one.declaration.id == id);
                    if let Some(other) = other.filter(|one| !one.has_failed()) {
                        other.add(launch, ready.clone());
                        other.tell(self.plan, on_event);
                    }
                }
                let benchmark = &mut benchmarks[index];
                benchmark.add(launch, ready);
                let launch = &benchmark.launches[benchmark.launches.len() - 1];
                let (done, launches) = (self.done, self.launches);
                on_event(Event::LaunchDone {
                    benchmark: &id,
                    launch,
                    done,
                    launches,
                });
            }
            Err(error) => benchmarks[index].fail(&error),
        }
        benchmarks[index].tell(self.plan, on_event);
    }

    fn start(&self, benchmark: &Progress, mode: LaunchKind, pass: u32) -> Start {
        let sampling = match mode {
            LaunchKind::Timed => benchmark.sampling(self.plan.sampling),
            LaunchKind::Counting => Sampling {
                iterations: None,
                ..self.plan.sampling
            },
        };
        // What is only counted may run wherever there is room.
        let pinned =
            self.plan.pin && benchmark.declaration.single_threaded && mode == LaunchKind::Timed;
        let core = self
            .cores
            .get(pass as usize % self.cores.len().max(1))
            .copied();
        Start {
            benchmark: benchmark.declaration.id.clone(),
            mode,
            sampling,
            core: core.filter(|_| pinned),
            profile: None,
        }
    }
}

/// The cores that this process may use; empty where the system does not tell.
pub(crate) fn available_cores() -> Vec<u32> {
    let Ok(allowed) = sched_getaffinity(None) else {
        return Vec::new();
    };
    (0..CpuSet::MAX_CPU as u32)
        .filter(|core| allowed.is_set(*core as usize))
        .collect()
}
