//! PELT: the segmentation with the least squared error, where each further level costs a penalty.
//!
//! Killick, Fearnhead and Eckley, "Optimal detection of changepoints with a linear computational cost", 2012. The
//! penalty is 3 σ² ln n with σ from successive differences (twice that of the Bayesian information criterion for
//! one more parameter and half as much again, since the noise is heavy-tailed).

use super::Split;
use super::spikes::noise;

/// The splits of the best segmentation, in order.
pub(super) fn splits(logs: &[f64], min_level: usize) -> Vec<Split> {
    let n = logs.len();
    if n < 2 * min_level {
        return Vec::new();
    }
    // A noise of zero would make every rounding error a level.
    let variance = noise(logs).max(1e-9).powi(2);
    let penalty = 3.0 * variance * (n as f64).ln();
    let sums = Sums::of(logs);
    let mut cost = vec![f64::INFINITY; n + 1];
    let mut previous = vec![0; n + 1];
    cost[0] = -penalty;
    let mut starts = Vec::new();
    for end in min_level..=n {
        starts.push(end - min_level);
        let of = |start: usize| cost[start] + sums.squared_error(start, end);
        let best = starts
            .iter()
            .copied()
            .min_by(|&a, &b| of(a).total_cmp(&of(b)));
        let Some(best) = best else { continue };
        let least = of(best) + penalty;
        starts.retain(|&start| of(start) <= least);
        cost[end] = least;
        previous[end] = best;
    }
    let mut splits = Vec::new();
    let mut at = previous[n];
    while at > 0 {
        splits.push(Split { at, p_value: None });
        at = previous[at];
    }
    splits.reverse();
    splits
}

/// Running sums of values and squares, so that the error of any segment takes constant time.
struct Sums {
    values: Vec<f64>,
    squares: Vec<f64>,
}

impl Sums {
    fn of(logs: &[f64]) -> Self {
        // Centred, so that squares keep their digits.
        let centre = logs.iter().sum::<f64>() / logs.len().max(1) as f64;
        let running = |term: &dyn Fn(f64) -> f64| -> Vec<f64> {
            let sums = logs.iter().scan(0.0, |sum, log| {
                *sum += term(log - centre);
                Some(*sum)
            });
            [0.0].into_iter().chain(sums).collect()
        };
        Self {
            values: running(&|value| value),
            squares: running(&|value| value * value),
        }
    }

    fn squared_error(&self, start: usize, end: usize) -> f64 {
        let sum = self.values[end] - self.values[start];
        let squares = self.squares[end] - self.squares[start];
        (squares - sum * sum / (end - start) as f64).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_two_steps_and_nothing_in_flat_values() {
        let noisy = |index: usize, level: f64| level + 0.01 * ((index * 7) % 5) as f64;
        let values: Vec<f64> = (0..30).map(|i| noisy(i, [0.0, 0.5, 0.2][i / 10])).collect();
        let at: Vec<usize> = splits(&values, 3).iter().map(|split| split.at).collect();
        assert_eq!(at, [10, 20]);
        assert_eq!(splits(&[1.0; 30], 3), []);
        assert_eq!(splits(&[1.0; 3], 3), []);
    }
}
