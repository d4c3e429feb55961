//! What happened to a series: change points with their commits, and creep against a reference. Pure.

use fabench_gate::{
    ChangePointSettings, Creep, RatioInterval, Since, Thresholds, Verdict, change_points, creep,
};
use fabench_record::Direction;
use schemars::JsonSchema;
use serde::Serialize;

use crate::Series;

/// Runs that make the reference, and the latest ones that are held against it: what creep needs at least.
const REFERENCE_RUNS: usize = 8;

/// Values that are looked at, from the newest back: the search is quadratic.
const MOST_VALUES: usize = 500;

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What happened to a series.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Trend {
    /// The beginnings of new levels, oldest first.
    pub changes: Vec<Change>,
    /// The latest runs against the reference; `None` of fewer than 16 runs.
    pub creep: Option<CreepSince>,
}

/// The beginning of a new level.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// Index of the first point of the new level.
    pub index: usize,
    /// Run in which it was first seen.
    pub run: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Its start in milliseconds since 1970.
    pub started_ms: i64,
    /// Its commit, if known: the change came with it, or since the commit of the run before.
    pub commit: Option<String>,
    /// Commit of the run before.
    pub commit_before: Option<String>,
    /// Level before, in the series' unit.
    pub before: f64,
    /// Level from here on.
    pub after: f64,
    /// Cost after / cost before; above 1 is worse, whatever the direction.
    pub ratio: f64,
    /// Chance of so clear a split without a change.
    pub p_value: Option<f64>,
}

/// The latest runs against a reference.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct CreepSince {
    /// First run of the reference.
    pub reference: String,
    /// Its start, RFC 3339 in UTC.
    pub started_at: String,
    /// Cost of the latest runs relative to the reference; above 1 is worse.
    pub ratio: RatioInterval,
    /// What the table of verdicts says of it.
    pub verdict: Verdict,
}

/// Looks at the newest values of `series`. The reference begins with the run called `reference`, else with the oldest.
pub fn trend(
    series: &Series,
    settings: &ChangePointSettings,
    thresholds: &Thresholds,
    reference: Option<&str>,
) -> Trend {
    let skipped = series.points.len().saturating_sub(MOST_VALUES);
    let values: Vec<f64> = series.points[skipped..]
        .iter()
        .map(|point| point.value)
        .collect();
    let changes = change_points(&values, settings)
        .into_iter()
        .filter_map(|found| {
            let index = skipped + found.index;
            let point = series.points.get(index)?;
            let before = index.checked_sub(1).and_then(|at| series.points.get(at));
            Some(Change {
                index,
                run: point.run.clone(),
                started_at: point.started_at.clone(),
                started_ms: point.started_ms,
                commit: point.commit.clone(),
                commit_before: before.and_then(|point| point.commit.clone()),
                before: found.before,
                after: found.after,
                ratio: cost(found.ratio, series.direction),
                p_value: found.p_value,
            })
        })
        .collect();
    Trend {
        changes,
        creep: creep_of(series, thresholds, reference),
    }
}

fn creep_of(
    series: &Series,
    thresholds: &Thresholds,
    reference: Option<&str>,
) -> Option<CreepSince> {
    let begin = match reference {
        Some(id) => series.points.iter().position(|point| point.run == id)?,
        None => 0,
    };
    let points = &series.points[begin..];
    let latest = points.len().checked_sub(REFERENCE_RUNS)?;
    if latest < REFERENCE_RUNS {
        return None;
    }
    let costs: Vec<f64> = points
        .iter()
        .map(|point| cost(point.value, series.direction))
        .collect();
    let Creep { ratio, verdict } = creep(&costs[..REFERENCE_RUNS], &costs[latest..], thresholds)?;
    Some(CreepSince {
        reference: points[0].run.clone(),
        started_at: points[0].started_at.clone(),
        ratio,
        verdict,
    })
}

/// What is worse is more.
fn cost(value: f64, direction: Direction) -> f64 {
    match direction {
        Direction::LowerIsBetter => value,
        Direction::HigherIsBetter => 1.0 / value,
    }
}

