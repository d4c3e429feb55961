//! Comparing two executables side by side: launches in pairs, looks in sequence, flags confirmed.
//!
//! The runner asks [`decide`] what to measure, measures it, adds it to the [`PairedEvidence`] and asks again until
//! the answer is [`Next::Stop`]; [`conclude`] then tells the verdicts. Both are pure. Invariant: nothing is flagged
//! that fresh launches did not confirm.

mod allocate;
mod conclude;
mod launch;
mod noise_floor;
mod plan;
mod state;

pub use allocate::{Budget, Next, decide, wants};
pub use conclude::conclude;
pub use launch::{PairedError, PairedLaunch};
pub use noise_floor::NoiseFloor;

use std::collections::BTreeMap;

use fabench_record::{BenchmarkId, Metric};

use crate::judge::Verdict;

/// What was measured so far of one metric of one benchmark.
#[derive(Clone, Debug, PartialEq)]
pub struct PairedEvidence {
    /// The benchmark.
    pub id: BenchmarkId,
    /// What was varied; for the reader alone.
    pub parameters: BTreeMap<String, String>,
    /// The metric that is judged.
    pub metric: Metric,
    /// Whether it is the benchmark's primary metric.
    pub primary: bool,
    /// Launch pairs of the first look and of those that follow it, in the order of measuring.
    pub first: Vec<PairedLaunch>,
    /// Fresh launch pairs, measured because the first ones raised a flag.
    pub confirming: Vec<PairedLaunch>,
    /// Wall time of its launches in milliseconds: both sides, process starts included; in full for each of several
    /// benchmarks that a launch told about.
    pub spent_ms: u64,
    /// What forbids measuring it: failed, new, missing or not comparable, and why.
    pub obstacle: Option<(Verdict, String)>,
}

impl PairedEvidence {
    /// Nothing measured yet.
    pub fn new(id: BenchmarkId, metric: Metric, primary: bool) -> Self {
        Self {
            id,
            parameters: BTreeMap::new(),
            metric,
            primary,
            first: Vec::new(),
            confirming: Vec::new(),
            spent_ms: 0,
            obstacle: None,
        }
    }

    /// What a pair of launches took so far on average, in milliseconds; before the first nothing is known.
    pub fn pair_ms(&self) -> Option<f64> {
        let pairs = self.first.len() + self.confirming.len();
        (pairs > 0).then(|| (self.spent_ms as f64 / pairs as f64).max(1.0))
    }
}
