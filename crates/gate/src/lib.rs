//! The decision of fabench, pure: estimate, compare, judge. No I/O, no clock, every draw seeded.
//!
//! Recorded launches go in, a [`Comparison`] comes out; `docs/statistics.md` states the method and its measured
//! error rates. Invariant: the same input gives the same output, on every machine, and no input makes it panic:
//! what cannot be judged becomes a verdict that says so.

#![forbid(unsafe_code)]

mod accept;
mod bisect;
mod change_point;
mod comparison;
mod compatible;
mod counted;
mod estimate;
mod evidence;
mod excuse;
mod explain;
mod goal;
mod judge;
mod level;
mod paired;
mod policy;
mod profile;
mod read;
mod sampled;
mod since;
mod stored;
mod summary;

pub use accept::{Refusal, accept, may_update, past_run};
pub use bisect::{CommitState, Step, bisect};
pub use change_point::{
    Algorithm, ChangePoint, ChangePointSettings, Creep, Departure, change_points, creep, departure,
};
pub use comparison::{
    BenchmarkComparison, Comparison, Confidence, Estimate, Identity, Kind, Overall, RatioInterval,
    RunSpread, SideBySide,
};
pub use compatible::{Difference, between_benchmarks, between_runs};
pub use counted::{CountedEvidence, conclude_counted, instructions};
pub use estimate::{Rate, proportion_interval, quantile_sorted};
pub use evidence::{EvidenceError, launch_values, sample_values};
pub use excuse::{Acceptance, AcceptanceError, Excuse};
pub use explain::explain;
pub use goal::{Goal, GoalOutcome, Limit, Quantity, QuantityError, Statistic};
pub use judge::{Verdict, judge};
pub use level::{Level, level};
pub use paired::{
    Budget, Next, NoiseFloor, PairedError, PairedEvidence, PairedLaunch, conclude, decide, wants,
};
pub use policy::{
    Fraction, Mute, Override, Pattern, Policy, PolicyError, RunSpreadPrior, Thresholds,
};
pub use profile::{Cost, FunctionChange, FunctionShare, Growth, Why, changes, growth, shares};
pub use since::Since;
pub use stored::compare;
pub use summary::summarize;

/// Version of the [`Comparison`] that this crate writes.
pub const COMPARISON_SCHEMA_VERSION: u32 = 1;
