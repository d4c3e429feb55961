//! Bad input: every refusal names the place and a remedy.

use fabench_record::{Baseline, MAX_FILE_BYTES, RecordError, Run, SCHEMA_VERSION};

const RUN: &str = include_str!("data/run_v1.json");
const BASELINE: &str = include_str!("data/baseline_v1.json");

/// The golden run with the first `from` replaced.
fn with(from: &str, to: &str) -> String {
    assert!(RUN.contains(from), "the golden file has no {from}");
    RUN.replacen(from, to, 1)
}

/// Line, from 1, where `text` first stands in the golden run.
fn line_of(text: &str) -> usize {
    let offset = RUN.find(text).unwrap();
    RUN[..offset].matches('\n').count() + 1
}

/// The message of the refusal; it must hold every one of `parts`.
fn refused(bytes: &[u8], parts: &[&str]) -> String {
    let message = Run::from_json(bytes).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "no {part:?} in: {message}");
    }
    message
}

#[test]
fn empty() {
    for nothing in ["", "  \n\t\r\n", "\u{feff}", "\u{feff} \n"] {
        refused(nothing.as_bytes(), &["empty", "`fabench run`"]);
    }
}

#[test]
fn truncated_anywhere() {
    let whole = RUN.trim_end().as_bytes();
    for length in 1..whole.len() {
        let error = Run::from_json(&whole[..length]).unwrap_err();
        // A number cut behind its point is not known to be truncated, but its place is known.
        let cut_in_number = matches!(whole[length - 1], b'.' | b'e' | b'-');
        assert!(
            matches!(error, RecordError::Truncated { .. })
                || cut_in_number && error.to_string().contains("invalid number"),
            "cut at {length}: {error}"
        );
    }
    let half = &whole[..whole.len() / 2];
    let line = half.iter().filter(|byte| **byte == b'\n').count() + 1;
    refused(
        half,
        &[&format!("line {line}, "), "truncated", "`fabench run`"],
    );
}

#[test]
fn not_json() {
    for text in [
        "hello",
        "<html></html>",
        "\u{0}\u{0}\u{0}",
        "category,name\n1,2\n",
    ] {
        refused(text.as_bytes(), &["line 1, column 1", "`fabench run`"]);
    }
    refused(b"\xff\xfe{\x00}\x00", &["line 1, column 1"]);
    refused(
        b"{\"schema_version\": 1, \"id\": \"\xff\"}",
        &["line 1", "unicode", "`id`"],
    );
}

#[test]
fn json_but_no_record() {
    for text in [
        "{}",
        "[]",
        "[1]",
        "3",
        "\"run\"",
        "null",
        "{\"benchmarks\": []}",
    ] {
        refused(
            text.as_bytes(),
            &["schema_version", "no file of fabench", "`fabench run`"],
        );
    }
    let line = format!("line {}, ", line_of("\"started_at\""));
    refused(
        with("\"2026-11-23T07:23:00Z\"", "7").as_bytes(),
        &[&line, "`started_at`", "string"],
    );
    refused(
        with("\"settings\"", "\"settings_\"").as_bytes(),
        &["missing field `settings`", "`fabench run`"],
    );
}

#[test]
fn newer_schema_is_named_as_such_whatever_else_changed() {
    let newer = with("\"schema_version\": 1", "\"schema_version\": 2");
    refused(
        newer.as_bytes(),
        &["version 2", "up to 1", "update fabench"],
    );
    refused(
        b"{\"everything\": [\"new\"], \"schema_version\": 18446744073709551615}",
        &["update fabench"],
    );
    let inner = BASELINE.replace("    \"schema_version\": 1", "    \"schema_version\": 7");
    assert_ne!(inner, BASELINE);
    let message = Baseline::from_json(inner.as_bytes())
        .unwrap_err()
        .to_string();
    assert!(message.contains("`run.schema_version`"), "{message}");
}

#[test]
fn schema_version_that_is_none() {
    refused(
        with("\"schema_version\": 1", "\"schema_version\": 0").as_bytes(),
        &["version 0"],
    );
    for wrong in ["-1", "1.5", "\"1\"", "1e99", "[1]"] {
        let text = with(
            "\"schema_version\": 1",
            &format!("\"schema_version\": {wrong}"),
        );
        refused(text.as_bytes(), &["line 2, ", "`schema_version`"]);
    }
    let twice = with(
        "\"schema_version\": 1",
        "\"schema_version\": 1, \"schema_version\": 1",
    );
    refused(twice.as_bytes(), &["duplicate field", "schema_version"]);
}

#[test]
fn numbers_that_no_measurement_yields() {
    let line = format!("line {}, ", line_of("\"error\": ["));
    let place = "`benchmarks[1].launches[0].values.error[1]`";
    refused(
        with("0.0000309", "0x10").as_bytes(),
        &[&line, "values.error"],
    );
    for literal in [
        "NaN",
        "Infinity",
        "-Infinity",
        "nan",
        "+1",
        "null",
        "1e999",
        "-1e999",
    ] {
        let text = with("0.0000309", literal);
        refused(text.as_bytes(), &[&line, place, "`fabench run`"]);
    }
    for negative in ["-0.5", "-1e-300", "-3"] {
        refused(
            with("0.0000309", negative).as_bytes(),
            &[place, "is not a finite number of at least 0", "restore"],
        );
    }
}

