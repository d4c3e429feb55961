//! Series: the values of one metric of one benchmark over time, on one machine class, by one method.

use std::collections::BTreeMap;

use fabench_gate::Verdict;
use fabench_record::{BenchmarkId, Direction, MachineClass, Method, Unit};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::runs::Where;
use crate::store::Value;
use crate::{History, HistoryError, body};

/// Which series; all primary ones where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct SeriesFilter {
    /// Of this suite.
    pub suite: Option<String>,
    /// On this machine class.
    pub machine: Option<MachineClass>,
    /// Of this benchmark.
    pub benchmark: Option<BenchmarkId>,
    /// Of this metric, instead of the primary ones.
    pub metric: Option<String>,
    /// Of all metrics, not the primary ones only.
    pub all_metrics: bool,
    /// Only runs of this branch.
    pub branch: Option<String>,
    /// Only runs that started at this time or later.
    pub since: Option<Timestamp>,
}

/// The values of one metric of one benchmark, comparable with each other, oldest first. Quick looks are left out.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Series {
    /// Name of the suite.
    pub suite: String,
    /// The machine class.
    pub machine: MachineClass,
    /// How it was measured.
    pub method: Method,
    /// The benchmark.
    pub benchmark: BenchmarkId,
    /// What was varied.
    pub parameters: BTreeMap<String, String>,
    /// Name of the metric.
    pub metric: String,
    /// Its unit; empty where only an old fabench recorded it.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// True if it is the benchmark's primary metric.
    pub primary: bool,
    /// The values; never empty.
    pub points: Vec<Point>,
}

/// One run's value in a series.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Point {
    /// Id of the run.
    pub run: String,
    /// Start of the run, RFC 3339 in UTC.
    pub started_at: String,
    /// Start in milliseconds since 1970.
    pub started_ms: i64,
    /// Commit, if known.
    pub commit: Option<String>,
    /// True if the checkout had uncommitted changes.
    pub dirty: bool,
    /// True if the run was accepted as a baseline.
    pub baseline: bool,
    /// Centre over the launches, in the series' unit.
    pub value: f64,
    /// Lower end of its 95 % interval, if kept.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// Launches behind it, if kept.
    pub launches: Option<i64>,
    /// What its latest comparison said of it, if there was one.
    pub verdict: Option<Verdict>,
}

/// Series that are asked for one by one.
const MOST_BY_KEY: usize = 200;

impl History {
    /// The series that `filter` lets through, by suite, machine class and benchmark.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read.
    pub fn series(&mut self, filter: &SeriesFilter) -> Result<Vec<Series>, HistoryError> {
        let mut heads = self.heads(filter)?;
        if heads.is_empty() {
            return Ok(Vec::new());
        }
        let since = filter.since.map(Timestamp::as_millisecond);
        let runs = self.run_points(filter, since)?;
        let mut wanted = Where::default();
        // A few series are read by their keys; of many, the table is read once.
        if heads.len() <= MOST_BY_KEY {
            let keys: Vec<String> = heads.keys().map(i64::to_string).collect();
            wanted.plain(&format!("series IN ({})", keys.join(", ")));
        }
        if let Some(since) = since {
            wanted.and("started_ms >=", Value::Int(since));
        }
        let sql = format!(
            "SELECT series, run, value, low, high, launches FROM point{} ORDER BY series, started_ms, run",
            wanted.sql()
        );
        for row in self.store.query(&sql, &wanted.values)? {
            let (Some(series), Some(run)) = (row.int(0), row.int(1)) else {
                continue;
            };
            let (Some(head), Some(run)) = (heads.get_mut(&series), runs.get(&run)) else {
                continue;
            };
            let value = row.real(2).unwrap_or(f64::NAN);
            if !(value.is_finite() && value >= 0.0) {
                return Err(self.damaged(format!("`{}` has the value {value}", head.benchmark)));
            }
            head.points.push(Point {
                value,
                lower: row.real(3),
                upper: row.real(4),
                launches: row.int(5),
                ..run.clone()
            });
        }
        heads.retain(|_, series| !series.points.is_empty());
        let mut found: Vec<Series> = heads.into_values().collect();
        self.add_verdicts_to(&mut found)?;
        found.sort_by(|a, b| {
            let order = |one: &Series| {
                (
                    one.suite.clone(),
                    one.machine.clone(),
                    one.benchmark.clone(),
                    one.metric.clone(),
                )
            };
            order(a).cmp(&order(b))
        });
        Ok(found)
    }

    /// The newest value of each series that `filter` lets through: as [`History::series`], with one point each.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read.
    pub fn latest(&mut self, filter: &SeriesFilter) -> Result<Vec<Series>, HistoryError> {
        let mut found = self.series(filter)?;
        for series in &mut found {
            series.points.drain(..series.points.len() - 1);
        }
        Ok(found)
    }

