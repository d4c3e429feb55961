//! Single spikes are no change of level: values far from their neighbourhood's median are replaced by it.
//!
//! Hampel's identifier (Davies and Gather 1993) over five values, with the noise taken from successive differences,
//! which a step moves only once.

use crate::estimate::median;

/// Values to either side that make the neighbourhood.
const REACH: usize = 2;

/// Multiples of the noise from which on a value is a spike.
const FAR: f64 = 3.0;

/// The series with single spikes, and pairs of them, taken out.
pub(super) fn without_spikes(logs: &[f64]) -> Vec<f64> {
    let noise = noise(logs);
    let calm = |(index, &value): (usize, &f64)| {
        let start = index.saturating_sub(REACH);
        let end = (index + REACH + 1).min(logs.len());
        let middle = median(&logs[start..end]).unwrap_or(value);
        if (value - middle).abs() > FAR * noise {
            middle
        } else {
            value
        }
    };
    logs.iter().enumerate().map(calm).collect()
}

/// Robust standard deviation of the values around their level: median absolute difference of neighbours.
pub(super) fn noise(logs: &[f64]) -> f64 {
    let differences: Vec<f64> = logs
        .windows(2)
        .map(|pair| (pair[1] - pair[0]).abs())
        .collect();
    // The median of |N(0, 2 σ²)| is 0.954 σ.
    median(&differences).unwrap_or(0.0) / 0.954
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_spikes_out_and_leaves_steps() {
        let mut logs: Vec<f64> = (0..20).map(|index| 0.01 * f64::from(index % 3)).collect();
        logs[7] = 1.0;
        assert!(without_spikes(&logs)[7] < 0.1);
        let step: Vec<f64> = (0..20)
            .map(|index| f64::from(index / 10) + 0.01 * f64::from(index % 3))
            .collect();
        assert_eq!(without_spikes(&step), step);
        assert!(without_spikes(&[]).is_empty());
    }
}
