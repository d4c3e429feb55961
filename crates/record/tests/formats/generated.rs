//! Documents of every format, made up from names and numbers: everything in them is kept, and what was imported comes back the
//! same from the result that is saved of it.

use std::collections::BTreeSet;

use fabench_record::formats::{ALL, Document, Format, named, recognise};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::support::as_saved;

/// Writes benchmarks of these names, each with one value.
type Write = fn(&[(String, f64)]) -> String;

/// Every format with what writes it, and the factor from the number that is written to the value that is read.
const FORMATS: [(&str, f64, Write); 19] = [
    ("asv", 1e9, asv),
    ("bencher", 1.0, bencher),
    ("benchmarkdotnet", 1.0, benchmark_dotnet),
    ("catch2", 1.0, catch2),
    ("criterion", 1.0, criterion_messages),
    ("criterion", 1.0, criterion_console),
    ("divan", 1.0, divan),
    ("flat-baseline", 1e6, flat_baseline),
    ("github-action-benchmark", 1.0, github_custom),
    ("github-action-benchmark", 1.0, github_history),
    ("go", 1.0, go),
    ("google-benchmark", 1e3, google),
    ("gungraun", 1.0, gungraun),
    ("gungraun", 1.0, gungraun_console),
    ("hyperfine", 1e9, hyperfine),
    ("jmh", 1e6, jmh),
    ("libtest", 1.0, libtest),
    ("pytest-benchmark", 1e9, pytest),
    ("vitest", 1e6, vitest),
];

fn fields(all: &[(String, f64)], field: impl Fn(f64) -> Value) -> Map<String, Value> {
    all.iter()
        .map(|(name, value)| (name.clone(), field(*value)))
        .collect()
}

fn list(all: &[(String, f64)], item: impl Fn(&str, f64) -> Value) -> Value {
    all.iter().map(|(name, value)| item(name, *value)).collect()
}

fn lines(all: &[(String, f64)], line: impl Fn(&str, f64) -> String) -> String {
    all.iter()
        .map(|(name, value)| line(name, *value) + "\n")
        .collect()
}

fn asv(all: &[(String, f64)]) -> String {
    let results: Map<String, Value> = all
        .iter()
        .map(|(name, value)| (format!("m.time_{name}"), json!([[value], []])))
        .collect();
    json!({"commit_hash": "0123456789ab", "env_name": "py", "date": 1, "result_columns": ["result", "params"], "results": results})
        .to_string()
}

fn bencher(all: &[(String, f64)]) -> String {
    Value::Object(fields(all, |value| json!({"latency": {"value": value}}))).to_string()
}

fn benchmark_dotnet(all: &[(String, f64)]) -> String {
    let benchmarks = list(
        all,
        |name, value| json!({"FullName": format!("N.C.{name}"), "Statistics": {"OriginalValues": [value], "Mean": value}}),
    );
    json!({"HostEnvironmentInfo": {"BenchmarkDotNetVersion": "0.14.0"}, "Benchmarks": benchmarks})
        .to_string()
}

fn catch2(all: &[(String, f64)]) -> String {
    let cases = lines(all, |name, value| {
        format!(
            "<BenchmarkResults name=\"{name}\"><mean value=\"{value:?}\" lowerBound=\"0\" upperBound=\"1\"/><standardDeviation value=\"0\"/></BenchmarkResults>"
        )
    });
    format!("<Catch name=\"b\"><TestCase name=\"case\">\n{cases}</TestCase></Catch>\n")
}

fn criterion_messages(all: &[(String, f64)]) -> String {
    lines(all, |name, value| {
        format!(
            "{{\"reason\":\"benchmark-complete\",\"id\":\"g/{name}\",\"iteration_count\":[1],\"measured_values\":[{value:?}],\"unit\":\"ns\",\"throughput\":[]}}"
        )
    })
}

fn criterion_console(all: &[(String, f64)]) -> String {
    lines(all, |name, value| {
        format!("g/{name}  time:   [0 ns {value:?} ns 1 ns]")
    })
}

fn divan(all: &[(String, f64)]) -> String {
    let rows = lines(all, |name, value| {
        format!("├─ {name}  1 ns │ 1 ns │ {value:?} ns │ 1 ns │ 20 │ 20")
    });
    format!("b  fastest │ slowest │ median │ mean │ samples │ iters\n{rows}")
}

fn flat_baseline(all: &[(String, f64)]) -> String {
    let named: Vec<_> = all
        .iter()
        .map(|(name, value)| (format!("c.{name}"), *value))
        .collect();
    Value::Object(fields(&named, |value| json!({"duration_ms": value}))).to_string()
}

fn github_custom(all: &[(String, f64)]) -> String {
    list(
        all,
        |name, value| json!({"name": name, "unit": "ns", "value": value}),
    )
    .to_string()
}

