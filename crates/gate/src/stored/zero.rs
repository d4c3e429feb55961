//! Where zero stands on a side there is no ratio: both zero is unchanged, else an absolute floor decides, if policy
//! gives one.

use fabench_record::Direction;

use crate::judge::Verdict;

/// Verdict and reason for two centres of which at least one is zero.
pub(super) fn judge(
    baseline: f64,
    candidate: f64,
    direction: Direction,
    floor: Option<f64>,
    is_time: bool,
) -> (Verdict, String) {
    if is_time {
        let reason = "a time or rate of zero was measured: one sample is faster than the clock";
        return (Verdict::NotComparable, reason.to_owned());
    }
    if baseline == 0.0 && candidate == 0.0 {
        return (Verdict::Unchanged, "zero on both sides".to_owned());
    }
    let what = format!("{candidate} beside {baseline} in the baseline has no ratio");
    let Some(floor) = floor else {
        if baseline == 0.0 {
            let reason = format!("{what}, and policy gives no absolute floor");
            return (Verdict::NotComparable, reason);
        }
        let reason = format!("it fell from {baseline} to zero");
        return (worse_if(direction == Direction::HigherIsBetter), reason);
    };
    if baseline.max(candidate) <= floor {
        let reason = format!("{what}; both are within the absolute floor of {floor}");
        return (Verdict::Unchanged, reason);
    }
    let rose = candidate > baseline;
    let verdict = worse_if(rose == (direction == Direction::LowerIsBetter));
    (
        verdict,
        format!("{what}; it is beyond the absolute floor of {floor}"),
    )
}

fn worse_if(worse: bool) -> Verdict {
    if worse {
        Verdict::Regression
    } else {
        Verdict::Improvement
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_the_rule_for_zero() {
        use Direction::{HigherIsBetter as Higher, LowerIsBetter as Lower};
        for (old, new, direction, floor, expected) in [
            (0.0, 0.0, Lower, None, Verdict::Unchanged),
            (0.0, 5.0, Lower, None, Verdict::NotComparable),
            (0.0, 5.0, Lower, Some(8.0), Verdict::Unchanged),
            (0.0, 9.0, Lower, Some(8.0), Verdict::Regression),
            (0.0, 9.0, Higher, Some(8.0), Verdict::Improvement),
            (9.0, 0.0, Lower, None, Verdict::Improvement),
            (9.0, 0.0, Higher, None, Verdict::Regression),
            (9.0, 0.0, Higher, Some(10.0), Verdict::Unchanged),
        ] {
            let (found, reason) = judge(old, new, direction, floor, false);
            assert_eq!(
                found, expected,
                "{old} {new} {direction:?} {floor:?}: {reason}"
            );
        }
        let (found, _) = judge(0.0, 0.0, Lower, None, true);
        assert_eq!(found, Verdict::NotComparable);
    }
}
