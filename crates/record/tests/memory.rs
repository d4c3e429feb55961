//! Reading a file takes at most four times its size in memory, its text included.
//!
//! The files are those that the tools wrote, each with its benchmarks repeated under other names, as the files of large suites are.
//! One test, for the allocator that counts is one for the whole process.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use fabench_record::formats::{Document, named};
use peak_alloc::PeakAlloc;
use serde_json::Value;

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Enough for what does not grow with the file not to count.
const SIZE: usize = 3 << 20;

fn fixture(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/formats");
    fs::read_to_string(path.join(name)).unwrap()
}

/// `item` with numbered names, as often as it takes.
fn repeated(item: &str, between: &str) -> String {
    let mut text = String::with_capacity(SIZE + item.len());
    let mut number = 0;
    while text.len() < SIZE {
        if number > 0 {
            text.push_str(between);
        }
        text.push_str(&item.replace("\u{1}", &number.to_string()));
        number += 1;
    }
    text
}

/// The file with the list at `pointer` repeated; `names` are the fields that get a number.
fn list(file: &str, pointer: &str, names: &[&str]) -> String {
    let mut all: Value = serde_json::from_str(&fixture(file)).unwrap();
    let items = all.pointer_mut(pointer).unwrap();
    let mut inner = items.take();
    for item in inner.as_array_mut().unwrap() {
        for name in names {
            if let Some(Value::String(text)) = item.pointer_mut(name) {
                text.push('\u{1}');
            }
        }
    }
    *items = Value::from("\u{2}");
    let pretty = serde_json::to_string_pretty(&inner).unwrap();
    let pretty = pretty
        .trim_start_matches('[')
        .trim_end_matches(']')
        .replace("\\u0001", "\u{1}");
    let whole = serde_json::to_string_pretty(&all).unwrap();
    whole.replace("\"\\u0002\"", &format!("[{}]", repeated(&pretty, ",")))
}

/// The file with every field of the object at its root repeated.
fn object(file: &str) -> String {
    let all: serde_json::Map<String, Value> = serde_json::from_str(&fixture(file)).unwrap();
    let all: serde_json::Map<String, Value> = all
        .into_iter()
        .map(|(name, value)| (format!("{name}\u{1}"), value))
        .collect();
    let pretty = serde_json::to_string_pretty(&all).unwrap();
    let inner = pretty
        .trim_start_matches('{')
        .trim_end_matches('}')
        .replace("\\u0001", "\u{1}");
    format!("{{{}}}", repeated(&inner, ","))
}

fn lines(file: &str, marks: &[(&str, &str)]) -> String {
    let mut text = fixture(file);
    for (from, to) in marks {
        assert!(text.contains(from), "{from}");
        text = text.replace(from, to);
    }
    repeated(&text, "")
}

/// Entries of three benchmarks each, as the action adds one for each commit.
fn history() -> String {
    let all = fixture("github-action-benchmark/data.js");
    let mut all: Value = serde_json::from_str(all.split_once('=').unwrap().1.trim()).unwrap();
    let suites = all["entries"].as_object_mut().unwrap();
    let entries: Vec<String> = suites
        .values()
        .flat_map(|entries| entries.as_array().unwrap())
        .map(|entry| serde_json::to_string_pretty(entry).unwrap())
        .collect();
    *suites = serde_json::Map::from_iter([("Benchmark".to_owned(), Value::from("\u{2}"))]);
    let entries = repeated(&entries.join(","), ",");
    let whole = serde_json::to_string_pretty(&all).unwrap();
    format!(
        "window.BENCHMARK_DATA = {}",
        whole.replace("\"\\u0002\"", &format!("[{entries}]"))
    )
}

/// The test cases repeated within their group.
fn xml() -> String {
    let text = fixture("catch2/results.xml");
    let (head, rest) = text.split_once("<TestCase ").unwrap();
    let (cases, _) = rest.rsplit_once("</TestCase>").unwrap();
    let cases = format!("<TestCase {cases}</TestCase>")
        .replace("TestCase name=\"", "TestCase name=\"\u{1}");
    format!("{head}{}</Group></Catch>", repeated(&cases, "\n"))
}

/// The results of a commit repeated.
fn asv() -> String {
    let text = fixture("asv/folder/vm/67abac82-existing-py_usr_bin_python3.json");
    let (head, rest) = text.split_once("\"results\": {").unwrap();
    let (results, rest) = rest.split_once("}, \"durations\"").unwrap();
    let results = results.replace("\"sorting.", "\"sorting\u{1}.");
    format!(
        "{head}\"results\": {{{}}}, \"durations\"{rest}",
        repeated(&results, ", ")
    )
}

