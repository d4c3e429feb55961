//! Quantiles of latencies. Invariant: never empty.

use std::time::Duration;

/// Latencies, sorted.
pub(crate) struct Latencies(Vec<Duration>);

impl Latencies {
    pub(crate) fn new(mut all: Vec<Duration>) -> anyhow::Result<Self> {
        anyhow::ensure!(
            !all.is_empty(),
            "nothing was measured: ask for at least one"
        );
        all.sort_unstable();
        Ok(Self(all))
    }

    /// The smallest latency which at least that share does not exceed, in microseconds.
    pub(crate) fn quantile_us(&self, share: f64) -> f64 {
        let rank = (share * self.0.len() as f64).ceil() as usize;
        self.0[rank.clamp(1, self.0.len()) - 1].as_secs_f64() * 1e6
    }
}
