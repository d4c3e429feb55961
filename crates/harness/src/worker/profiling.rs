//! A session that is profiled: what its rounds add to the profile.

use fabench_record::{Profile, Round};

use crate::alloc;
use crate::profile::cpu::CpuSampling;
use crate::profile::heap::HeapSampling;

/// About so many allocations of a round are sampled.
const SAMPLES_PER_ROUND: u64 = 20_000;

/// The CPU profile of timed rounds.
pub(super) struct CpuProfiling {
    sampling: Result<CpuSampling, String>,
    iterations: u64,
    cpu_ns: u64,
}

impl CpuProfiling {
    pub(super) fn start() -> Self {
        Self {
            sampling: CpuSampling::start(),
            iterations: 0,
            cpu_ns: 0,
        }
    }

    pub(super) fn add(&mut self, round: &Round) {
        self.iterations += round.iterations * round.wall_ns.len() as u64;
        self.cpu_ns += round.cpu_ns.iter().sum::<u64>();
    }

    pub(super) fn finish(self) -> Result<Profile, String> {
        self.sampling?.stop(self.iterations, self.cpu_ns)
    }
}

/// The memory profile of counted rounds.
pub(super) struct HeapProfiling {
    sampling: HeapSampling,
    iterations: u64,
    begin: i64,
    live_after_round: Vec<i64>,
}

impl HeapProfiling {
    /// `bytes_each` is what an iteration allocates, as far as is known.
    pub(super) fn start(iterations: u64, bytes_each: u64) -> Self {
        let in_a_round = bytes_each.saturating_mul(iterations);
        let sampling = HeapSampling::start(in_a_round / SAMPLES_PER_ROUND);
        Self {
            sampling,
            iterations,
            begin: alloc::restart_peak(),
            live_after_round: Vec::with_capacity(64),
        }
    }

    pub(super) fn end_round(&mut self) {
        let live = alloc::totals().live_bytes();
        self.live_after_round.push(live - self.begin);
    }

    pub(super) fn finish(self) -> Profile {
        let peak = alloc::peak() - self.begin;
        let rounds = self.live_after_round.len() as u64;
        let mut profile = self.sampling.stop(rounds * self.iterations);
        profile.iterations_per_round = self.iterations;
        profile.peak_bytes = peak.max(0).unsigned_abs();
        profile.live_after_round = self.live_after_round;
        profile
    }
}
