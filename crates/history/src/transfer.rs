//! A history as one file of JSON lines, which a branch of a repository or a CI cache can carry.
//!
//! The first line says what it is; then come runs, oldest first, and comparisons. Invariant: reading a file into a
//! history loses nothing and duplicates nothing, in whatever order and however often; a damaged line is named.

use std::io::{self, BufRead, Read as _, Write};

use fabench_gate::Comparison;
use fabench_record::{MAX_FILE_BYTES, Run};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::store::Value;
use crate::{Appended, History, HistoryError, body};

/// Version of the lines.
const VERSION: u64 = 1;

/// What the first line is called.
const KIND: &str = "fabench-history";

/// Why a file can't be read into a history.
#[derive(Debug, thiserror::Error)]
pub enum TransferError {
    /// The file can't be read or written.
    #[error("the file can't be read or written; check its permissions and free space")]
    File(#[from] io::Error),
    /// The history can't be used.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// It is something else.
    #[error(
        "it is no exported history: the first line does not say so; name a file of `fabench history export`"
    )]
    Foreign,
    /// Written by a newer fabench.
    #[error(
        "it was exported by a newer fabench (version {0}, this one reads up to {VERSION}); update fabench"
    )]
    Newer(u64),
    /// A line is damaged.
    #[error("line {line} is damaged: {problem}; nothing of the file was read into the history")]
    Line {
        /// Its number, from 1.
        line: usize,
        /// What is wrong.
        problem: String,
    },
}

/// What a file brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Imported {
    /// Runs that are new.
    pub runs: usize,
    /// Runs that were there already.
    pub known: usize,
    /// New runs whose id another run has already; they were given a number.
    pub renamed: usize,
    /// Comparisons that are new.
    pub comparisons: usize,
}

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Exported {
    /// Runs.
    pub runs: usize,
    /// Comparisons.
    pub comparisons: usize,
    /// Runs of which an old fabench kept only the centres; they are not in the file.
    pub left_out: usize,
}

#[derive(Deserialize)]
struct Header {
    kind: String,
    schema_version: u64,
}

/// A line after the first. What a run is known by is carried along, so that a later fabench, which may write a record
/// in another way, still knows it.
#[derive(Deserialize, JsonSchema)]
pub struct HistoryLine {
    /// `run` or `comparison`; `fabench-history` in the first line, which has a `schema_version`.
    kind: String,
    /// What a run is known by.
    digest: Option<String>,
    /// Whether the run was accepted as a baseline.
    #[serde(default)]
    baseline: bool,
    /// The run.
    #[schemars(with = "Option<Run>")]
    run: Option<Box<RawValue>>,
    /// When it was judged, in milliseconds since 1970.
    judged_ms: Option<i64>,
    /// The comparison.
    #[schemars(with = "Option<Comparison>")]
    comparison: Option<Box<RawValue>>,
}

impl History {
    /// Writes all runs and comparisons to `out`.
    ///
    /// # Errors
    /// [`TransferError`]; `out` may then hold a part.
    pub fn export(&mut self, out: &mut dyn Write) -> Result<Exported, TransferError> {
        let mut exported = Exported::default();
        writeln!(out, "{{\"kind\":\"{KIND}\",\"schema_version\":{VERSION}}}")?;
        let runs = self.store.query(
            "SELECT run.key, run.digest, run.baseline FROM run ORDER BY run.started_ms, run.key",
            &[],
        )?;
        for row in &runs {
            let key = row.int(0).unwrap_or_default();
            let sql = "SELECT body FROM record WHERE run = ?1";
            let Some(record) = self.first(sql, &[Value::Int(key)])? else {
                exported.left_out += 1;
                continue;
            };
            let record = self.text(record.bytes(0).unwrap_or_default())?;
            let digest = body::json(&row.text(1));
            let baseline = row.int(2) == Some(1);
            writeln!(
                out,
                "{{\"kind\":\"run\",\"digest\":{digest},\"baseline\":{baseline},\"run\":{record}}}"
            )?;
            exported.runs += 1;
        }
        let comparisons = self.store.query(
            "SELECT key, judged_ms FROM comparison ORDER BY judged_ms, key",
            &[],
        )?;
        for row in &comparisons {
            let key = row.int(0).unwrap_or_default();
            let sql = "SELECT body FROM comparison WHERE key = ?1";
            let Some(body) = self.first(sql, &[Value::Int(key)])? else {
                continue;
            };
            let comparison = self.text(body.bytes(0).unwrap_or_default())?;
            let judged = row.int(1).unwrap_or_default();
            writeln!(
                out,
                "{{\"kind\":\"comparison\",\"judged_ms\":{judged},\"comparison\":{comparison}}}"
            )?;
            exported.comparisons += 1;
        }
        out.flush()?;
        Ok(exported)
    }

