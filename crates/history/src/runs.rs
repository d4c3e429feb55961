//! Listing runs, and reading one whole.

use std::collections::BTreeMap;

use fabench_gate::Verdict;
use fabench_record::{MachineClass, Method, Run};
use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::store::{Row, Value};
use crate::{History, HistoryError, body};

/// Which runs; everything where nothing is said.
#[derive(Clone, Debug, Default)]
pub struct RunFilter {
    /// Of this suite.
    pub suite: Option<String>,
    /// On this machine class.
    pub machine: Option<MachineClass>,
    /// Of this branch.
    pub branch: Option<String>,
    /// Started at this time or later.
    pub since: Option<Timestamp>,
    /// Started before this time.
    pub until: Option<Timestamp>,
    /// Only so many, the newest.
    pub limit: Option<u32>,
}

/// What is known of a run without reading it whole.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RunRow {
    /// Key within this history.
    #[serde(skip)]
    pub(crate) key: i64,
    /// Its id, unique in this history.
    pub id: String,
    /// Start, RFC 3339 in UTC.
    pub started_at: String,
    /// Start in milliseconds since 1970.
    pub started_ms: i64,
    /// Wall time of the whole run.
    pub duration_ms: i64,
    /// Name of the suite.
    pub suite: String,
    /// Where it ran.
    pub machine: MachineClass,
    /// How it measured.
    pub method: Method,
    /// Commit of the suite, if known.
    pub commit: Option<String>,
    /// True if the checkout had uncommitted changes.
    pub dirty: bool,
    /// Branch, if known.
    pub branch: Option<String>,
    /// True for a quick look.
    pub quick: bool,
    /// True if it was interrupted.
    pub partial: bool,
    /// How many benchmarks it has.
    pub benchmarks: i64,
    /// True if it was accepted as a baseline; it is never pruned.
    pub baseline: bool,
    /// The gravest verdict of its latest comparison, if there is one.
    pub verdict: Option<Verdict>,
}

/// The columns of [`RunRow`], read by [`History::run_row`].
const COLUMNS: &str = "run.key, run.id, run.started_at, run.started_ms, run.duration_ms, class.suite, class.machine, \
                       class.method, run.commit_hash, run.dirty, run.branch, run.quick, run.partial, run.benchmarks, \
                       run.baseline";

/// Conditions of a statement and the values that they hold.
#[derive(Default)]
pub(crate) struct Where<'a> {
    conditions: Vec<String>,
    pub(crate) values: Vec<Value<'a>>,
}

impl<'a> Where<'a> {
    /// `condition` ends in an operator; the value follows it.
    pub(crate) fn and(&mut self, condition: &str, value: Value<'a>) {
        self.values.push(value);
        self.conditions
            .push(format!("{condition} ?{}", self.values.len()));
    }

    pub(crate) fn plain(&mut self, condition: &str) {
        self.conditions.push(condition.to_owned());
    }

    pub(crate) fn sql(&self) -> String {
        if self.conditions.is_empty() {
            String::new()
        } else {
            format!(" WHERE {}", self.conditions.join(" AND "))
        }
    }
}

impl History {
    /// The runs that `filter` lets through, newest first.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read.
    pub fn runs(&mut self, filter: &RunFilter) -> Result<Vec<RunRow>, HistoryError> {
        let machine = filter.machine.as_ref().map(body::json);
        let mut wanted = Where::default();
        if let Some(suite) = &filter.suite {
            wanted.and("class.suite =", Value::Text(suite));
        }
        if let Some(machine) = &machine {
            wanted.and("class.machine =", Value::Text(machine));
        }
        if let Some(branch) = &filter.branch {
            wanted.and("run.branch =", Value::Text(branch));
        }
        if let Some(since) = filter.since {
            wanted.and("run.started_ms >=", Value::Int(since.as_millisecond()));
        }
        if let Some(until) = filter.until {
            wanted.and("run.started_ms <", Value::Int(until.as_millisecond()));
        }
        let conditions = wanted.sql();
        let mut sql = format!(
            "SELECT {COLUMNS} FROM run JOIN class ON class.key = run.class{conditions} \
             ORDER BY run.started_ms DESC, run.key DESC"
        );
        if let Some(limit) = filter.limit {
            wanted.values.push(Value::Int(i64::from(limit)));
            sql.push_str(&format!(" LIMIT ?{}", wanted.values.len()));
        }
        let rows = self.store.query(&sql, &wanted.values)?;
        let mut runs: Vec<RunRow> = rows
            .iter()
            .map(|row| self.run_row(row))
            .collect::<Result<_, _>>()?;
        self.add_verdicts(&mut runs)?;
        Ok(runs)
    }