fn github_history(all: &[(String, f64)]) -> String {
    let benches = list(
        all,
        |name, value| json!({"name": name, "unit": "ns/iter", "value": value}),
    );
    let entry =
        json!({"commit": {"id": "0123456789ab"}, "date": 1, "tool": "cargo", "benches": benches});
    let all = json!({"lastUpdate": 1, "repoUrl": "", "entries": {"S": [entry]}});
    format!("window.BENCHMARK_DATA = {all};\n")
}

fn go(all: &[(String, f64)]) -> String {
    format!(
        "pkg: p\n{}",
        lines(all, |name, value| format!(
            "Benchmark_{name} 10 {value:?} ns/op"
        ))
    )
}

fn google(all: &[(String, f64)]) -> String {
    let benchmarks = list(
        all,
        |name, value| json!({"name": name, "run_name": name, "run_type": "iteration", "real_time": value, "time_unit": "us"}),
    );
    json!({"context": {"num_cpus": 2}, "benchmarks": benchmarks}).to_string()
}

fn gungraun(all: &[(String, f64)]) -> String {
    lines(all, |name, value| {
        let metrics = json!({"Ir": {"values": {"new": value}}});
        json!({"benchmark_exe": "x", "module_path": format!("f::g::{name}"), "version": "7", "profiles": [{"tool": "Callgrind", "data": {"total": {"metrics": metrics}}}]})
            .to_string()
    })
}

fn gungraun_console(all: &[(String, f64)]) -> String {
    lines(all, |name, value| {
        format!("f::g::{name}\n  Instructions:  {value:?}|N/A (*)\n  L1 Hits:  1|1 (No change)")
    })
}

fn hyperfine(all: &[(String, f64)]) -> String {
    let results = list(
        all,
        |name, value| json!({"command": name, "mean": value, "stddev": null, "times": [value]}),
    );
    json!({"results": results}).to_string()
}

fn jmh(all: &[(String, f64)]) -> String {
    list(all, |name, value| {
        json!({"benchmark": format!("p.C.{name}"), "mode": "avgt", "primaryMetric": {"score": value, "scoreUnit": "ms/op", "rawData": [[value]]}})
    })
    .to_string()
}

fn libtest(all: &[(String, f64)]) -> String {
    lines(all, |name, value| {
        format!("test {name} ... bench:  {value} ns/iter (+/- 0)")
    })
}

fn pytest(all: &[(String, f64)]) -> String {
    let benchmarks = list(
        all,
        |name, value| json!({"name": name, "fullname": format!("t.py::{name}"), "stats": {"mean": value, "data": [value]}}),
    );
    json!({"machine_info": {"system": "Linux"}, "benchmarks": benchmarks}).to_string()
}

fn vitest(all: &[(String, f64)]) -> String {
    let benchmarks = list(
        all,
        |name, value| json!({"name": name, "mean": value, "samples": [value]}),
    );
    json!({"files": [{"groups": [{"fullName": "a.js > g", "benchmarks": benchmarks}]}]}).to_string()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]

    #[test]
    fn everything_in_a_document_comes_back_from_the_saved_result(
        values in prop::collection::btree_map("[a-z][a-z0-9_]{0,11}", prop_oneof![Just(0.0), 1e-9..1e12_f64, (0..1_000_000_u32).prop_map(f64::from)], 1..12),
    ) {
        let all: Vec<(String, f64)> = values.into_iter().collect();
        for (name, factor, write) in FORMATS {
            let text = write(&all);
            let document = Document::new("generated", text.as_bytes()).unwrap();
            let recognised = recognise(&document).map(Format::name);
            prop_assert_eq!(recognised, Some(name), "{}", text);
            let runs = named(name).unwrap().runs(&document).unwrap();
            let mut runs: Vec<_> = runs.map(Result::unwrap).filter(|run| !run.reference).collect();
            prop_assert_eq!(runs.len(), 1);
            let all_at_once = named(name).unwrap().read(&document).unwrap();
            prop_assert_eq!(all_at_once.into_iter().filter(|run| !run.reference).collect::<Vec<_>>(), runs.clone());
            // Written and read again, and asserted to be the same.
            let run = as_saved(runs.remove(0));
            prop_assert_eq!(run.benchmarks.len(), all.len(), "{}", text);
            let read: BTreeSet<u64> = run.benchmarks.iter().map(|one| one.launches[0].values[&one.primary][0].to_bits()).collect();
            let written: BTreeSet<u64> = all.iter().map(|(_, value)| (value * factor).to_bits()).collect();
            prop_assert_eq!(read, written, "{}: {}", name, text);
        }
    }
}

#[test]
fn every_format_is_generated() {
    for format in ALL {
        assert!(
            FORMATS.iter().any(|(name, ..)| *name == format.name()),
            "{}",
            format.name()
        );
    }
}
