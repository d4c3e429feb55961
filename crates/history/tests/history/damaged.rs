//! Damaged exports: the line and a reason, or what can be read into a history and exported again; never a panic.

use std::sync::LazyLock;

use fabench_history::{History, TransferError, check_export};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::{Value, json};

use crate::support::{comparison, hour, run, slower};

/// A first line, two runs, a comparison.
static EXPORT: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let mut history = memory();
    let (old, new) = (run("old", &hour(0)), slower(run("new", &hour(1)), 2.0));
    history.append(&old).unwrap();
    history.append(&new).unwrap();
    history.mark_baseline("old").unwrap();
    let judged = comparison(&old, &new);
    let at = hour(2).parse().unwrap();
    assert!(history.record_comparison(&judged, at).unwrap());
    exported(&mut history)
});

const PIECES: [&str; 16] = [
    "0",
    "-1",
    "1e999",
    "9223372036854775807",
    "18446744073709551616",
    "null",
    "[",
    "{\"a\":",
    "\"",
    ",",
    "\\ud800",
    "\n",
    "\u{0}",
    "}",
    "\"kind\":\"run\",",
    "true",
];

/// As in a file; SQLite takes the name for a database in memory.
fn memory() -> History {
    History::open(":memory:".as_ref()).unwrap()
}

fn exported(history: &mut History) -> Vec<u8> {
    let mut out = Vec::new();
    history.export(&mut out).unwrap();
    out
}

fn refused_or_read_again(bytes: &[u8]) {
    match check_export(&mut &*bytes) {
        Ok(()) => {
            let mut first = memory();
            first.import(&mut &*bytes).unwrap();
            let written = exported(&mut first);
            check_export(&mut written.as_slice()).unwrap();
            let mut second = memory();
            second.import(&mut written.as_slice()).unwrap();
            assert_eq!(exported(&mut second), written);
        }
        Err(TransferError::Line { line, problem }) => assert!(line > 1 && !problem.is_empty()),
        Err(error) => assert!(
            matches!(error, TransferError::Foreign | TransferError::Newer(_)),
            "{error:?}"
        ),
    }
}

/// Nothing of it is read, and what is said names the line that `change` was made in.
fn refused(line: usize, change: impl Fn(&mut Value)) -> String {
    let text = String::from_utf8(EXPORT.clone()).unwrap();
    let lines: Vec<String> = (1..)
        .zip(text.lines())
        .map(|(number, text)| {
            let mut value: Value = serde_json::from_str(text).unwrap();
            if number == line {
                change(&mut value);
            }
            value.to_string()
        })
        .collect();
    let error = check_export(&mut lines.join("\n").as_bytes()).unwrap_err();
    let said = error.to_string();
    assert!(said.contains(&format!("line {line} is damaged")), "{said}");
    said
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn edited_exports_are_refused_by_line_or_read(
        edits in vec((any::<Index>(), select(&PIECES[..]), 0..8_usize), 1..4),
        cut in prop::option::weighted(0.3, any::<Index>()),
    ) {
        let mut bytes = EXPORT.clone();
        for (at, piece, removed) in edits {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + removed);
            bytes.splice(at..end, piece.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        refused_or_read_again(&bytes);
    }

    #[test]
    fn lines_in_any_order_are_refused_or_read(lines in vec(any::<Index>(), 0..8)) {
        let all: Vec<&[u8]> = EXPORT.split_inclusive(|byte| *byte == b'\n').collect();
        let mut bytes = all[0].to_vec();
        lines.iter().for_each(|line| bytes.extend_from_slice(all[line.index(all.len())]));
        refused_or_read_again(&bytes);
    }
}

#[test]
fn a_comparison_in_an_export_is_checked_as_strictly_as_in_a_file() {
    let at = 4;
    let lower = |it: &mut Value| it["comparison"]["benchmarks"][0]["ratio"]["lower"] = json!(1e9);
    assert!(refused(at, lower).contains("benchmarks[0].ratio"));
    let value = |it: &mut Value| it["comparison"]["benchmarks"][0]["baseline"]["value"] = json!(-1);
    assert!(refused(at, value).contains("benchmarks[0].baseline"));
    let overall = |it: &mut Value| it["comparison"]["overall"]["counts"] = json!({"new": 3});
    assert!(refused(at, overall).contains("overall"));
    let newer = |it: &mut Value| it["comparison"]["schema_version"] = json!(99);
    assert!(refused(at, newer).contains("version 99"));
}

#[test]
fn a_run_in_an_export_is_checked_as_strictly_as_in_a_file() {
    let rounds = |it: &mut Value| {
        it["run"]["benchmarks"][0]["launches"][0]["rounds"][0]["iterations"] = json!(0);
    };
    assert!(refused(3, rounds).contains("iterations"));
    assert!(refused(2, |it| it["run"]["started_at"] = json!("soon")).contains("soon"));
}
