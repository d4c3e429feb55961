//! How paired launches are made.

use std::time::Duration;

use crate::protocol::Sampling;
use crate::runner::Limits;

/// How paired launches are made. The launches are many and short: twenty launches of three rounds have 2.5
/// times less spread than six of ten in the same time, because it is launches that differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PairSettings {
    /// How each side is sampled; the calibration of the first launch of a benchmark holds for both sides.
    pub sampling: Sampling,
    /// Rounds of each side in a launch.
    pub rounds: u32,
    /// A launch whose rounds have taken so long ends after the round that is under way.
    pub time: Duration,
    /// Pin single-threaded benchmarks to a core drawn for each launch, the same for both sides.
    pub pin: bool,
    /// Seed of the order of the sides and of the cores.
    pub seed: u64,
    /// How long a suite may keep the tool waiting.
    pub limits: Limits,
    /// Share of its own work, in thousandths, that the candidate does again without counting it; 0 in honest
    /// measurements.
    pub extra_work_permille: u32,
}

impl Default for PairSettings {
    /// Three rounds a side of six sub-samples of 1 ms, at most 30 ms of warm-up: about 0.1 s a launch. Where an
    /// iteration is long there are fewer rounds, as more launches tell more.
    fn default() -> Self {
        Self {
            sampling: Sampling {
                warmup_ns: 30_000_000,
                subsamples: 6,
                ..Sampling::default()
            },
            rounds: 3,
            time: Duration::from_millis(150),
            pin: true,
            seed: 0,
            limits: Limits::default(),
            extra_work_permille: 0,
        }
    }
}
