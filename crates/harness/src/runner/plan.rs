//! What to measure, how long and how often.

use std::time::Duration;

use fabench_record::Settings;

use super::memory_guard::default_limit;
use crate::protocol::{Declaration, Sampling};

/// How long a suite may keep the tool waiting, and how much memory it may hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// From the start of the process to its hello.
    pub start: Duration,
    /// For each answer: set-up and warm-up, one round, verification.
    pub reply: Duration,
    /// For the process of a launch and all that it has started, in bytes.
    pub memory_bytes: u64,
}

impl Default for Limits {
    /// 10 s to start, 60 s for each answer, three quarters of the memory that there is.
    fn default() -> Self {
        Self {
            start: Duration::from_secs(10),
            reply: Duration::from_secs(60),
            memory_bytes: default_limit(),
        }
    }
}

/// One run: which benchmarks, and how they are sampled.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// The benchmarks, from [`super::offer`], in the order of the record.
    pub benchmarks: Vec<Declaration>,
    /// A quick look, never accepted as a baseline.
    pub quick: bool,
    /// Timed launches of each benchmark.
    pub launches: u32,
    /// Fewest rounds of a launch, even if they exceed its time.
    pub min_rounds: u32,
    /// Measuring time of each benchmark over all its launches, without set-up and warm-up.
    pub max_time: Duration,
    /// How a launch is sampled; the first one's calibration holds for all launches of a benchmark.
    pub sampling: Sampling,
    /// Pin single-threaded benchmarks to one core, another one for each launch in turn.
    pub pin: bool,
    /// Add a launch that counts allocations, where the suite can.
    pub count_allocations: bool,
    /// Seed of the order within each pass.
    pub seed: u64,
    /// How long the suite may keep the tool waiting.
    pub limits: Limits,
}

impl Plan {
    /// Eight launches, 4 s of measuring for each benchmark: 17 benchmarks take about 2 minutes.
    pub fn full(benchmarks: Vec<Declaration>) -> Self {
        Self {
            benchmarks,
            quick: false,
            launches: 8,
            min_rounds: 1,
            max_time: Duration::from_secs(4),
            sampling: Sampling {
                warmup_ns: 200_000_000,
                ..Sampling::default()
            },
            pin: true,
            count_allocations: true,
            seed: 0,
            limits: Limits::default(),
        }
    }

    /// Two launches, 0.4 s of measuring for each benchmark: 17 benchmarks take about 20 seconds.
    pub fn quick(benchmarks: Vec<Declaration>) -> Self {
        Self {
            quick: true,
            launches: 2,
            min_rounds: 1,
            max_time: Duration::from_millis(400),
            sampling: Sampling {
                warmup_ns: 100_000_000,
                ..Sampling::default()
            },
            ..Self::full(benchmarks)
        }
    }

    /// The settings as the record keeps them.
    pub fn settings(&self) -> Settings {
        Settings {
            quick: self.quick,
            launches: self.launches,
            min_rounds: self.min_rounds,
            max_time_ms: u64::try_from(self.max_time.as_millis()).unwrap_or(u64::MAX),
            warmup_ms: self.sampling.warmup_ns / 1_000_000,
        }
    }

    pub(super) fn launch_time(&self) -> Duration {
        self.max_time / self.launches.max(1)
    }
}
