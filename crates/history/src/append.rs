//! Recording a run. Invariant: whole or not at all, and the same run never twice, under whatever id.

use std::collections::BTreeMap;

use fabench_gate::{Level, level};
use fabench_record::{Completeness, Direction, Outcome, Run};

use crate::store::{self, Store, Value};
use crate::{History, HistoryError, body, time};

/// What became of a run that was handed over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Appended {
    /// It is in the history now.
    Recorded,
    /// It is in the history now under this id, because another run has its own: two runners started in one second.
    RecordedAs(String),
    /// It was there already; nothing was changed.
    Known,
}

impl History {
    /// Records `run`. A run that is there already is left as it is; another run of the same id is no reason to lose
    /// this one, which is then kept under an id with a number.
    ///
    /// # Errors
    /// [`HistoryError`]; nothing of the run is then kept, unless the outcome is unknown ([`HistoryError::OutcomeUnknown`]):
    /// then all or nothing, and recording it again is right in both cases.
    pub fn append(&mut self, run: &Run) -> Result<Appended, HistoryError> {
        self.append_known_by(run, None, false)
    }

    /// As [`History::append`]; `digest` is what an exported file knows the run by. A `baseline` is marked, new or known.
    pub(crate) fn append_known_by(
        &mut self,
        run: &Run,
        digest: Option<String>,
        baseline: bool,
    ) -> Result<Appended, HistoryError> {
        let started_ms = time::started_ms(run)?;
        let text = body::json(run);
        let digest = digest.unwrap_or_else(|| body::digest_of_run(run, &text));
        let points = points(run);
        store::transaction(self.store.as_mut(), |store| {
            let (id, known) = free_id(store, &run.id, &digest)?;
            if known {
                if baseline {
                    let sql = "UPDATE run SET baseline = 1 WHERE digest = ?1";
                    store.query(sql, &[Value::Text(&digest)])?;
                }
                return Ok(Appended::Known);
            }
            let renamed = id != run.id;
            let text = if renamed {
                body::json(&named(run, &id))
            } else {
                text
            };
            let class = class(store, run)?;
            let Some(key) = insert_run(store, run, (&id, &digest), class, started_ms, baseline)?
            else {
                // Another writer was quicker with the same run.
                return Ok(Appended::Known);
            };
            let body = body::compress(&text).map_err(|error| HistoryError::Damaged {
                place: store.place().to_owned(),
                problem: format!("the run can't be compressed: {error}"),
            })?;
            store.query(
                "INSERT INTO record (run, body) VALUES (?1, ?2)",
                &[Value::Int(key), Value::Bytes(&body)],
            )?;
            insert_points(store, class, key, started_ms, &points)?;
            Ok(if renamed {
                Appended::RecordedAs(id)
            } else {
                Appended::Recorded
            })
        })
    }
}

/// A metric of a run, and where it stands.
struct NewPoint<'a> {
    benchmark: &'a str,
    metric: &'a str,
    parameters: String,
    unit: String,
    higher_is_better: bool,
    primary: bool,
    level: Level,
}

impl NewPoint<'_> {
    fn series(&self) -> (String, String, String) {
        (
            self.benchmark.to_owned(),
            self.metric.to_owned(),
            self.parameters.clone(),
        )
    }
}

fn points(run: &Run) -> Vec<NewPoint<'_>> {
    let measured = run
        .benchmarks
        .iter()
        .filter(|bench| bench.outcome == Outcome::Measured);
    measured
        .flat_map(|bench| {
            bench.metrics.iter().filter_map(|metric| {
                Some(NewPoint {
                    benchmark: bench.id.as_str(),
                    metric: &metric.name,
                    parameters: body::json(&bench.parameters),
                    unit: metric.unit.to_string(),
                    higher_is_better: metric.direction == Direction::HigherIsBetter,
                    primary: metric.name == bench.primary,
                    level: level(bench, metric)?,
                })
            })
        })
        .collect()
}

/// `id`, or with a number where another run has it; and whether this very run is there already.
fn free_id(store: &mut dyn Store, id: &str, digest: &str) -> Result<(String, bool), HistoryError> {
    let same = store.query(
        "SELECT key FROM run WHERE digest = ?1",
        &[Value::Text(digest)],
    )?;
    if !same.is_empty() {
        return Ok((id.to_owned(), true));
    }
    let mut free = id.to_owned();
    let mut number = 2;
    loop {
        let sql = "SELECT key, digest FROM run WHERE id = ?1";
        let taken = store.query(sql, &[Value::Text(&free)])?;
        let Some(taken) = taken.first() else {
            return Ok((free, false));
        };
        if taken
            .text(1)
            .is_some_and(|digest| digest.starts_with("version 1: "))
        {
            // The old schema kept the centres only: here is the whole run.
            let key = Value::Int(taken.int(0).unwrap_or_default());
            store.query("DELETE FROM point WHERE run = ?1", &[key])?;
            store.query("DELETE FROM run WHERE key = ?1", &[key])?;
            return Ok((free, false));
        }
        free = format!("{id}-{number}");
        number += 1;
    }
}

fn named(run: &Run, id: &str) -> Run {
    Run {
        id: id.to_owned(),
        ..run.clone()
    }
}

