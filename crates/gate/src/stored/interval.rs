//! Estimate and interval of the log cost ratio of two stored runs.
//!
//! Estimate: difference of the trimmed means of the log launch values. Variance: that of both means plus that of
//! two runs, 2 σ². Half-width: Student's t at the error that each judged metric may have, with the degrees of
//! freedom of Welch and Satterthwaite over the three parts. Sources beside the functions that compute the parts.

use super::run_spread;
use crate::comparison::{Estimate, RunSpread, finite_exp};
use crate::estimate::{Trimmed, normal_quantile, student_quantile};
use crate::judge::LogInterval;

/// Fewest launches a side needs for its spread to count as known.
pub(super) const FEWEST_LAUNCHES: usize = 3;

/// The log interval of a cost ratio with what it is made of.
pub(super) struct Judged {
    pub(super) interval: LogInterval,
    /// Log of the smallest cost ratio that is reported with a chance of 80 %.
    pub(super) detectable_log: f64,
    pub(super) run_spread: RunSpread,
}

/// Centre over positive launch values, in their unit; of none, or with a zero among them, there is none.
pub(crate) fn centre(values: &[f64]) -> Option<Estimate> {
    let logs = logs(values)?;
    let trimmed = Trimmed::of(&logs)?;
    Some(Estimate {
        value: finite_exp(trimmed.centre),
        spread: trimmed.spread.exp_m1().min(f64::MAX),
        launches: values.to_vec(),
    })
}

pub(super) fn logs(values: &[f64]) -> Option<Vec<f64>> {
    let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
    (!logs.is_empty() && logs.iter().all(|log| log.is_finite())).then_some(logs)
}

/// What is believed of the runs before they are compared.
pub(super) struct Belief<'a> {
    /// Prior standard deviation between runs.
    pub(super) prior_log_sd: f64,
    /// Its weight in observed differences.
    pub(super) weight: u32,
    /// Log centres of earlier runs, oldest first, the baseline's last.
    pub(super) log_centres: &'a [f64],
}

/// `sign` is 1 where lower is better, −1 where higher is; `error` the chance allowed beyond each end.
pub(super) fn judged(
    baseline: &Trimmed,
    candidate: &Trimmed,
    launches: [usize; 2],
    sign: f64,
    belief: &Belief<'_>,
    error: f64,
    warning_log: f64,
) -> Judged {
    let launch_spread = baseline.spread.max(candidate.spread);
    let (run_spread, run_freedom) = run_spread::estimate(
        belief.prior_log_sd,
        belief.weight,
        belief.log_centres,
        launch_spread,
    );
    let run_variance = 2.0 * run_spread.log_sd.powi(2);
    let side = |trimmed: &Trimmed, launches: usize| {
        if launches >= FEWEST_LAUNCHES {
            return (trimmed.variance, trimmed.freedom);
        }
        // One or two launches do not know their own spread: at least that between runs is assumed.
        let spread = launch_spread.max(run_spread.log_sd);
        (spread.powi(2) / launches.max(1) as f64, 2.0)
    };
    let parts = [
        side(baseline, launches[0]),
        side(candidate, launches[1]),
        (run_variance, run_freedom),
    ];
    let variance: f64 = parts.iter().map(|(variance, _)| variance).sum();
    // Satterthwaite 1946; Welch 1947.
    let weights: f64 = parts
        .iter()
        .filter(|(variance, _)| *variance > 0.0)
        .map(|(variance, freedom)| (variance / variance_or_one(parts)).powi(2) / freedom)
        .sum();
    let freedom = 1.0 / weights;
    let deviation = variance.sqrt();
    let half_width = student_quantile(1.0 - error, freedom) * deviation;
    let estimate = sign * (candidate.centre - baseline.centre);
    Judged {
        interval: LogInterval::around(estimate, half_width),
        detectable_log: half_width.max(warning_log) + normal_quantile(0.8) * deviation,
        run_spread,
    }
}

fn variance_or_one(parts: [(f64, f64); 3]) -> f64 {
    let sum: f64 = parts.iter().map(|(variance, _)| variance).sum();
    if sum > 0.0 { sum } else { 1.0 }
}
