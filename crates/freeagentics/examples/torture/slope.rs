//! How fast something grows, and how sure that is. Invariant: the same samples give the same answer; no clock is read.

/// Means are taken over this many blocks, so that neighbouring samples, which are alike, do not count as many.
const BLOCKS: usize = 10;
/// Student's t for 95 % on both sides and `BLOCKS - 2` degrees of freedom.
const T: f64 = 2.306;

/// Growth a second, with its interval of 95 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Slope {
    pub(crate) estimate: f64,
    pub(crate) low: f64,
    pub(crate) high: f64,
}

/// The least-squares line through block means of (seconds, value); `None` of fewer samples than blocks.
pub(crate) fn slope(samples: &[(f64, f64)]) -> Option<Slope> {
    if samples.len() < BLOCKS {
        return None;
    }
    let mean = |values: &[f64]| values.iter().sum::<f64>() / values.len() as f64;
    let bound = |block: usize| block * samples.len() / BLOCKS;
    let (mut x, mut y) = (Vec::new(), Vec::new());
    for block in 0..BLOCKS {
        let (xs, ys): (Vec<f64>, Vec<f64>) = samples[bound(block)..bound(block + 1)]
            .iter()
            .copied()
            .unzip();
        x.push(mean(&xs));
        y.push(mean(&ys));
    }
    let (mx, my) = (mean(&x), mean(&y));
    let xx: f64 = x.iter().map(|x| (x - mx).powi(2)).sum();
    let xy: f64 = x.iter().zip(&y).map(|(x, y)| (x - mx) * (y - my)).sum();
    let estimate = xy / xx;
    let left: f64 = x
        .iter()
        .zip(&y)
        .map(|(x, y)| (y - my - estimate * (x - mx)).powi(2))
        .sum();
    let error = T * (left / (BLOCKS as f64 - 2.0) / xx).sqrt();
    Some(Slope {
        estimate,
        low: estimate - error,
        high: estimate + error,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ramp_is_found_and_level_noise_is_not() {
        let noise = |i: u32| f64::from(i.wrapping_mul(2_654_435_761) >> 20) / 4096.0;
        let ramp: Vec<(f64, f64)> = (0..500)
            .map(|i| (f64::from(i), 3.0 * f64::from(i) + noise(i)))
            .collect();
        let found = slope(&ramp).expect("enough samples");
        assert!(found.low > 2.9 && found.high < 3.1, "{found:?}");
        let level: Vec<(f64, f64)> = (0..500).map(|i| (f64::from(i), noise(i))).collect();
        let found = slope(&level).expect("enough samples");
        assert!(found.low < 0.0 && found.high > 0.0, "{found:?}");
        assert_eq!(slope(&level[..9]), None);
    }
}