    /// The run called `id`, or that begins with it where there is only one such; `None` where there is none.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read.
    pub fn find(&mut self, id: &str) -> Result<Option<RunRow>, HistoryError> {
        let sql = format!(
            "SELECT {COLUMNS} FROM run JOIN class ON class.key = run.class \
             WHERE run.id = ?1 OR substr(run.id, 1, {}) = ?1 ORDER BY length(run.id), run.id LIMIT 2",
            id.chars().count()
        );
        let rows = self.store.query(&sql, &[Value::Text(id)])?;
        let mut found: Vec<RunRow> = rows
            .iter()
            .map(|row| self.run_row(row))
            .collect::<Result<_, _>>()?;
        if found.len() > 1 && found[0].id != id {
            return Ok(None);
        }
        found.truncate(1);
        self.add_verdicts(&mut found)?;
        Ok(found.pop())
    }

    /// The whole record of the run called `id`; `None` where there is no such run, or one of an old fabench that did
    /// not keep it.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be read or the record is damaged.
    pub fn run(&mut self, id: &str) -> Result<Option<Run>, HistoryError> {
        let sql =
            "SELECT record.body FROM record JOIN run ON run.key = record.run WHERE run.id = ?1";
        let Some(row) = self.first(sql, &[Value::Text(id)])? else {
            return Ok(None);
        };
        let damaged = |error: &dyn std::fmt::Display| self.damaged(format!("run `{id}`: {error}"));
        let bytes = row.bytes(0).unwrap_or_default();
        let bytes = body::decompress(bytes).map_err(|error| damaged(&error))?;
        Run::from_json(&bytes)
            .map(Some)
            .map_err(|error| damaged(&error))
    }

    /// Marks the run called `id` as accepted: it is never pruned. False where there is no such run.
    ///
    /// # Errors
    /// [`HistoryError`] when the history can't be written.
    pub fn mark_baseline(&mut self, id: &str) -> Result<bool, HistoryError> {
        let sql = "UPDATE run SET baseline = 1 WHERE id = ?1 RETURNING key";
        Ok(self.first(sql, &[Value::Text(id)])?.is_some())
    }

    pub(crate) fn run_row(&self, row: &Row) -> Result<RunRow, HistoryError> {
        let text = |column: usize| row.text(column).map(str::to_owned);
        let int = |column: usize| row.int(column).unwrap_or_default();
        let id = text(1).unwrap_or_default();
        Ok(RunRow {
            key: int(0),
            started_at: text(2).unwrap_or_default(),
            started_ms: int(3),
            duration_ms: int(4),
            suite: text(5).unwrap_or_default(),
            machine: self.decode(&id, row.text(6))?,
            method: self.decode(&id, row.text(7))?,
            commit: text(8),
            dirty: int(9) != 0,
            branch: text(10),
            quick: int(11) != 0,
            partial: int(12) != 0,
            benchmarks: int(13),
            baseline: int(14) != 0,
            verdict: None,
            id,
        })
    }

    pub(crate) fn decode<T: DeserializeOwned>(
        &self,
        what: &str,
        text: Option<&str>,
    ) -> Result<T, HistoryError> {
        serde_json::from_str(text.unwrap_or_default())
            .map_err(|error| self.damaged(format!("`{what}`: {error}")))
    }

    fn add_verdicts(&mut self, runs: &mut [RunRow]) -> Result<(), HistoryError> {
        let (Some(first), Some(last)) = (
            runs.iter().map(|run| &run.id).min(),
            runs.iter().map(|run| &run.id).max(),
        ) else {
            return Ok(());
        };
        // Verdicts are few beside runs; later ones replace earlier ones.
        let rows = self.store.query(
            "SELECT candidate, verdict, judged_ms, comparison FROM verdict WHERE candidate >= ?1 AND candidate <= ?2 \
             ORDER BY judged_ms, comparison",
            &[Value::Text(first), Value::Text(last)],
        )?;
        let mut latest: BTreeMap<String, ((i64, i64), Verdict)> = BTreeMap::new();
        for row in &rows {
            let at = (
                row.int(2).unwrap_or_default(),
                row.int(3).unwrap_or_default(),
            );
            let candidate = row.text(0).unwrap_or_default();
            let verdict: Verdict = self.decode(candidate, row.text(1))?;
            latest
                .entry(candidate.to_owned())
                .and_modify(|known| {
                    *known = if known.0 == at {
                        (at, known.1.min(verdict))
                    } else {
                        (at, verdict)
                    };
                })
                .or_insert((at, verdict));
        }
        for run in runs {
            run.verdict = latest.get(&run.id).map(|(_, verdict)| *verdict);
        }
        Ok(())
    }
}