#[test]
fn negative_counts() {
    for (from, to, place) in [
        (
            "929500",
            "-929500",
            "benchmarks[0].launches[0].rounds[0].wall_ns[1]",
        ),
        (
            "\"duration_ms\": 92150",
            "\"duration_ms\": -1",
            "duration_ms",
        ),
        ("\"cores\": 2", "\"cores\": -2", "environment.machine.cores"),
        (
            "\"count\": 2000",
            "\"count\": -2000",
            "benchmarks[0].launches[2].allocated.count",
        ),
    ] {
        let line = format!("line {}, ", line_of(from));
        refused(with(from, to).as_bytes(), &[&line, place]);
    }
}

#[test]
fn every_number_is_checked() {
    for (from, to, place) in [
        ("0.42", "-0.42", "environment.load_average"),
        ("0.003", "1.003", "environment.steal"),
        (
            "\"mean\": 933",
            "\"mean\": -933",
            "benchmarks[0].summary[0].mean",
        ),
        (
            "\"p99_9\": 940.1",
            "\"p99_9\": -940.1",
            "benchmarks[0].summary[0].p99_9",
        ),
        (
            "\"interquartile_range\": 9",
            "\"interquartile_range\": -9",
            "summary[0].interquartile_range",
        ),
        (
            "1071377.2",
            "-1071377.2",
            "summary[0].operations_per_second",
        ),
        (
            "1000.0",
            "-1000.0",
            "benchmarks[1].metrics[1].source.elements_per_iteration",
        ),
    ] {
        refused(with(from, to).as_bytes(), &[place, "restore"]);
    }
    let text = BASELINE.replacen("5.28", "-5.28", 1);
    let message = Baseline::from_json(text.as_bytes())
        .unwrap_err()
        .to_string();
    let place = "past_runs[1].centres.memory_usage/belief_compression.value";
    assert!(message.contains(place), "{message}");
}

#[test]
fn names_that_stand_twice() {
    let text = with("database_query/single", "agent_spawn/single");
    refused(
        text.as_bytes(),
        &[
            "`benchmarks[2].id`",
            "agent_spawn/single",
            "twice",
            "restore",
        ],
    );
    let text = with("\"name\": \"cpu_time\"", "\"name\": \"wall_time\"");
    refused(
        text.as_bytes(),
        &["`benchmarks[0].metrics[1].name`", "wall_time", "twice"],
    );
}

#[test]
fn content_that_contradicts_itself() {
    for (from, to, place) in [
        (
            "\"primary\": \"cpu_time\"",
            "\"primary\": \"speed\"",
            "`benchmarks[0].primary`",
        ),
        (
            "{ \"iterations\": 1000, \"wall",
            "{ \"iterations\": 0, \"wall",
            "launches[0].rounds[0]",
        ),
        ("930100, 928800", "930100", "launches[0].rounds[0]"),
        (
            "\"iterations\": 1000, \"count\"",
            "\"iterations\": 0, \"count\"",
            "launches[2].allocated.iterations",
        ),
        ("20261123T072300Z-1a2b3c4", "", "`id`"),
        ("agent_spawn/single", "agent_spawn", "benchmarks[0].id"),
        (
            "\"status\": \"measured\"",
            "\"status\": \"fine\"",
            "benchmarks[0].outcome",
        ),
    ] {
        refused(with(from, to).as_bytes(), &[place, "`fabench run`"]);
    }
}

#[test]
fn byte_order_mark_is_not_damage() {
    let marked = format!("\u{feff}{RUN}");
    let plain = Run::from_json(RUN.as_bytes()).unwrap();
    assert_eq!(Run::from_json(marked.as_bytes()).unwrap(), plain);
}

#[test]
fn garbage_after_the_end() {
    let end = RUN.trim_end();
    let line = format!("line {}, ", end.matches('\n').count() + 1);
    for garbage in ["x", "}", "{}", end, "\u{0}"] {
        refused(
            format!("{end}{garbage}").as_bytes(),
            &[&line, "after the end", "trailing"],
        );
    }
}

#[test]
fn over_long() {
    let limit = usize::try_from(MAX_FILE_BYTES).unwrap();
    let mut bytes = RUN.as_bytes().to_vec();
    bytes.resize(limit + 1, b' ');
    refused(&bytes, &["67108865 bytes", "67108864", "right file"]);
    bytes.pop();
    assert!(Run::from_json(&bytes).is_ok(), "the limit itself is read");
    let long = format!("a/{}", "b".repeat(600));
    refused(
        with("agent_spawn/single", &long).as_bytes(),
        &["512 bytes", "benchmarks[0].id"],
    );
}

#[test]
fn deep_nesting_ends_in_an_error() {
    let deep = format!("{{\"schema_version\": 1, \"id\": {}", "[".repeat(200_000));
    assert!(Run::from_json(deep.as_bytes()).is_err());
    let closed = format!(
        "{{\"schema_version\": 1, \"new\": {}{}}}",
        "[".repeat(5_000),
        "]".repeat(5_000)
    );
    assert!(Run::from_json(closed.as_bytes()).is_err());
}

#[test]
fn messages_hold_no_terminal_escapes_and_no_megabytes() {
    let escape = with(
        "\"primary\": \"cpu_time\"",
        "\"primary\": \"\\u001b[2J\\u0007\"",
    );
    let message = refused(escape.as_bytes(), &["benchmarks[0].primary"]);
    assert!(!message.chars().any(char::is_control), "{message:?}");
    let long = with(
        "\"status\": \"measured\"",
        &format!("\"status\": \"{}\"", "x".repeat(1 << 20)),
    );
    assert!(refused(long.as_bytes(), &["outcome"]).len() < 2_000);
}

#[test]
fn this_version_is_the_one_with_golden_files() {
    assert_eq!(
        SCHEMA_VERSION, 1,
        "add golden files for the new version beside the old ones"
    );
}