    /// Reads an exported file, which is looked through with [`check_export`] first.
    ///
    /// # Errors
    /// [`TransferError`]; what came before stays, and is known when the file is read again.
    pub fn import(&mut self, reader: &mut dyn BufRead) -> Result<Imported, TransferError> {
        let mut imported = Imported::default();
        each_line(reader, &mut |entry| {
            match entry {
                Entry::Run {
                    digest,
                    baseline,
                    run,
                } => {
                    let appended = self.append_known_by(&run, digest, baseline)?;
                    match appended {
                        Appended::Known => imported.known += 1,
                        Appended::Recorded => imported.runs += 1,
                        Appended::RecordedAs(_) => {
                            imported.runs += 1;
                            imported.renamed += 1;
                        }
                    }
                }
                Entry::Comparison(judged_at, comparison) => {
                    imported.comparisons +=
                        usize::from(self.record_comparison(&comparison, judged_at)?);
                }
            }
            Ok(())
        })?;
        Ok(imported)
    }

    fn text(&self, body: &[u8]) -> Result<String, HistoryError> {
        let bytes = body::decompress(body).map_err(|error| self.damaged(error))?;
        String::from_utf8(bytes).map_err(|error| self.damaged(error))
    }
}

/// Looks through an exported file, so that nothing is read of a damaged one.
///
/// # Errors
/// [`TransferError`] names the first line that can't be used.
pub fn check_export(reader: &mut dyn BufRead) -> Result<(), TransferError> {
    each_line(reader, &mut |_| Ok(()))
}

/// Whether `line` is the first one of an exported history.
pub fn begins_export(line: &[u8]) -> bool {
    serde_json::from_slice::<Header>(line).is_ok_and(|header| header.kind == KIND)
}

enum Entry {
    Run {
        digest: Option<String>,
        baseline: bool,
        run: Box<Run>,
    },
    Comparison(Timestamp, Box<Comparison>),
}

fn each_line(
    reader: &mut dyn BufRead,
    take: &mut dyn FnMut(Entry) -> Result<(), TransferError>,
) -> Result<(), TransferError> {
    let mut bytes = Vec::new();
    for number in 1.. {
        bytes.clear();
        let mut limited = (&mut *reader).take(MAX_FILE_BYTES + 1);
        let end = limited.read_until(b'\n', &mut bytes)? == 0;
        if number == 1 {
            let header: Header =
                serde_json::from_slice(&bytes).map_err(|_| TransferError::Foreign)?;
            if header.kind != KIND {
                return Err(TransferError::Foreign);
            }
            if header.schema_version > VERSION {
                return Err(TransferError::Newer(header.schema_version));
            }
            continue;
        }
        if end {
            break;
        }
        if bytes.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let entry = entry(&bytes).map_err(|problem| TransferError::Line {
            line: number,
            problem,
        })?;
        take(entry)?;
    }
    Ok(())
}

fn entry(bytes: &[u8]) -> Result<Entry, String> {
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err("it is longer than a record may be".to_owned());
    }
    // serde's words end in a place that counts from the line's beginning.
    let line: HistoryLine = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    match (line.kind.as_str(), line.run, line.comparison) {
        ("run", Some(run), _) => {
            let run = Run::from_json(run.get().as_bytes()).map_err(|error| error.to_string())?;
            crate::time::started_ms(&run).map_err(|error| error.to_string())?;
            Ok(Entry::Run {
                digest: line.digest,
                baseline: line.baseline,
                run: Box::new(run),
            })
        }
        ("comparison", _, Some(comparison)) => {
            let at = line.judged_ms.ok_or("it has no `judged_ms`")?;
            let at = Timestamp::from_millisecond(at).map_err(|error| error.to_string())?;
            let comparison = Comparison::from_json(comparison.get().as_bytes())
                .map_err(|error| error.to_string())?;
            Ok(Entry::Comparison(at, Box::new(comparison)))
        }
        _ => Err("it is neither a run nor a comparison".to_owned()),
    }
}