/// Since when the series is worse or better, as `verdict` has it: its last change, if that goes the same way.
///
/// `now_ms` is when the judged run started. `None` for verdicts that find no change.
pub fn since(trend: &Trend, verdict: Verdict, now_ms: i64) -> Option<Since> {
    let last = trend.changes.last()?;
    let same_way = match verdict {
        Verdict::Regression | Verdict::Warning => last.ratio > 1.0,
        Verdict::Improvement => last.ratio < 1.0,
        _ => false,
    };
    same_way.then(|| Since {
        run: last.run.clone(),
        started_at: last.started_at.clone(),
        days: u32::try_from((now_ms - last.started_ms).max(0) / DAY_MS).unwrap_or(u32::MAX),
        commit: last.commit.clone(),
        ratio: last.ratio,
        p_value: last.p_value,
    })
}

#[cfg(test)]
mod tests {
    use fabench_record::{BenchmarkId, MachineClass, Method, Unit};

    use super::*;
    use crate::Point;

    fn series(values: &[f64], direction: Direction) -> Series {
        let point = |(index, &value): (usize, &f64)| Point {
            run: format!("run{index}"),
            started_at: String::new(),
            started_ms: DAY_MS * index as i64,
            commit: Some(format!("commit{index}")),
            dirty: false,
            baseline: false,
            value,
            lower: None,
            upper: None,
            launches: None,
            verdict: None,
        };
        let text = || "x".to_owned();
        Series {
            suite: text(),
            machine: MachineClass {
                cpu: text(),
                cores: 1,
                os: text(),
                arch: text(),
                toolchain: text(),
                allocator: text(),
            },
            method: Method {
                name: text(),
                version: 1,
            },
            benchmark: BenchmarkId::new("a/b").unwrap(),
            parameters: Default::default(),
            metric: text(),
            unit: Unit::Nanoseconds,
            direction,
            primary: true,
            points: values.iter().enumerate().map(point).collect(),
        }
    }

    fn of(values: &[f64], direction: Direction) -> Trend {
        let settings = ChangePointSettings::default();
        trend(
            &series(values, direction),
            &settings,
            &Thresholds::default(),
            None,
        )
    }

    fn stepped() -> Vec<f64> {
        let ripple = |index: usize| 1.0 + 0.002 * (index % 4) as f64;
        (0..40)
            .map(|index| ripple(index) * if index < 28 { 100.0 } else { 108.0 })
            .collect()
    }

    #[test]
    fn a_step_is_told_with_its_commit_and_the_one_before() {
        let found = of(&stepped(), Direction::LowerIsBetter);
        assert_eq!(found.changes.len(), 1);
        let change = &found.changes[0];
        assert_eq!(change.commit.as_deref(), Some("commit28"));
        assert_eq!(change.commit_before.as_deref(), Some("commit27"));
        assert!((change.ratio - 1.08).abs() < 0.005);
        let since = since(&found, Verdict::Warning, 40 * DAY_MS).unwrap();
        assert_eq!(
            (since.days, since.commit.as_deref()),
            (12, Some("commit28"))
        );
        assert_eq!(super::since(&found, Verdict::Improvement, 0), None);
        assert_eq!(super::since(&found, Verdict::Unchanged, 0), None);
    }

    #[test]
    fn more_throughput_costs_less() {
        let found = of(&stepped(), Direction::HigherIsBetter);
        assert!(found.changes[0].ratio < 1.0);
        assert_eq!(found.creep.unwrap().verdict, Verdict::Improvement);
        assert!(
            since(
                &Trend {
                    creep: None,
                    ..of(&stepped(), Direction::HigherIsBetter)
                },
                Verdict::Improvement,
                0
            )
            .is_some()
        );
    }

    #[test]
    fn creep_is_held_against_the_reference() {
        let ramp: Vec<f64> = (0..60).map(|run| 100.0 * 1.003f64.powi(run)).collect();
        let found = of(&ramp, Direction::LowerIsBetter).creep.unwrap();
        assert_eq!(found.verdict, Verdict::Regression);
        assert_eq!(found.reference, "run0");
        let late = trend(
            &series(&ramp, Direction::LowerIsBetter),
            &ChangePointSettings::default(),
            &Thresholds::default(),
            Some("run44"),
        );
        assert!(late.creep.unwrap().ratio.estimate < 1.04);
        assert_eq!(of(&ramp[..10], Direction::LowerIsBetter).creep, None);
    }
}