/// The key of suite, machine class and method, made where there is none.
fn class(store: &mut dyn Store, run: &Run) -> Result<i64, HistoryError> {
    let machine = body::json(&run.environment.machine);
    let method = body::json(&run.method);
    let values = [
        Value::Text(&run.suite.name),
        Value::Text(&machine),
        Value::Text(&method),
    ];
    let find = "SELECT key FROM class WHERE suite = ?1 AND machine = ?2 AND method = ?3";
    let found = store.query(find, &values)?;
    if let Some(key) = found.first().and_then(|row| row.int(0)) {
        return Ok(key);
    }
    let make =
        "INSERT INTO class (suite, machine, method) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    store.query(make, &values)?;
    let found = store.query(find, &values)?;
    key_of(store, found.first().and_then(|row| row.int(0)))
}

fn key_of(store: &dyn Store, key: Option<i64>) -> Result<i64, HistoryError> {
    key.ok_or_else(|| HistoryError::Damaged {
        place: store.place().to_owned(),
        problem: "a row that was inserted is not there".to_owned(),
    })
}

fn insert_run(
    store: &mut dyn Store,
    run: &Run,
    (id, digest): (&str, &str),
    class: i64,
    started_ms: i64,
    baseline: bool,
) -> Result<Option<i64>, HistoryError> {
    let flag = |set: bool| Value::Int(i64::from(set));
    let found = store.query(
        "INSERT INTO run (id, digest, class, started_at, started_ms, duration_ms, commit_hash, dirty, branch, quick, \
         partial, benchmarks, baseline) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13) \
         ON CONFLICT (digest) DO NOTHING RETURNING key",
        &[
            Value::Text(id),
            Value::Text(digest),
            Value::Int(class),
            Value::Text(&run.started_at),
            Value::Int(started_ms),
            Value::Int(i64::try_from(run.duration_ms).unwrap_or(i64::MAX)),
            Value::text(run.source.commit.as_deref()),
            flag(run.source.dirty),
            Value::text(run.source.branch.as_deref()),
            flag(run.settings.quick),
            flag(run.completeness == Completeness::Partial),
            Value::Int(i64::try_from(run.benchmarks.len()).unwrap_or(i64::MAX)),
            flag(baseline),
        ],
    )?;
    Ok(found.first().and_then(|row| row.int(0)))
}

type Known = BTreeMap<(String, String, String), (i64, String, i64, i64)>;

/// The series of a class: benchmark, metric, parameters → key, unit, direction, primary.
fn known_series(store: &mut dyn Store, class: i64) -> Result<Known, HistoryError> {
    let rows = store.query(
        "SELECT benchmark, metric, parameters, key, unit, higher_is_better, is_primary FROM series WHERE class = ?1",
        &[Value::Int(class)],
    )?;
    let text = |row: &store::Row, column| row.text(column).unwrap_or_default().to_owned();
    let int = |row: &store::Row, column| row.int(column).unwrap_or_default();
    Ok(rows
        .iter()
        .map(|row| {
            (
                (text(row, 0), text(row, 1), text(row, 2)),
                (int(row, 3), text(row, 4), int(row, 5), int(row, 6)),
            )
        })
        .collect())
}

fn insert_points(
    store: &mut dyn Store,
    class: i64,
    run: i64,
    started_ms: i64,
    points: &[NewPoint<'_>],
) -> Result<(), HistoryError> {
    let mut known = known_series(store, class)?;
    let mut changed: Vec<&NewPoint<'_>> = points
        .iter()
        .filter(|point| {
            known
                .get(&point.series())
                .is_none_or(|(_, unit, higher, primary)| {
                    *unit != point.unit
                        || *higher != i64::from(point.higher_is_better)
                        || *primary != i64::from(point.primary)
                })
        })
        .collect();
    if !changed.is_empty() {
        // In one order, so that two writers never wait for each other.
        changed.sort_unstable_by_key(|point| point.series());
        let values: Vec<Value<'_>> = changed
            .iter()
            .flat_map(|point| {
                [
                    Value::Int(class),
                    Value::Text(point.benchmark),
                    Value::Text(&point.parameters),
                    Value::Text(point.metric),
                    Value::Text(&point.unit),
                    Value::Int(i64::from(point.higher_is_better)),
                    Value::Int(i64::from(point.primary)),
                ]
            })
            .collect();
        store::insert(
            store,
            "series (class, benchmark, parameters, metric, unit, higher_is_better, is_primary)",
            7,
            &values,
            " ON CONFLICT (class, benchmark, metric, parameters) DO UPDATE SET unit = excluded.unit, \
             higher_is_better = excluded.higher_is_better, is_primary = excluded.is_primary",
        )?;
        known = known_series(store, class)?;
    }
    let mut values = Vec::with_capacity(points.len() * 7);
    for point in points {
        let series = known.get(&point.series()).map(|(key, ..)| *key);
        values.extend([
            Value::Int(key_of(store, series)?),
            Value::Int(started_ms),
            Value::Int(run),
            Value::Real(point.level.value),
            Value::Real(point.level.lower),
            Value::Real(point.level.upper),
            Value::Int(i64::try_from(point.level.launches).unwrap_or(i64::MAX)),
        ]);
    }
    store::insert(
        store,
        "point (series, started_ms, run, value, low, high, launches)",
        7,
        &values,
        "",
    )
}
