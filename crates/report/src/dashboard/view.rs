//! What is shown of runs and benchmarks. Within a [`Group`] everything is comparable.

use std::collections::BTreeMap;

use fabench_gate::{Excuse, GoalOutcome, RatioInterval, Thresholds, Verdict};
use fabench_record::{Direction, Environment, MachineClass, Method, Unit};
use serde::{Deserialize, Serialize};

use super::{Distribution, Flame, Points};

/// Runs of one suite on one machine class by one method.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Group {
    /// Name of the suite.
    pub suite: String,
    /// Where it was measured.
    pub machine: MachineClass,
    /// How it was measured.
    pub method: Method,
    /// The accepted baseline, if it is of this group.
    pub baseline: Option<Reference>,
    /// Runs, oldest first. Points refer to them by index.
    pub runs: Vec<RunView>,
    /// What was measured, by id.
    pub benchmarks: Vec<BenchmarkView>,
    /// What became of the goals in the latest run.
    pub goals: Vec<GoalOutcome>,
    /// Profiles of the newest runs that have some.
    pub profiles: Vec<Flame>,
}

/// A run that others are compared with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reference {
    /// Id of the run.
    pub run: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Commit it was built from, if known.
    pub commit: Option<String>,
}

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Commit it was built from, if known.
    pub commit: Option<String>,
    /// True if the checkout had uncommitted changes.
    pub dirty: bool,
    /// Branch, if known.
    pub branch: Option<String>,
    /// The machine at that moment, where it was kept.
    pub moment: Option<Moment>,
}

/// What changes on a machine from run to run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Moment {
    /// Kernel release.
    pub kernel: String,
    /// Memory of the machine.
    pub memory_bytes: u64,
    /// One-minute load average when the run began.
    pub load_average: f64,
    /// Share of CPU time that the hypervisor took, 0 to 1.
    pub steal: Option<f64>,
    /// CPU frequency governor.
    pub governor: Option<String>,
}

impl From<&Environment> for Moment {
    fn from(environment: &Environment) -> Self {
        Self {
            kernel: environment.kernel.clone(),
            memory_bytes: environment.memory_bytes,
            load_average: environment.load_average,
            steal: environment.steal,
            governor: environment.governor.clone(),
        }
    }
}

/// The judged metric of one benchmark over time, and what was found in it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BenchmarkView {
    /// `category/name`, with its parameters where it has some.
    pub id: String,
    /// What one iteration does, if known.
    pub description: Option<String>,
    /// What was varied.
    pub parameters: BTreeMap<String, String>,
    /// Name of the metric.
    pub metric: String,
    /// Unit of every value.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Its values, oldest first.
    pub points: Points,
    /// The baseline's value, if it has one.
    pub baseline: Option<f64>,
    /// What counts as a change of it.
    pub limits: Limits,
    /// Where its level changed, oldest first.
    pub changes: Vec<Change>,
    /// What the latest run comes to against the baseline.
    pub finding: Option<Finding>,
    /// What happened within the last days, if anything did.
    pub recent: Option<Change>,
    /// All samples of the latest run.
    pub distribution: Option<Distribution>,
    /// Indices of its profiles in [`Group::profiles`], of the newest run first.
    pub profiles: Vec<usize>,
}

/// Thresholds as plain shares: 0.1 for 10 %.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// From here on a regression.
    pub critical: f64,
    /// From here on a warning.
    pub warning: f64,
    /// From here on an improvement.
    pub improvement: f64,
}

impl From<Thresholds> for Limits {
    fn from(thresholds: Thresholds) -> Self {
        Self {
            critical: thresholds.critical.get(),
            warning: thresholds.warning.get(),
            improvement: thresholds.improvement.get(),
        }
    }
}

/// A new level of a series.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Change {
    /// Index of the first run of the new level in [`Group::runs`].
    pub run: usize,
    /// Level before, in the metric's unit.
    pub before: f64,
    /// Level from here on.
    pub after: f64,
    /// Cost relative to before; above 1 is worse, whatever the direction.
    pub cost_ratio: f64,
    /// Chance of so clear a change where nothing changed, if it was tested.
    pub p_value: Option<f64>,
    /// What the table of verdicts says of it.
    pub verdict: Verdict,
}

/// What one benchmark comes to against the baseline.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// The verdict.
    pub verdict: Verdict,
    /// Cost relative to the baseline; above 1 is worse.
    pub ratio: Option<RatioInterval>,
    /// Why, in words.
    pub reason: String,
    /// What to do about it.
    pub remedy: Option<String>,
    /// Smallest relative increase that this much evidence would have shown.
    pub minimum_detectable_change: Option<f64>,
    /// Why it is let pass, if it is.
    pub excuse: Option<Excuse>,
}
