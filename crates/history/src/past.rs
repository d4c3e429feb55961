//! Earlier runs as the gate wants them: centres of primary metrics, for the spread between runs.

use std::collections::BTreeMap;

use fabench_record::{BenchmarkId, Centre, PastRun, Run};

use crate::store::Value;
use crate::{History, HistoryError, body};

impl History {
    /// The centres of earlier whole runs that are comparable with `run` (same suite, machine class and method), oldest
    /// first: what the gate estimates the spread between runs from. At most `most` of the newest.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read, or for a row that no run can have left.
    pub fn comparable(&mut self, run: &Run, most: u32) -> Result<Vec<PastRun>, HistoryError> {
        let machine = body::json(&run.environment.machine);
        let method = body::json(&run.method);
        let runs = self.store.query(
            "SELECT run.key, run.id, run.started_at FROM run JOIN class ON class.key = run.class \
             WHERE class.suite = ?1 AND class.machine = ?2 AND class.method = ?3 AND run.id <> ?4 \
             AND run.quick = 0 AND run.partial = 0 ORDER BY run.started_ms DESC, run.key DESC LIMIT ?5",
            &[
                Value::Text(&run.suite.name),
                Value::Text(&machine),
                Value::Text(&method),
                Value::Text(&run.id),
                Value::Int(i64::from(most)),
            ],
        )?;
        runs.iter()
            .rev()
            .map(|row| {
                Ok(PastRun {
                    id: row.text(1).unwrap_or_default().to_owned(),
                    started_at: row.text(2).unwrap_or_default().to_owned(),
                    centres: self.centres(row.int(0).unwrap_or_default())?,
                })
            })
            .collect()
    }

    fn centres(&mut self, run: i64) -> Result<BTreeMap<BenchmarkId, Centre>, HistoryError> {
        let rows = self.store.query(
            "SELECT series.benchmark, series.metric, point.value FROM point JOIN series ON series.key = point.series \
             WHERE point.run = ?1 AND series.is_primary = 1",
            &[Value::Int(run)],
        )?;
        rows.iter()
            .map(|row| {
                let id = BenchmarkId::new(row.text(0).unwrap_or_default())
                    .map_err(|error| self.damaged(error))?;
                let value = row.real(2).unwrap_or(f64::NAN);
                if !(value.is_finite() && value >= 0.0) {
                    return Err(self.damaged(format!("{id} has the value {value}")));
                }
                let metric = row.text(1).unwrap_or_default().to_owned();
                Ok((id, Centre { metric, value }))
            })
            .collect()
    }
}
