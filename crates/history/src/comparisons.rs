//! What was said of runs: comparisons, whole, with the verdict on each metric. Invariant: the same one is kept once.

use fabench_gate::Comparison;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{self, Value};
use crate::{History, HistoryError, body};

/// A comparison and when it was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// When it was made, in milliseconds since 1970.
    pub judged_ms: i64,
    /// What it says.
    pub comparison: Comparison,
}

impl History {
    /// Keeps `comparison` with its candidate. False where it was there already.
    ///
    /// # Errors
    /// [`HistoryError`]; nothing of it is then kept, or all ([`HistoryError::OutcomeUnknown`]).
    pub fn record_comparison(
        &mut self,
        comparison: &Comparison,
        judged_at: Timestamp,
    ) -> Result<bool, HistoryError> {
        let text = body::json(comparison);
        let digest = body::digest(&[&text]);
        let judged_ms = judged_at.as_millisecond();
        let candidate = comparison.candidate.run.as_str();
        store::transaction(self.store.as_mut(), |store| {
            let body = body::compress(&text).map_err(|error| HistoryError::Damaged {
                place: store.place().to_owned(),
                problem: format!("the comparison can't be compressed: {error}"),
            })?;
            let inserted = store.query(
                "INSERT INTO comparison (digest, candidate, judged_ms, body) VALUES (?1, ?2, ?3, ?4) \
                 ON CONFLICT (digest) DO NOTHING RETURNING key",
                &[
                    Value::Text(&digest),
                    Value::Text(candidate),
                    Value::Int(judged_ms),
                    Value::Bytes(&body),
                ],
            )?;
            let Some(key) = inserted.first().and_then(|row| row.int(0)) else {
                return Ok(false);
            };
            let verdicts: Vec<String> = comparison
                .benchmarks
                .iter()
                .map(|entry| body::json(&entry.verdict))
                .collect();
            let values: Vec<Value<'_>> = comparison
                .benchmarks
                .iter()
                .zip(&verdicts)
                .flat_map(|(entry, verdict)| {
                    [
                        Value::Int(key),
                        Value::Text(candidate),
                        Value::Int(judged_ms),
                        Value::Text(entry.id.as_str()),
                        Value::Text(&entry.metric),
                        Value::Text(verdict),
                    ]
                })
                .collect();
            let into = "verdict (comparison, candidate, judged_ms, benchmark, metric, verdict)";
            store::insert(store, into, 6, &values, " ON CONFLICT DO NOTHING")?;
            Ok(true)
        })
    }

    /// The comparisons in which the run called `candidate` was judged, oldest first.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read or one is damaged.
    pub fn comparisons(&mut self, candidate: &str) -> Result<Vec<Judged>, HistoryError> {
        let rows = self.store.query(
            "SELECT judged_ms, body FROM comparison WHERE candidate = ?1 ORDER BY judged_ms, key",
            &[Value::Text(candidate)],
        )?;
        rows.iter()
            .map(|row| {
                let damaged = |error: &dyn std::fmt::Display| {
                    self.damaged(format!("a comparison of `{candidate}`: {error}"))
                };
                let bytes = body::decompress(row.bytes(1).unwrap_or_default())
                    .map_err(|error| damaged(&error))?;
                let comparison = serde_json::from_slice(&bytes).map_err(|error| damaged(&error))?;
                Ok(Judged {
                    judged_ms: row.int(0).unwrap_or_default(),
                    comparison,
                })
            })
            .collect()
    }
}
