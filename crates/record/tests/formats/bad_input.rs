//! Bad input for every importer: what is said of it, word for word, in one snapshot.
//!
//! Each document holds one number written as `@`, on a line that is not the first. Damage is done to that number, or to
//! the file as a whole.

use std::fmt::Write as _;

use fabench_record::formats::{ALL, Document, Format};

use crate::support::as_saved;

/// A document of each way in which a format is written, with `@` for a number, and a number that is right there.
const DOCUMENTS: [(&str, &str, &str); 23] = [
    (
        "asv",
        "{\"commit_hash\": \"ab12\", \"env_name\": \"py\",\n\"result_columns\": [\"result\", \"params\"],\n\"results\": {\"m.time_a\": [[@, 2], [[\"1\", \"2\"]]]}}\n",
        "0.5",
    ),
    (
        "bencher",
        "{\"a\": {\n\"latency\": {\"value\": @}}}\n",
        "0.5",
    ),
    (
        "benchmarkdotnet",
        "{\"HostEnvironmentInfo\": {}, \"Benchmarks\": [\n{\"FullName\": \"A.B\", \"Statistics\": {\"OriginalValues\": [1, @]}}]}\n",
        "0.5",
    ),
    (
        "catch2",
        "b is a Catch v2.13.10 host application.\n-------------------------------------------------------------------------------\nFibonacci\n-------------------------------------------------------------------------------\nb.cpp:7\n...............................................................................\n\nbenchmark name                       samples       iterations    estimated\n                                     mean          low mean      high mean\n                                     std dev       low std dev   high std dev\n-------------------------------------------------------------------------------\nfib 10                                          10            85     541.45 us \n                                        @ ns    265.938 ns    321.539 ns \n                                        44.8993 ns    36.0284 ns    59.4027 ns \n",
        "0.5",
    ),
    (
        "catch2",
        "<Catch name=\"b\"><TestCase name=\"a\">\n<BenchmarkResults name=\"fib\">\n<mean value=\"@\" lowerBound=\"1\" upperBound=\"2\"/>\n<standardDeviation value=\"1\" lowerBound=\"1\" upperBound=\"2\"/>\n</BenchmarkResults></TestCase></Catch>\n",
        "0.5",
    ),
    (
        "criterion",
        "{\"iters\": [1, 2],\n\"times\": [1, @]}\n",
        "0.5",
    ),
    (
        "criterion",
        "{\"mean\":\n{\"confidence_interval\": {}, \"point_estimate\": @}}\n",
        "0.5",
    ),
    (
        "criterion",
        "{\"reason\":\"group-complete\"}\n{\"reason\":\"benchmark-complete\",\"id\":\"a/b\",\"iteration_count\":[1],\"measured_values\":[@],\"unit\":\"ns\"}\n",
        "0.5",
    ),
    ("criterion", "a\nfib  time:   [1 ns @ ns 3 ns]\n", "0.5"),
    (
        "divan",
        "b  fastest │ slowest │ median │ mean │ samples │ iters\n╰─ fib  1 ns │ 2 ns │ @ ns │ 1 ns │ 20 │ 20\n",
        "0.5",
    ),
    ("flat-baseline", "{\"a.b\":\n{\"duration_ms\": @}}\n", "0.5"),
    (
        "github-action-benchmark",
        "[\n{\"name\": \"a\", \"unit\": \"ns\", \"value\": @}]\n",
        "0.5",
    ),
    (
        "github-action-benchmark",
        "window.BENCHMARK_DATA = {\"lastUpdate\": 1, \"repoUrl\": \"\",\n\"entries\": {\"S\": [{\"commit\": {\"id\": \"ab\"}, \"date\": 1, \"tool\": \"cargo\", \"benches\": [\n{\"name\": \"a\", \"value\": @, \"unit\": \"ns/iter\"}]}]}};\n",
        "0.5",
    ),
    ("go", "pkg: a\nBenchmarkA 10 @ ns/op\n", "0.5"),
    (
        "google-benchmark",
        "{\"context\": {\"num_cpus\": 2}, \"benchmarks\": [\n{\"name\": \"a\", \"run_type\": \"iteration\", \"real_time\": @, \"time_unit\": \"ns\"}]}\n",
        "0.5",
    ),
    (
        "gungraun",
        "{\"benchmark_exe\": \"x\", \"module_path\": \"f::g\",\n\"profiles\": [{\"tool\": \"Callgrind\", \"data\": {\"total\": {\"metrics\": {\"Ir\": {\"values\": {\"new\": @}}}}}}]}\n",
        "5",
    ),
    (
        "gungraun",
        "f::g::h\n  Instructions:  @|5 (No change)\n  L1 Hits:  5|5 (No change)\n",
        "5",
    ),
    (
        "hyperfine",
        "{\"results\": [\n{\"command\": \"a\", \"mean\": 1, \"stddev\": null, \"times\": [1, @]}]}\n",
        "0.5",
    ),
    (
        "jmh",
        "[\n{\"benchmark\": \"A.b\", \"primaryMetric\": {\"scoreUnit\": \"ns/op\", \"rawData\": [[1, @]]}}]\n",
        "0.5",
    ),
    (
        "libtest",
        "running 1 test\ntest a ... bench:  @ ns/iter (+/- 1)\ntest b ... bench:  1 ns/iter (+/- 1)\n",
        "0.5",
    ),
    (
        "pytest-benchmark",
        "{\"machine_info\": {}, \"benchmarks\": [\n{\"name\": \"a\", \"stats\": {\"mean\": 1, \"data\": [1, @]}}]}\n",
        "0.5",
    ),
    (
        "pytest-benchmark",
        "{\"machine_info\": {}, \"benchmarks\": [\n{\"name\": \"a\", \"stats\": {\"mean\": @}}]}\n",
        "0.5",
    ),
    (
        "vitest",
        "{\"files\": [{\"groups\": [{\"fullName\": \"a.js > b\", \"benchmarks\": [\n{\"name\": \"c\", \"samples\": [1, @]}]}]}]}\n",
        "0.5",
    ),
];

