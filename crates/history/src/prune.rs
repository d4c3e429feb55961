//! What is kept for how long. Invariant: a baseline's own run stays, and so does everything of the last days, which
//! are counted from the newest run, so that a clock that is wrong or a pause of months deletes nothing by itself.

use jiff::Timestamp;
use serde::Serialize;

use crate::store::{self, Store, Value};
use crate::{History, HistoryError};

const DAY_MS: i64 = 24 * 60 * 60 * 1000;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retention {
    /// Days, back from the newest run, of which everything is kept.
    pub days: u32,
    /// Delete what is older, instead of thinning it to one value a week for each benchmark.
    pub delete: bool,
}

/// What was removed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Values of series.
    pub points: usize,
    /// Runs of which no value was left.
    pub runs: usize,
}

impl History {
    /// Thins or deletes what is older than `retention` says. The runs called `keep` are marked as baselines first, and stay.
    ///
    /// Of each week the first whole run of a benchmark is kept, so that pruning again removes nothing more.
    ///
    /// # Errors
    /// [`HistoryError`]; nothing is then removed, or all ([`HistoryError::OutcomeUnknown`]).
    pub fn prune(
        &mut self,
        retention: &Retention,
        now: Timestamp,
        keep: &[&str],
    ) -> Result<Pruned, HistoryError> {
        let newest = self.first(
            "SELECT max(started_ms) FROM run WHERE started_ms <= ?1",
            &[Value::Int(now.as_millisecond())],
        )?;
        let Some(newest) = newest.and_then(|row| row.int(0)) else {
            return Ok(Pruned::default());
        };
        let old = [Value::Int(newest - i64::from(retention.days) * DAY_MS)];
        let any = "SELECT key FROM run WHERE started_ms < ?1 LIMIT 1";
        if self.first(any, &old)?.is_none() {
            return Ok(Pruned::default());
        }
        store::transaction(self.store.as_mut(), |store| {
            for id in keep {
                store.query(
                    "UPDATE run SET baseline = 1 WHERE id = ?1",
                    &[Value::Text(id)],
                )?;
            }
            let points = if retention.delete {
                delete_points(store, &old)?
            } else {
                thin_points(store, &old)?
            };
            let runs = store.query(
                "DELETE FROM run WHERE started_ms < ?1 AND baseline = 0 \
                 AND NOT EXISTS (SELECT point.run FROM point WHERE point.run = run.key) RETURNING key",
                &old,
            )?;
            store.query(
                "DELETE FROM comparison WHERE judged_ms < ?1 \
                 AND NOT EXISTS (SELECT run.key FROM run WHERE run.id = comparison.candidate)",
                &old,
            )?;
            Ok(Pruned {
                points,
                runs: runs.len(),
            })
        })
    }
}

fn delete_points(store: &mut dyn Store, old: &[Value<'_>]) -> Result<usize, HistoryError> {
    let deleted = store.query(
        "DELETE FROM point WHERE started_ms < ?1 AND run NOT IN (SELECT key FROM run WHERE baseline = 1) \
         RETURNING series",
        old,
    )?;
    Ok(deleted.len())
}

/// Weeks begin on Monday; 1970 began on a Thursday, three days into one.
fn thin_points(store: &mut dyn Store, old: &[Value<'_>]) -> Result<usize, HistoryError> {
    let deleted = store.query(
        "DELETE FROM point WHERE (series, started_ms, run) IN ( \
             SELECT series, started_ms, run FROM ( \
                 SELECT point.series, point.started_ms, point.run, run.baseline, row_number() OVER ( \
                     PARTITION BY point.series, (point.started_ms + 259200000) / 604800000 \
                     ORDER BY run.quick, run.partial, point.started_ms, point.run) AS place \
                 FROM point JOIN run ON run.key = point.run WHERE point.started_ms < ?1) AS ranked \
             WHERE place > 1 AND baseline = 0) \
         RETURNING series",
        old,
    )?;
    Ok(deleted.len())
}