    /// The series without their points, by key.
    fn heads(&mut self, filter: &SeriesFilter) -> Result<BTreeMap<i64, Series>, HistoryError> {
        let machine = filter.machine.as_ref().map(body::json);
        let mut wanted = Where::default();
        if let Some(suite) = &filter.suite {
            wanted.and("class.suite =", Value::Text(suite));
        }
        if let Some(machine) = &machine {
            wanted.and("class.machine =", Value::Text(machine));
        }
        if let Some(benchmark) = &filter.benchmark {
            wanted.and("series.benchmark =", Value::Text(benchmark.as_str()));
        }
        if let Some(metric) = &filter.metric {
            wanted.and("series.metric =", Value::Text(metric));
        } else if !filter.all_metrics {
            wanted.plain("series.is_primary = 1");
        }
        let sql = format!(
            "SELECT series.key, class.suite, class.machine, class.method, series.benchmark, series.parameters, \
             series.metric, series.unit, series.higher_is_better, series.is_primary FROM series \
             JOIN class ON class.key = series.class{}",
            wanted.sql()
        );
        let rows = self.store.query(&sql, &wanted.values)?;
        let mut heads = BTreeMap::new();
        for row in &rows {
            let text = |column: usize| row.text(column).unwrap_or_default();
            let series = Series {
                suite: text(1).to_owned(),
                machine: self.decode(text(4), row.text(2))?,
                method: self.decode(text(4), row.text(3))?,
                benchmark: BenchmarkId::new(text(4)).map_err(|error| self.damaged(error))?,
                parameters: self.decode(text(4), row.text(5))?,
                metric: text(6).to_owned(),
                unit: Unit::from(text(7).to_owned()),
                direction: if row.int(8) == Some(1) {
                    Direction::HigherIsBetter
                } else {
                    Direction::LowerIsBetter
                },
                primary: row.int(9) == Some(1),
                points: Vec::new(),
            };
            heads.insert(row.int(0).unwrap_or_default(), series);
        }
        Ok(heads)
    }

    /// What the points of a run share, by the run's key.
    fn run_points(
        &mut self,
        filter: &SeriesFilter,
        since: Option<i64>,
    ) -> Result<BTreeMap<i64, Point>, HistoryError> {
        let mut wanted = Where::default();
        wanted.plain("quick = 0");
        if let Some(branch) = &filter.branch {
            wanted.and("branch =", Value::Text(branch));
        }
        if let Some(since) = since {
            wanted.and("started_ms >=", Value::Int(since));
        }
        let sql = format!(
            "SELECT key, id, started_at, started_ms, commit_hash, dirty, baseline FROM run{}",
            wanted.sql()
        );
        let rows = self.store.query(&sql, &wanted.values)?;
        let text = |cell: Option<&str>| cell.map(str::to_owned);
        let point = |row: &crate::store::Row| Point {
            run: text(row.text(1)).unwrap_or_default(),
            started_at: text(row.text(2)).unwrap_or_default(),
            started_ms: row.int(3).unwrap_or_default(),
            commit: text(row.text(4)),
            dirty: row.int(5) == Some(1),
            baseline: row.int(6) == Some(1),
            value: 0.0,
            lower: None,
            upper: None,
            launches: None,
            verdict: None,
        };
        Ok(rows
            .iter()
            .map(|row| (row.int(0).unwrap_or_default(), point(row)))
            .collect())
    }

    fn add_verdicts_to(&mut self, found: &mut [Series]) -> Result<(), HistoryError> {
        let ids = || {
            found
                .iter()
                .flat_map(|series| &series.points)
                .map(|point| &point.run)
        };
        let (Some(first), Some(last)) = (ids().min().cloned(), ids().max().cloned()) else {
            return Ok(());
        };
        let mut wanted = Where::default();
        wanted.and("candidate >=", Value::Text(&first));
        wanted.and("candidate <=", Value::Text(&last));
        let benchmark = found[0].benchmark.clone();
        if found.iter().all(|series| series.benchmark == benchmark) {
            wanted.and("benchmark =", Value::Text(benchmark.as_str()));
        }
        // Later verdicts come last and replace earlier ones.
        let sql = format!(
            "SELECT candidate, benchmark, metric, verdict FROM verdict{} ORDER BY judged_ms, comparison",
            wanted.sql()
        );
        let mut latest = BTreeMap::new();
        for row in self.store.query(&sql, &wanted.values)? {
            let text = |column: usize| row.text(column).unwrap_or_default().to_owned();
            let verdict: Verdict = self.decode(&text(0), row.text(3))?;
            latest.insert((text(0), text(1), text(2)), verdict);
        }
        for series in found {
            let (benchmark, metric) = (series.benchmark.to_string(), series.metric.clone());
            for point in &mut series.points {
                let key = (point.run.clone(), benchmark.clone(), metric.clone());
                point.verdict = latest.get(&key).copied();
            }
        }
        Ok(())
    }
}