/// Where a benchmark or a launch is written in so few bytes that its names and numbers alone take more in memory than
/// four times the text; docs/formats.md tells the same.
const LIMITS: [(&str, &str, f64); 8] = [
    ("asv", "", 10.0),
    ("bencher", "", 7.0),
    ("criterion", "console", 4.7),
    ("divan", "", 5.2),
    ("flat-baseline", "", 6.5),
    ("github-action-benchmark", "custom", 9.0),
    ("hyperfine", "", 6.5),
    ("libtest", "", 8.0),
];

#[test]
fn reading_takes_at_most_four_times_the_file() {
    let files: Vec<(&str, &str, String)> = vec![
        (
            "google-benchmark",
            "",
            list(
                "google-benchmark.json",
                "/benchmarks",
                &["/name", "/run_name"],
            ),
        ),
        (
            "pytest-benchmark",
            "",
            list(
                "pytest-benchmark.json",
                "/benchmarks",
                &["/name", "/fullname"],
            ),
        ),
        (
            "pytest-benchmark",
            "without data",
            list(
                "pytest-benchmark-without-data.json",
                "/benchmarks",
                &["/name", "/fullname"],
            ),
        ),
        (
            "hyperfine",
            "",
            list("hyperfine.json", "/results", &["/command"]),
        ),
        ("jmh", "", list("jmh.json", "", &["/benchmark"])),
        (
            "benchmarkdotnet",
            "",
            list(
                "benchmarkdotnet.json",
                "/Benchmarks",
                &["/FullName", "/Method"],
            ),
        ),
        (
            "vitest",
            "",
            list(
                "vitest/without-samples.json",
                "/files/0/groups",
                &["/fullName"],
            ),
        ),
        (
            "github-action-benchmark",
            "custom",
            list("github-action-benchmark/custom.json", "", &["/name"]),
        ),
        ("bencher", "", object("bencher.json")),
        ("flat-baseline", "", object("flat-baseline.json")),
        (
            "go",
            "",
            lines("go.txt", &[("BenchmarkSort/", "BenchmarkSort/\u{1}")]),
        ),
        (
            "libtest",
            "",
            lines("libtest.txt", &[("test ", "test a\u{1}::")]),
        ),
        (
            "gungraun",
            "mixed",
            lines(
                "gungraun/mixed.txt",
                &[("\"with_gungraun::", "\"with_gungraun\u{1}::")],
            ),
        ),
        (
            "gungraun",
            "console",
            lines(
                "gungraun/console.txt",
                &[("with_gungraun::", "with_gungraun\u{1}::")],
            ),
        ),
        ("github-action-benchmark", "history", history()),
        ("catch2", "xml", xml()),
        (
            "catch2",
            "console",
            lines(
                "catch2/console.txt",
                &[("fib ", "fib\u{1} "), ("sort", "sort\u{1}")],
            ),
        ),
        ("divan", "", lines("divan.txt", &[("fib", "fib\u{1}")])),
        ("asv", "", asv()),
        (
            "criterion",
            "messages",
            repeated(
                "{\"reason\":\"benchmark-complete\",\"id\":\"fib/\u{1}\",\"iteration_count\":[1,2,3,4,5,6,7,8,9,10],\"measured_values\":[190.5,380.25,570.125,761.5,951.25,1141.5,1331.75,1522.5,1712.25,1903.5],\"unit\":\"ns\",\"throughput\":[],\"typical\":{\"estimate\":190.3,\"lower_bound\":190.2,\"upper_bound\":190.4,\"unit\":\"ns\"}}\n",
                "",
            ),
        ),
        (
            "criterion",
            "console",
            lines("criterion/console.txt", &[("fib", "fib\u{1}")]),
        ),
    ];
    let mut all = String::new();
    let mut above = Vec::new();
    for (format, kind, text) in files {
        let size = text.len();
        let bytes = text.into_bytes();
        let before = ALLOCATOR.current_usage() - size;
        ALLOCATOR.reset_peak_usage();
        let document = Document::owned("file", bytes).unwrap();
        let runs = named(format).unwrap().runs(&document).unwrap();
        let count: usize = runs.map(|run| run.unwrap().benchmarks.len()).sum();
        let peak = ALLOCATOR.peak_usage() - before;
        let ratio = peak as f64 / size as f64;
        let _ = writeln!(
            all,
            "{format} {kind}: {ratio:.2}, {} bytes of text a benchmark",
            size / count
        );
        let limit = LIMITS
            .iter()
            .find(|(one, of, _)| (*one, *of) == (format, kind))
            .map_or(4.0, |(_, _, limit)| *limit);
        if ratio > limit {
            above.push(format!("{format} {kind}: {ratio:.2}, above {limit}"));
        }
    }
    println!("{all}");
    assert!(above.is_empty(), "{above:#?}\n{all}");
}
