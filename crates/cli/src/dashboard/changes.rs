//! Where a series changed its level, and whether that is news.

use fabench_gate::{
    Algorithm, ChangePointSettings, RatioInterval, Thresholds, change_points, departure, judge,
};
use fabench_record::Direction;
use fabench_report::{Change, Points};

use super::benchmark::Around;

/// What was found in a series.
pub(super) struct Found {
    pub(super) changes: Vec<Change>,
    pub(super) recent: Option<Change>,
}

/// How many of the newest runs are looked at: the test takes time with the square of their number.
const MOST_RUNS: usize = 180;

/// Chance of any false change among the young ones of all series.
const ERROR: f64 = 0.01;

/// How far back news go.
const RECENT_MS: i64 = 7 * 86_400_000;

/// Change points, and a level that is too young to be one; news is the last of them within a week.
pub(super) fn find(
    points: &Points,
    times: &[i64],
    direction: Direction,
    thresholds: &Thresholds,
    around: &Around<'_>,
) -> Found {
    let skipped = points.len().saturating_sub(MOST_RUNS);
    let values = &points.values[skipped..];
    let mut changes: Vec<Change> = tested(values)
        .into_iter()
        .map(|point| {
            let cost_ratio = cost(point.ratio, direction);
            Change {
                run: points.runs[skipped + point.index],
                before: point.before,
                after: point.after,
                cost_ratio,
                p_value: point.p_value,
                verdict: judge(&exactly(cost_ratio), thresholds),
            }
        })
        .collect();
    let unripe = pop_unripe(points, &mut changes);
    let level = young(points, &changes, direction, thresholds, around);
    changes.extend(
        level
            .map(|level| begun_earlier(points, level, unripe))
            .or(unripe),
    );
    let week_ago = around.now.as_millisecond() - RECENT_MS;
    let is_news = |change: &&Change| {
        let at = points.runs.binary_search(&change.run);
        at.is_ok_and(|at| times[at] >= week_ago)
    };
    let recent = changes.iter().rfind(is_news).copied();
    Found { changes, recent }
}

/// E-divisive decides; a series in which even PELT, which is quick and overlooks nothing, sees one level is spared it.
fn tested(values: &[f64]) -> Vec<fabench_gate::ChangePoint> {
    let quick = ChangePointSettings {
        algorithm: Algorithm::Pelt,
        ..ChangePointSettings::default()
    };
    if change_points(values, &quick).is_empty() {
        return Vec::new();
    }
    change_points(values, &ChangePointSettings::default())
}

/// Takes out a change point among the latest runs: its test knows no level of fewer than four, so that one of three is
/// dated one run too early.
fn pop_unripe(points: &Points, changes: &mut Vec<Change>) -> Option<Change> {
    let ripe = points
        .len()
        .checked_sub(ChangePointSettings::default().min_level)?;
    changes.pop_if(|change| change.run >= points.runs[ripe])
}

/// Dates a young level back to where a change point has it, as far as the runs before it lie nearer to the new level.
fn begun_earlier(points: &Points, mut level: Change, unripe: Option<Change>) -> Change {
    let Some(unripe) = unripe else { return level };
    let middle = (level.before * level.after).sqrt();
    let is_new = |value: f64| (value > middle) == (level.after > middle);
    let at = points.runs.binary_search(&level.run).unwrap_or_default();
    let earlier = (0..at)
        .rev()
        .take_while(|at| points.runs[*at] >= unripe.run && is_new(points.values[*at]));
    if let Some(first) = earlier.last() {
        level.run = points.runs[first];
    }
    level.p_value = unripe.p_value;
    level
}

/// A new level of two or three runs, after the last change point.
fn young(
    points: &Points,
    changes: &[Change],
    direction: Direction,
    thresholds: &Thresholds,
    around: &Around<'_>,
) -> Option<Change> {
    let level = changes.last().map_or(0, |change| {
        points.runs.binary_search(&change.run).unwrap_or_default()
    });
    let values = &points.values[level..];
    let costs: Vec<f64> = values.iter().map(|value| cost(*value, direction)).collect();
    // Two sides, and as many chances as there are series.
    let error = ERROR / 2.0 / around.series.max(1) as f64;
    let found = departure(&costs, thresholds, error)?;
    let (before, after) = (
        median(&values[..found.index]),
        median(&values[found.index..]),
    );
    Some(Change {
        run: points.runs[level + found.index],
        before,
        after,
        cost_ratio: cost(after / before, direction),
        p_value: None,
        verdict: found.verdict,
    })
}

/// What is better when lower.
fn cost(value: f64, direction: Direction) -> f64 {
    match direction {
        Direction::LowerIsBetter => value,
        Direction::HigherIsBetter => 1.0 / value,
    }
}

/// That a level changed was tested already: only its size is left to judge.
fn exactly(ratio: f64) -> RatioInterval {
    RatioInterval {
        estimate: ratio,
        lower: ratio,
        upper: ratio,
    }
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let middle = sorted.len() / 2;
    if sorted.len() % 2 == 1 {
        sorted[middle]
    } else {
        f64::midpoint(sorted[middle - 1], sorted[middle])
    }
}
