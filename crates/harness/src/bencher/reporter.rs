//! Values that a benchmark reports itself: sizes, ratios, latencies.
//!
//! Invariant: memory is bounded. Beyond [`MOST_VALUES`] values of a metric in one launch a uniform sample of
//! them is kept (Vitter 1985, algorithm R), so that percentiles stay unbiased.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use fabench_record::{Metric, MetricSource};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use crate::failure::Failure;

/// Most values that are kept of one metric in one launch.
const MOST_VALUES: usize = 10_000;

/// Reports values from anywhere in the benchmark; clones report to the same place.
#[derive(Clone, Debug)]
pub struct Reporter {
    values: Arc<Mutex<Values>>,
}

impl Reporter {
    pub(crate) fn new(metrics: &[Metric]) -> Self {
        let kept = metrics
            .iter()
            .filter(|metric| metric.source == MetricSource::Value)
            .map(|metric| (metric.name.clone(), Reservoir::default()))
            .collect();
        Self {
            values: Arc::new(Mutex::new(Values {
                phase: Phase::Measured,
                kept,
                draws: Pcg64Mcg::seed_from_u64(0x5eed),
                failure: None,
            })),
        }
    }

    /// Reports `value` of `metric`, in the metric's unit.
    pub fn report(&self, metric: &str, value: f64) {
        self.lock().add(metric, value);
    }

    /// Reports many values at once.
    pub fn report_all(&self, metric: &str, values: impl IntoIterator<Item = f64>) {
        let mut guard = self.lock();
        for value in values {
            guard.add(metric, value);
        }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, Values> {
        // A panic while reporting leaves at worst one value unreported.
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whether values that arrive now describe measured work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Warmup,
    Measured,
}

#[derive(Debug)]
pub(crate) struct Values {
    phase: Phase,
    kept: BTreeMap<String, Reservoir>,
    draws: Pcg64Mcg,
    failure: Option<Failure>,
}

#[derive(Debug, Default)]
struct Reservoir {
    seen: u64,
    values: Vec<f64>,
}

impl Values {
    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }

    pub(crate) fn failure(&self) -> Option<Failure> {
        self.failure.clone()
    }

    /// The kept values, leaving nothing behind.
    pub(crate) fn take(&mut self) -> BTreeMap<String, Vec<f64>> {
        std::mem::take(&mut self.kept)
            .into_iter()
            .filter(|(_, reservoir)| !reservoir.values.is_empty())
            .map(|(name, reservoir)| (name, reservoir.values))
            .collect()
    }

    fn add(&mut self, metric: &str, value: f64) {
        if !(value.is_finite() && value >= 0.0) {
            self.fail(format!(
                "it reported {value} for `{metric}`; values are finite numbers of at least 0"
            ));
            return;
        }
        let Some(reservoir) = self.kept.get_mut(metric) else {
            self.fail(format!(
                "it reported a value of `{metric}`, which it does not declare; \
                 add `.metric(Metric::value(\"{metric}\", …))` to the benchmark"
            ));
            return;
        };
        if self.phase == Phase::Warmup {
            return;
        }
        reservoir.seen += 1;
        if reservoir.values.len() < MOST_VALUES {
            reservoir.values.push(value);
            return;
        }
        let place = self.draws.random_range(0..reservoir.seen);
        if let Some(kept) = usize::try_from(place)
            .ok()
            .and_then(|at| reservoir.values.get_mut(at))
        {
            *kept = value;
        }
    }

    fn fail(&mut self, message: String) {
        self.failure.get_or_insert_with(|| Failure::new(message));
    }
}

#[cfg(test)]
mod tests {
    use fabench_record::{Direction, Unit};

    use super::*;

    fn reporter() -> Reporter {
        Reporter::new(&[
            Metric::wall_time(),
            Metric::value("ratio", Unit::Ratio, Direction::HigherIsBetter),
        ])
    }

    #[test]
    fn keeps_what_is_measured_and_drops_warm_up() {
        let reporter = reporter();
        reporter.report("ratio", 1.0);
        reporter.lock().enter(Phase::Warmup);
        reporter.report("ratio", 2.0);
        reporter.lock().enter(Phase::Measured);
        reporter.clone().report("ratio", 3.0);
        assert_eq!(reporter.lock().take()["ratio"], [1.0, 3.0]);
        assert_eq!(reporter.lock().failure(), None);
    }

    #[test]
    fn the_first_bad_report_fails_the_benchmark() {
        for (metric, value) in [
            ("ratio", f64::NAN),
            ("ratio", -1.0),
            ("speed", 1.0),
            ("wall_time", 1.0),
        ] {
            let reporter = reporter();
            reporter.report(metric, value);
            let failure = reporter.lock().failure().unwrap();
            assert!(failure.message().contains(metric), "{failure}");
        }
    }

    #[test]
    fn a_flood_keeps_a_bounded_uniform_sample() {
        let reporter = reporter();
        reporter.report_all("ratio", (0..200_000).map(f64::from));
        let kept = reporter.lock().take().remove("ratio").unwrap();
        assert_eq!(kept.len(), MOST_VALUES);
        let mean = kept.iter().sum::<f64>() / kept.len() as f64;
        // The mean of 10 000 uniform draws from 0..200 000 has a standard error of 577; the seed is fixed.
        assert!((mean - 100_000.0).abs() < 3_000.0, "{mean}");
    }
}
