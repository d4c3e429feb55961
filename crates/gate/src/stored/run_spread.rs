//! How much a centre moves from run to run although nothing changed.
//!
//! With scaled-inverse-χ² shrinkage (Gelman et al., "Bayesian Data Analysis", 3rd ed., §2.6): a prior variance σ₀²
//! that weighs as much as ν₀ observed differences, and k successive differences d of log centres of earlier runs,
//! each worth d²/2 (von Neumann 1941; insensitive to slow trends):
//!
//! σ² = (ν₀ σ₀² + Σ d²/2) / (ν₀ + k), with ν₀ + k degrees of freedom.
//!
//! Two safeguards: a difference beyond [`LARGEST_STEP`] is an accepted change of the code rather than noise, and
//! counts as that much; and what moves between launches moves between runs too, so σ is never below half the
//! spread between launches.

use fabench_record::{BenchmarkId, PastRun};

use crate::comparison::RunSpread;

/// Largest difference of log centres that counts as noise: a factor of 1.35.
const LARGEST_STEP: f64 = 0.3;

/// Share of the spread between launches that is at least expected between runs.
const SHARE_OF_LAUNCH_SPREAD: f64 = 0.5;

/// Log centres of `metric` of `id` in `past` (oldest first) and, last, in the baseline.
pub(super) fn log_centres(
    past: &[&PastRun],
    id: &BenchmarkId,
    metric: &str,
    baseline: f64,
) -> Vec<f64> {
    let centres = past.iter().filter_map(|run| run.centres.get(id));
    centres
        .filter(|centre| centre.metric == metric)
        .map(|centre| centre.value.ln())
        .chain([baseline])
        .filter(|log| log.is_finite())
        .collect()
}

/// The spread between runs and its degrees of freedom.
pub(super) fn estimate(
    prior_log_sd: f64,
    weight: u32,
    log_centres: &[f64],
    launch_spread: f64,
) -> (RunSpread, f64) {
    let steps = log_centres.windows(2).map(|pair| {
        let step = (pair[1] - pair[0]).abs().min(LARGEST_STEP);
        step * step / 2.0
    });
    let weight = f64::from(weight.max(1));
    let observed = log_centres.len().saturating_sub(1);
    let freedom = weight + observed as f64;
    let variance = (weight * prior_log_sd.powi(2) + steps.sum::<f64>()) / freedom;
    let spread = RunSpread {
        log_sd: variance.sqrt().max(SHARE_OF_LAUNCH_SPREAD * launch_spread),
        prior_log_sd,
        observed,
    };
    (spread, freedom)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calm_history_narrows_and_wild_history_widens() {
        let sd = |centres: &[f64]| estimate(0.05, 8, centres, 0.0).0.log_sd;
        assert!((sd(&[0.0]) - 0.05).abs() < 1e-12);
        assert!(sd(&[0.0; 17]) < 0.03);
        let wild: Vec<f64> = (0..17).map(|run| f64::from(run % 2) * 0.2).collect();
        assert!(sd(&wild) > 0.1);
        // One accepted speed-up of the code by half does not blind the gate for good.
        let step: Vec<f64> = (0..17)
            .map(|run| if run < 8 { 0.0 } else { -0.7 })
            .collect();
        assert!(sd(&step) < 0.06, "{}", sd(&step));
    }

    #[test]
    fn restless_launches_are_not_believed_to_be_calm_runs() {
        let (spread, freedom) = estimate(0.05, 8, &[0.0, 0.01], 0.3);
        assert_eq!(spread.log_sd, 0.15);
        assert_eq!((spread.observed, freedom), (1, 9.0));
    }
}
