//! Warm-up ends when times are steady, or at its bound.
//!
//! Steady: the medians of the last three windows of five batches lie within 5 % of each other. Medians, because
//! single batches are hit by neighbours; three windows, because a trend shows in three.

/// Batches in a window.
const WINDOW: usize = 5;
/// Windows that must agree.
const WINDOWS: usize = 3;
/// How far the largest median may exceed the smallest.
const TOLERANCE: f64 = 0.05;

/// Watches times per iteration until they are steady.
#[derive(Debug, Default)]
pub(super) struct Steadiness {
    window: Vec<f64>,
    medians: Vec<f64>,
    /// Smallest time of the newest complete window.
    fastest: Option<f64>,
}

impl Steadiness {
    /// Adds the time per iteration of one batch.
    pub(super) fn push(&mut self, nanoseconds: f64) {
        self.window.push(nanoseconds);
        if self.window.len() < WINDOW {
            return;
        }
        self.window.sort_unstable_by(f64::total_cmp);
        self.fastest = self.window.first().copied();
        if self.medians.len() == WINDOWS {
            self.medians.remove(0);
        }
        self.medians.push(self.window[WINDOW / 2]);
        self.window.clear();
    }

    /// Whether the newest windows agree.
    pub(super) fn steady(&self) -> bool {
        let smallest = self.medians.iter().copied().fold(f64::INFINITY, f64::min);
        let largest = self.medians.iter().copied().fold(0.0, f64::max);
        self.medians.len() == WINDOWS && largest <= smallest * (1.0 + TOLERANCE)
    }

    /// The fastest time per iteration seen lately; `None` before the first batch.
    pub(super) fn fastest(&self) -> Option<f64> {
        self.window
            .iter()
            .copied()
            .chain(self.fastest)
            .reduce(f64::min)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(times: impl IntoIterator<Item = f64>) -> Option<usize> {
        let mut steadiness = Steadiness::default();
        times.into_iter().enumerate().find_map(|(index, time)| {
            steadiness.push(time);
            steadiness.steady().then_some(index + 1)
        })
    }

    #[test]
    fn constant_times_are_steady_after_three_windows() {
        assert_eq!(after(std::iter::repeat_n(100.0, 50)), Some(15));
    }

    #[test]
    fn single_spikes_do_not_matter() {
        let times = (0..50).map(|index| if index % 5 == 2 { 900.0 } else { 100.0 });
        assert_eq!(after(times), Some(15));
    }

    #[test]
    fn falling_times_are_not_steady_until_they_stop_falling() {
        let falling = (0..40).map(|index| 1_000.0 - 20.0 * f64::from(index));
        assert_eq!(after(falling.clone()), None);
        assert_eq!(
            after(falling.chain(std::iter::repeat_n(200.0, 40))),
            Some(55)
        );
    }

    #[test]
    fn the_fastest_forgets_what_came_long_before() {
        let mut steadiness = Steadiness::default();
        assert_eq!(steadiness.fastest(), None);
        for time in [1.0, 5.0, 5.0, 5.0, 5.0, 7.0, 7.0, 7.0, 7.0, 7.0] {
            steadiness.push(time);
        }
        assert_eq!(steadiness.fastest(), Some(7.0));
    }
}
