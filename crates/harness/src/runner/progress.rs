//! What is known of each benchmark while the run goes on.

use fabench_record::{Benchmark, Launch, LaunchKind, MetricSource, Outcome};

use super::error::WorkerError;
use super::event::Event;
use super::plan::Plan;
use crate::protocol::{Declaration, Ready, Sampling};

/// One benchmark of a run in the making.
pub(super) struct Progress {
    pub(super) declaration: Declaration,
    pub(super) launches: Vec<Launch>,
    calibrated: Option<Ready>,
    failed: Option<Outcome>,
}

impl Progress {
    pub(super) fn new(declaration: &Declaration, plan: &Plan) -> Self {
        let mut declaration = declaration.clone();
        if !plan.count_allocations {
            // What is judged stays, whatever the plan says.
            let primary = declaration.primary.clone();
            declaration
                .metrics
                .retain(|metric| metric.name == primary || !counts(metric.source));
        }
        Self {
            declaration,
            launches: Vec::new(),
            calibrated: None,
            failed: None,
        }
    }

    /// Whether a launch must count allocations.
    pub(super) fn counts_allocations(&self) -> bool {
        self.declaration
            .metrics
            .iter()
            .any(|metric| counts(metric.source))
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed.is_some()
    }

    pub(super) fn fail(&mut self, error: &WorkerError) {
        self.failed = Some(error.outcome());
    }

    /// Adds a launch; the calibration of the first timed one holds for those after it.
    pub(super) fn add(&mut self, launch: Launch, ready: Ready) {
        if launch.kind == LaunchKind::Timed {
            self.calibrated.get_or_insert(ready);
        }
        self.launches.push(launch);
    }

    /// How to sample the next timed launch.
    pub(super) fn sampling(&self, planned: Sampling) -> Sampling {
        self.calibrated
            .as_ref()
            .map_or(planned, |ready| planned.like(ready))
    }

    /// Launches that this benchmark is to have.
    pub(super) fn planned(&self, plan: &Plan) -> usize {
        plan.launches as usize + usize::from(self.counts_allocations())
    }

    /// Says that the benchmark is done, when it is.
    pub(super) fn tell(&self, plan: &Plan, on_event: &mut dyn FnMut(Event<'_>)) {
        if self.has_failed() || self.launches.len() == self.planned(plan) {
            on_event(Event::BenchmarkDone {
                benchmark: &self.record(plan),
            });
        }
    }

    /// The record of what was measured until now.
    pub(super) fn record(&self, plan: &Plan) -> Benchmark {
        let outcome = match &self.failed {
            Some(outcome) => outcome.clone(),
            None if self.launches.len() < self.planned(plan) => Outcome::Interrupted,
            None => Outcome::Measured,
        };
        self.declaration.record(outcome, self.launches.clone())
    }
}

fn counts(source: MetricSource) -> bool {
    matches!(
        source,
        MetricSource::Allocations | MetricSource::AllocatedBytes
    )
}
