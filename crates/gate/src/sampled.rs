//! What repeated timings of the same work say about their launch, where another tool took them.
//!
//! The same reduction as for the rounds of our own suites: what disturbs a timing makes it slower, so that the best
//! of a group of neighbours is near the undisturbed time; the middle of several groups is not fooled by a lucky one.

use fabench_record::Direction;

use crate::estimate::median;

/// Fewest timings in a group.
const GROUP: usize = 8;
/// Most groups.
const GROUPS: usize = 9;

/// The middle of the groups' best values; `None` without values.
pub(crate) fn best(values: &[f64], direction: Direction) -> Option<f64> {
    let groups = (values.len() / GROUP).clamp(1, GROUPS);
    let best = |group: &[f64]| match direction {
        Direction::LowerIsBetter => group.iter().copied().reduce(f64::min),
        Direction::HigherIsBetter => group.iter().copied().reduce(f64::max),
    };
    let bound = |group: usize| group * values.len() / groups;
    let found: Vec<f64> = (0..groups)
        .filter_map(|group| best(&values[bound(group)..bound(group + 1)]))
        .collect();
    median(&found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_of_few_and_the_middle_of_the_best_of_many() {
        let lower = Direction::LowerIsBetter;
        assert_eq!(best(&[], lower), None);
        assert_eq!(best(&[3.0, 1.0, 2.0], lower), Some(1.0));
        assert_eq!(best(&[3.0, 1.0, 2.0], Direction::HigherIsBetter), Some(3.0));
        // One lucky timing among many does not speak for all.
        let mut many: Vec<f64> = (0..720).map(|at| 100.0 + f64::from(at % 7)).collect();
        many[300] = 1.0;
        assert_eq!(best(&many, lower), Some(100.0));
        // Every value is in a group.
        let mut last = vec![5.0; 25];
        last[24] = 1.0;
        assert_eq!(best(&last, lower), Some(5.0));
        assert_eq!(best(&last[17..], lower), Some(1.0));
    }
}
