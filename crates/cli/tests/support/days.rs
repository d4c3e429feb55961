//! Recorded days: a history whose truth is known, made of one golden run with its times scaled.

use std::path::Path;

use fabench_history::{History, RunFilter};
use fabench_record::Run;
use jiff::{Timestamp, ToSpan as _};
use serde_json::{Value, json};

const GOLDEN: &str = include_str!("../../../record/tests/data/run_v1.json");

/// One benchmark and what its values are multiplied by on each day, 0 being today.
pub(crate) struct Course<'a> {
    pub(crate) id: &'a str,
    pub(crate) factor: fn(days_ago: i64) -> f64,
}

/// A ripple of 1 %, so that no two days are equal.
pub(crate) fn ripple(days_ago: i64) -> f64 {
    [1.0, 1.006, 0.996, 1.004, 0.993, 1.002, 0.998][days_ago.rem_euclid(7) as usize]
}

/// The commit of a day.
pub(crate) fn commit(days_ago: i64) -> String {
    format!("{:040x}", 0xc0ff_ee00_u64 + days_ago as u64)
        .chars()
        .rev()
        .collect()
}

/// The run of a day, an hour before now.
pub(crate) fn run(courses: &[Course<'_>], days_ago: i64) -> Run {
    let golden: Value = serde_json::from_str(GOLDEN).expect("golden");
    let time = Timestamp::now()
        .checked_sub((days_ago * 24 + 1).hours())
        .expect("a time");
    let mut run = golden.clone();
    run["started_at"] = json!(time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    run["id"] = json!(format!(
        "{}-{}",
        time.strftime("%Y%m%dT%H%M%SZ"),
        &commit(days_ago)[..7]
    ));
    run["source"]["commit"] = json!(commit(days_ago));
    let benchmarks = courses.iter().map(|course| {
        let mut benchmark = golden["benchmarks"][0].clone();
        benchmark["id"] = json!(course.id);
        let factor = (course.factor)(days_ago);
        let launches = benchmark["launches"].as_array_mut().expect("launches");
        for round in launches
            .iter_mut()
            .flat_map(|launch| launch["rounds"].as_array_mut().expect("rounds"))
        {
            for times in ["wall_ns", "cpu_ns"] {
                for time in round[times].as_array_mut().expect("times") {
                    *time = json!((time.as_f64().expect("a time") * factor).round() as u64);
                }
            }
        }
        benchmark
    });
    run["benchmarks"] = benchmarks.collect();
    // Read as a file is: what it holds is a valid record.
    Run::from_json(run.to_string().as_bytes()).expect("a valid run")
}

/// The id of the newest recorded run.
pub(crate) fn newest(history: &Path) -> String {
    let mut history = History::open(history).expect("a history");
    let runs = history.runs(&RunFilter::default()).expect("runs");
    runs.into_iter().next().expect("a run").id
}

/// Marks a history file as one of a later version: SQLite keeps the number in its header.
pub(crate) fn make_newer(history: &Path) {
    let mut bytes = std::fs::read(history).expect("a history");
    assert_eq!(&bytes[..15], b"SQLite format 3");
    bytes[60..64].copy_from_slice(&99_u32.to_be_bytes());
    std::fs::write(history, bytes).expect("written");
}

/// Records `days` days, the last one today.
pub(crate) fn record(history: &Path, courses: &[Course<'_>], days: i64) {
    let mut history = History::open(history).expect("a history");
    for days_ago in (0..days).rev() {
        history.append(&run(courses, days_ago)).expect("recorded");
    }
}
