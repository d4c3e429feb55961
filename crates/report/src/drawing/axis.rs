//! From values to places, and round numbers to write beside them.

use fabench_record::Unit;

use super::canvas::{Anchor, Canvas};
use crate::quantity;
use crate::quantity::prefix;

/// Largest over smallest value from which an axis is logarithmic.
const LOGARITHMIC_FROM: f64 = 30.0;

/// A horizontal axis.
#[derive(Debug)]
pub(crate) struct Axis {
    low: f64,
    high: f64,
    logarithmic: bool,
    left: f64,
    right: f64,
}

impl Axis {
    /// An axis from `low` to `high` between the places `left` and `right`; a single value gets room on both sides.
    pub(crate) fn linear([low, high]: [f64; 2], [left, right]: [f64; 2]) -> Self {
        let room = if high > low {
            (high - low) * 0.02
        } else {
            (low.abs() * 0.05).max(0.5)
        };
        let bottom = if low >= 0.0 {
            (low - room).max(0.0)
        } else {
            low - room
        };
        Self {
            low: bottom,
            high: high + room,
            logarithmic: false,
            left,
            right,
        }
    }

    /// A logarithmic axis if the values span much, else a linear one.
    pub(crate) fn fitting([low, high]: [f64; 2], places: [f64; 2]) -> Self {
        if low > 0.0 && high / low >= LOGARITHMIC_FROM {
            let [left, right] = places;
            Self {
                low: low / 1.15,
                high: high * 1.15,
                logarithmic: true,
                left,
                right,
            }
        } else {
            Self::linear([low, high], places)
        }
    }

    /// The place of a value, held within the axis.
    pub(crate) fn place(&self, value: f64) -> f64 {
        let share = if self.logarithmic {
            (value.max(self.low).ln() - self.low.ln()) / (self.high.ln() - self.low.ln())
        } else {
            (value - self.low) / (self.high - self.low)
        };
        self.left + share.clamp(0.0, 1.0) * (self.right - self.left)
    }

    /// Grid lines from `top` to `bottom` with their values in `unit` below.
    pub(crate) fn draw(&self, canvas: &mut Canvas, unit: &Unit, [top, bottom]: [f64; 2]) {
        for tick in self.ticks(unit) {
            let x = self.place(tick);
            canvas.line("grid", [x, top], [x, bottom]);
            canvas.text(
                "tick",
                Anchor::Middle,
                [x, bottom + 15.0],
                &label(tick, unit),
            );
        }
        canvas.line("axis", [self.left, bottom], [self.right, bottom]);
    }

    fn ticks(&self, unit: &Unit) -> Vec<f64> {
        if self.logarithmic {
            return self.powers();
        }
        // Round in the unit's prefix: 512 KiB, not 500 000 B.
        let scale = prefix(self.high, unit);
        let (low, high) = (self.low / scale, self.high / scale);
        let step = round_step((high - low) / 6.0);
        let first = (low / step).ceil();
        (0..20)
            .map(|index| (first + f64::from(index)) * step)
            .take_while(|tick| *tick <= high * (1.0 + 1e-12))
            .map(|tick| tick * scale)
            .collect()
    }

    /// Powers of ten, with twos and fives between where there are few.
    fn powers(&self) -> Vec<f64> {
        let (first, last) = (
            self.low.log10().floor() as i32,
            self.high.log10().ceil() as i32,
        );
        let decades = last - first;
        let factors: &[f64] = if decades <= 3 { &[1.0, 3.0] } else { &[1.0] };
        let every = (decades / 7).max(1);
        (first..=last)
            .filter(|power| (power - first) % every == 0)
            .flat_map(|power| {
                factors
                    .iter()
                    .map(move |factor| factor * 10_f64.powi(power))
            })
            .filter(|tick| (self.low..=self.high).contains(tick))
            .collect()
    }
}

/// The value without digits that say nothing: `2 µs`, not `2.00 µs`.
fn label(tick: f64, unit: &Unit) -> String {
    let text = quantity(tick, unit);
    let Some((digits, rest)) = text.split_once(' ') else {
        return trimmed(&text);
    };
    format!("{} {rest}", trimmed(digits))
}

fn trimmed(digits: &str) -> String {
    if digits.contains('.') && !digits.contains('e') {
        digits
            .trim_end_matches('0')
            .trim_end_matches('.')
            .to_owned()
    } else {
        digits.to_owned()
    }
}

/// The next of 1, 2, 5, 10, … that is not below `least`.
pub(crate) fn round_step(least: f64) -> f64 {
    if !(least > 0.0 && least.is_finite()) {
        return 1.0;
    }
    let power = 10_f64.powf(least.log10().floor());
    let steps = [1.0, 2.0, 5.0, 10.0];
    steps
        .into_iter()
        .map(|step| step * power)
        .find(|step| *step >= least * (1.0 - 1e-9))
        .unwrap_or(power * 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round() {
        for (least, step) in [
            (0.3, 0.5),
            (1.0, 1.0),
            (1.1, 2.0),
            (7.0, 10.0),
            (0.0, 1.0),
            (f64::NAN, 1.0),
        ] {
            assert!((round_step(least) - step).abs() < 1e-9, "{least}");
        }
    }

    #[test]
    fn every_value_has_a_place() {
        for (low, high) in [
            (0.0, 0.0),
            (5.0, 5.0),
            (1.0, 1e9),
            (0.0, 1e300),
            (1e-300, 1e300),
        ] {
            let axis = Axis::fitting([low, high], [0.0, 100.0]);
            for value in [low, high, 0.0, 1e308] {
                assert!(
                    (0.0..=100.0).contains(&axis.place(value)),
                    "{value} in {low} … {high}"
                );
            }
            assert!(axis.ticks(&Unit::Nanoseconds).len() <= 20);
        }
    }
}