/// What may stand in place of a number.
const NUMBERS: [(&str, &str); 6] = [
    ("a number as a string", "\"0.5\""),
    ("not a number", "NaN"),
    ("infinite", "Infinity"),
    ("infinite, as C writes it", "inf"),
    ("too large", "1e999"),
    ("negative", "-1"),
];

fn known(name: &str) -> &'static dyn Format {
    ALL.into_iter()
        .find(|format| format.name() == name)
        .unwrap()
}

fn said(format: &dyn Format, bytes: &[u8]) -> Result<usize, String> {
    let document = Document::new("file", bytes).map_err(|error| error.to_string())?;
    let runs = format.read(&document).map_err(|error| error.to_string())?;
    Ok(runs
        .into_iter()
        .map(|run| as_saved(run).benchmarks.len())
        .sum())
}

/// A place is a line, or a path before what is wrong there.
fn names_a_place(message: &str) -> bool {
    let place = message.split(": ").take(2);
    message.contains("line ") || place.into_iter().any(|part| part.contains(['[', '.']))
}

#[test]
fn every_importer_says_what_is_wrong_and_where() {
    let mut all = String::new();
    for (name, text, right) in DOCUMENTS {
        let format = known(name);
        let whole = text.replace('@', right);
        let _ = writeln!(all, "{name}: {}", text.lines().next().unwrap());
        let count = said(format, whole.as_bytes())
            .unwrap_or_else(|error| panic!("{name}: {error}\n{whole}"));
        assert!(count > 0, "{name}");

        let mut bad: Vec<(&str, Vec<u8>)> = Vec::new();
        for (what, number) in NUMBERS {
            bad.push((what, text.replace('@', number).into_bytes()));
        }
        let middle = whole.find('\n').unwrap() + 1;
        let json_or_xml = whole.trim_start().starts_with(['{', '[', '<', 'w']);
        if json_or_xml {
            let end = text.find('@').unwrap();
            bad.push(("truncated", whole.as_bytes()[..end].to_vec()));
        }
        bad.push(("empty", Vec::new()));
        bad.push((
            "nothing but a mark and lines",
            b"\xef\xbb\xbf\r\n\r\n".to_vec(),
        ));
        bad.push(("another format", b"name,value\na,1\n".to_vec()));
        let mut mixed = whole.as_bytes()[..middle].to_vec();
        mixed.extend(whole[middle..].encode_utf16().flat_map(u16::to_le_bytes));
        bad.push(("UTF-16 inside UTF-8", mixed));
        let mut latin = whole.clone().into_bytes();
        latin.splice(middle..middle, [b'\xe9', b'\n']);
        bad.push(("Latin 1 inside UTF-8", latin));
        for (what, bytes) in bad {
            match said(format, &bytes) {
                Err(message) => {
                    let _ = writeln!(all, "  {what}: {message}");
                    let about_all = ["empty", "nothing but a mark and lines", "another format"];
                    assert!(
                        about_all.contains(&what) || names_a_place(&message),
                        "{name}, {what}: {message}"
                    );
                }
                Ok(count) => {
                    let _ = writeln!(all, "  {what}: read, {count} benchmarks");
                }
            }
        }

        // A mark, line ends of Windows and UTF-16 as a whole are no damage.
        let crlf = whole.replace('\n', "\r\n");
        let marked = [b"\xef\xbb\xbf".as_slice(), crlf.as_bytes()].concat();
        let utf16: Vec<u8> = "\u{feff}"
            .encode_utf16()
            .chain(crlf.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect();
        for harmless in [crlf.into_bytes(), marked, utf16] {
            assert_eq!(said(format, &harmless), Ok(count), "{name}");
        }
    }
    insta::assert_snapshot!(all);
}

#[test]
fn every_format_is_among_them() {
    for format in ALL {
        assert!(
            DOCUMENTS.iter().any(|(name, ..)| *name == format.name()),
            "{}",
            format.name()
        );
    }
}
