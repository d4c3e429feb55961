//! What is believed of the spread between runs before any was seen.

use fabench_record::{MetricSource, Unit};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Fraction;

/// What is believed of the spread between runs (standard deviation of the log of a centre), minutes or days apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub struct RunSpreadPrior {
    /// For times, throughputs and other values.
    pub time: Fraction,
    /// For memory and counters.
    pub memory: Fraction,
    /// How many observed differences between runs this belief weighs as much as.
    pub weight: u32,
}

impl Default for RunSpreadPrior {
    fn default() -> Self {
        Self {
            time: Fraction::new(0.07),
            memory: Fraction::new(0.02),
            weight: 8,
        }
    }
}

impl RunSpreadPrior {
    /// The prior for a metric, as standard deviation of the natural logarithm.
    pub(crate) fn log_sd(&self, source: &MetricSource, unit: &Unit) -> f64 {
        let memory = match source {
            MetricSource::Allocations | MetricSource::AllocatedBytes | MetricSource::PeakRss => {
                true
            }
            MetricSource::Value => matches!(unit, Unit::Bytes | Unit::Count),
            MetricSource::WallTime | MetricSource::CpuTime | MetricSource::Throughput { .. } => {
                false
            }
        };
        let prior = if memory { self.memory } else { self.time };
        prior.log()
    }
}
