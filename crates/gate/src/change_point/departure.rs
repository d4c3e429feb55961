//! A new level that is too young to be a change point: the latest two or three runs all lie off the level before them.
//!
//! Each is held against a prediction interval of Student's t for one further run (Hahn, "Factors for calculating
//! two-sided prediction intervals for samples from a normal distribution", 1969). The mildest of them decides, so that
//! a single spike never does.

use serde::{Deserialize, Serialize};

use super::spikes::without_spikes;
use crate::comparison::RatioInterval;
use crate::estimate::{median, student_quantile};
use crate::judge::{LogInterval, Verdict, judge_log};
use crate::policy::Thresholds;

/// Fewest runs of the level before.
const LEAST_BEFORE: usize = 6;

/// Most runs of the level before that are looked at: machines age.
const MOST_BEFORE: usize = 30;

/// The latest runs against the level before them.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Departure {
    /// Index of the first of the latest runs.
    pub index: usize,
    /// Cost of the mildest of them relative to the level before; above 1 is worse.
    pub ratio: RatioInterval,
    /// What the table of verdicts says of it: regression, warning or improvement.
    pub verdict: Verdict,
}

/// Whether the latest three or two of `costs` (lower is better, oldest first) left the level before them. The chance
/// that an end of the interval lies beyond the truth is at most `error`.
pub fn departure(costs: &[f64], thresholds: &Thresholds, error: f64) -> Option<Departure> {
    let logs: Vec<f64> = costs.iter().map(|cost| cost.ln()).collect();
    if logs.iter().any(|log| !log.is_finite()) {
        return None;
    }
    // Three that agree say where it began better than two do.
    [3, 2]
        .into_iter()
        .find_map(|latest| of_latest(&logs, latest, thresholds, error))
}

fn of_latest(
    logs: &[f64],
    latest: usize,
    thresholds: &Thresholds,
    error: f64,
) -> Option<Departure> {
    let index = logs.len().checked_sub(latest)?;
    let before = &logs[index.saturating_sub(MOST_BEFORE)..index];
    if before.len() < LEAST_BEFORE {
        return None;
    }
    let calm = without_spikes(before);
    let n = calm.len() as f64;
    let level = median(&calm)?;
    let mean = calm.iter().sum::<f64>() / n;
    let squares: f64 = calm.iter().map(|log| (log - mean).powi(2)).sum();
    let deviation = (squares / (n - 1.0)).sqrt();
    let reach = student_quantile(1.0 - error, n - 1.0) * deviation * (1.0 + 1.0 / n).sqrt();
    let off = logs[index..].iter().map(|log| log - level);
    let (least, most) = off.fold((f64::INFINITY, f64::NEG_INFINITY), |(least, most), log| {
        (least.min(log), most.max(log))
    });
    // Of runs on both sides of the level, none is the mildest: nothing departed.
    let mildest = if least > 0.0 {
        least
    } else if most < 0.0 {
        most
    } else {
        return None;
    };
    let interval = LogInterval::around(mildest, reach);
    let verdict = judge_log(&interval, thresholds);
    verdict.is_flag().then(|| Departure {
        index,
        ratio: interval.into(),
        verdict,
    })
}

#[cfg(test)]
mod tests {
    use rand::RngExt as _;
    use rand::SeedableRng as _;
    use rand_pcg::Pcg64Mcg;

    use super::*;

    const ERROR: f64 = 1e-4;

    fn found(tail: &[f64]) -> Option<Departure> {
        let ripple = [100.0, 101.0, 99.5, 100.4, 99.0, 100.6, 99.8];
        let series: Vec<f64> = ripple
            .iter()
            .cycle()
            .take(21)
            .chain(tail)
            .copied()
            .collect();
        departure(&series, &Thresholds::default(), ERROR)
    }

    #[test]
    fn a_young_step_is_seen_where_it_began() {
        let step = found(&[124.0, 123.0, 125.0]).expect("a step");
        assert_eq!((step.index, step.verdict), (21, Verdict::Regression));
        assert!((step.ratio.estimate - 1.23).abs() < 0.01);
        let younger = found(&[124.0, 123.0]).expect("a step");
        assert_eq!(younger.index, 21);
        let better = found(&[80.0, 82.0]).expect("a step");
        assert_eq!(better.verdict, Verdict::Improvement);
    }

    #[test]
    fn a_spike_and_noise_are_none() {
        for calm in [
            &[150.0][..],
            &[100.0, 150.0],
            &[150.0, 100.0],
            &[101.0, 102.0],
            &[80.0, 120.0],
        ] {
            assert_eq!(found(calm), None, "{calm:?}");
        }
        assert_eq!(
            departure(&[1.0, 2.0, 2.0], &Thresholds::default(), ERROR),
            None
        );
        assert_eq!(departure(&[0.0; 20], &Thresholds::default(), ERROR), None);
    }

    #[test]
    fn unchanged_series_are_hardly_ever_flagged() {
        let mut random = Pcg64Mcg::seed_from_u64(7);
        let flagged = (0..20_000).filter(|_| {
            // A sum of uniforms: close to normal, with a standard deviation of 3 %.
            let mut value = || {
                let sum: f64 = (0..12).map(|_| random.random::<f64>()).sum();
                100.0 * (0.03 * (sum - 6.0)).exp()
            };
            let series: Vec<f64> = (0..15).map(|_| value()).collect();
            departure(&series, &Thresholds::default(), 0.01).is_some()
        });
        // Two runs beyond 1 % on one side, and that by the threshold: far below 1 % of the series.
        let flagged = flagged.count();
        assert!(flagged < 60, "{flagged} of 20000");
    }
}
