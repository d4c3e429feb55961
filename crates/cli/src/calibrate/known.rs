//! What an earlier calibration of this machine says, for those who compare on it.
//!
//! Invariant: a help, never a hindrance: without a usable calibration everything works as before.

use std::fs;

use fabench_gate::{Comparison, Fraction, Override, Pattern, Policy};
use fabench_record::{BenchmarkId, MachineClass};

use super::FILE;
use super::advice::ONE_CORE;
use super::calibration::{Calibration, Floor, SCHEMA_VERSION};
use crate::config::Config;
use crate::screen::Screen;

/// A calibration of this machine.
#[derive(Debug)]
pub(crate) struct Known {
    calibration: Calibration,
}

impl Known {
    /// The saved calibration, if it is one of `machine`; what can't be used is told.
    pub(crate) fn load(config: &Config, machine: &MachineClass, screen: &Screen) -> Option<Self> {
        let path = config.cache().join(FILE);
        let text = fs::read(&path).ok()?;
        let again = "make it anew with `fabench calibrate`";
        let calibration: Calibration = match serde_json::from_slice(&text) {
            Ok(calibration) => calibration,
            Err(error) => {
                screen.warn(&format!(
                    "the calibration {} is not used: {error}; {again}",
                    path.display()
                ));
                return None;
            }
        };
        let other = calibration.environment.machine.differences(machine);
        if calibration.schema_version != SCHEMA_VERSION {
            screen.warn(&format!("the calibration is of another version; {again}"));
            None
        } else if let Some((field, then, now)) = other.first() {
            screen.warn(&format!(
                "the calibration is of another machine ({field} was {then} and is {now}); {again}"
            ));
            None
        } else {
            Some(Self { calibration })
        }
    }

    fn floor(&self, id: &BenchmarkId, metric: &str) -> Option<&Floor> {
        let mut floors = self.calibration.benchmarks.iter();
        floors.find(|floor| floor.benchmark == *id && floor.metric == metric)
    }

    /// What a pair of launches took here, in milliseconds.
    pub(crate) fn pair_ms(&self, id: &BenchmarkId, metric: &str) -> Option<f64> {
        Some(self.floor(id, metric)?.noise_floor.pair_ms)
    }

    /// The policy for stored runs on this machine: two runs differ by no less than two launches beside each other do.
    ///
    /// What the user says of a benchmark wins, since it comes later.
    pub(crate) fn widened(&self, policy: &Policy) -> Policy {
        let believed = policy.run_spread.time.get();
        let restless = self.calibration.benchmarks.iter().filter_map(|floor| {
            let spread = floor.noise_floor.pair_log_sd.exp_m1();
            (spread > believed).then(|| Override {
                metric: Some(floor.metric.clone()),
                run_spread: Some(Fraction::new(spread)),
                ..Override::new(Pattern::new(floor.benchmark.as_str()))
            })
        });
        let mut widened = policy.clone();
        widened.overrides = restless.chain(policy.overrides.iter().cloned()).collect();
        widened
    }

    /// One line: how small a change was to be expected to show in what was compared, and what would help.
    pub(crate) fn words(&self, comparison: &Comparison) -> String {
        let seen = comparison.benchmarks.iter().filter_map(|entry| {
            let floor = self.floor(&entry.id, &entry.metric)?;
            Some((floor.detectable.last()?, floor))
        });
        let mut shown: Vec<_> = seen
            .filter_map(|(detectable, floor)| Some((detectable.change?, detectable, floor)))
            .collect();
        shown.sort_by(|a, b| a.0.total_cmp(&b.0));
        let (Some((least, budget, _)), Some((most, _, restless))) = (shown.first(), shown.last())
        else {
            return String::new();
        };
        let advice = self.calibration.advice.first();
        format!(
            "calibrated {} at load {:.1}: {} s a benchmark show changes from +{:.1} % to +{:.1} % ({}){}\n",
            self.calibration.started_at.get(..10).unwrap_or("before"),
            self.calibration.environment.load_average,
            budget.budget_ms / 1000,
            least * 100.0,
            most * 100.0,
            restless.benchmark,
            advice.map_or_else(String::new, |advice| format!("\nadvice: {advice}")),
        )
    }
}

/// How far this machine can be believed: one line, two where it has one core only.
pub(crate) fn trust(known: Option<&Known>, comparison: &Comparison) -> String {
    let mut told = known.map_or_else(
        || {
            "this machine is not calibrated: `fabench calibrate` says how small a change it shows\n"
                .to_owned()
        },
        |known| known.words(comparison),
    );
    if comparison.candidate.machine.cores == 1 && !told.contains(ONE_CORE) {
        told.push_str(ONE_CORE);
        told.push('\n');
    }
    told
}
