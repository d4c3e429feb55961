//! What tools for Rust write: divan, libtest, gungraun and its ancestors.

use fabench_record::formats::{named, only};
use fabench_record::{Direction, Outcome, Unit};

use crate::support::{benchmark, document, import, one_value, read};

#[test]
fn divan_keeps_the_tree_times_rates_and_allocations() {
    let imported = import("divan.txt");
    let names: Vec<_> = imported
        .benchmarks
        .iter()
        .map(|one| one.id.name())
        .collect();
    assert_eq!(
        names,
        [
            "fib_10",
            "fib_of/10",
            "fib_of/12",
            "sort/vector/10",
            "sort/vector/100",
            "sort/shared/1/t=1",
            "sort/shared/1/t=2",
            "sort/shared/5/t=1",
            "sort/shared/5/t=2",
        ],
        "what was ignored is left out"
    );
    let hundred = benchmark(&imported, "with_divan/sort/vector/100");
    assert_eq!(hundred.primary, "median_time");
    assert_eq!(one_value(hundred, "median_time"), 645.4);
    assert_eq!(one_value(hundred, "max_time"), 2513.0);
    assert_eq!(one_value(hundred, "mean_time"), 749.9);
    assert_eq!(one_value(hundred, "bytes_per_second"), 1.239e9);
    assert_eq!(one_value(hundred, "items_per_second"), 154.9e6);
    assert_eq!(one_value(hundred, "alloc_count"), 1.0);
    assert_eq!(one_value(hundred, "max_alloc_bytes"), 800.0);
    let rate = hundred.metric("bytes_per_second").unwrap();
    assert_eq!(rate.direction, Direction::HigherIsBetter);
    assert_eq!(hundred.metric("alloc_bytes").unwrap().unit, Unit::Bytes);
}

#[test]
fn libtest_reads_thousands_old_integers_and_failures() {
    let imported = import("libtest.txt");
    assert_eq!(imported.benchmarks.len(), 3);
    let long = benchmark(&imported, "bench/fib_25");
    assert_eq!(one_value(long, "wall_time"), 279_693.78);
    assert_eq!(one_value(long, "time_range"), 158_296.14);
    let bytes = benchmark(&imported, "bench/sort::hundred");
    assert_eq!(one_value(bytes, "throughput"), 1331.0);
    assert_eq!(
        bytes.metric("throughput").unwrap().direction,
        Direction::HigherIsBetter
    );
    let old = "test a::b ... bench:   1,286 ns/iter (+/- 264)\ntest c ... FAILED\n";
    let old = read("libtest", old).unwrap().remove(0);
    assert_eq!(
        one_value(benchmark(&old, "bench/a::b"), "wall_time"),
        1286.0
    );
    let failed = &benchmark(&old, "bench/c").outcome;
    assert!(matches!(failed, Outcome::Failed { .. }));
    let cycles = read("libtest", "test a ... bench:  2835 cycles/iter (+/- 14)\n")
        .unwrap()
        .remove(0);
    let counted = benchmark(&cycles, "bench/a");
    assert_eq!(
        (
            one_value(counted, "cycles"),
            one_value(counted, "cycles_range")
        ),
        (2835.0, 14.0)
    );
    let rates = read("libtest", "test a ... bench:  1911 MS/s (+/- 420)\n")
        .unwrap()
        .remove(0);
    let rate = benchmark(&rates, "bench/a");
    assert_eq!(one_value(rate, "rate"), 1911.0);
    assert_eq!(
        rate.metric("rate").unwrap().direction,
        Direction::HigherIsBetter
    );
    let error = read("libtest", "test a ... bench:  many ns/iter (+/- 1)\n").unwrap_err();
    assert!(
        error.contains("line 1") && error.contains("ns/iter"),
        "{error}"
    );
}

#[test]
fn gungraun_tells_the_new_run_from_the_one_it_was_compared_with() {
    let document = document("gungraun/mixed.txt");
    let runs = named("gungraun").unwrap().read(&document).unwrap();
    let references: Vec<_> = runs.iter().map(|run| run.reference).collect();
    assert_eq!(references, [true, false]);
    let new = only(runs).unwrap();
    assert_eq!(new.benchmarks.len(), 3);
    let short = benchmark(&new, "with_gungraun/all::fib short");
    assert_eq!(short.primary, "instructions");
    assert_eq!(one_value(short, "instructions"), 1802.0);
    assert_eq!(one_value(short, "L1hits"), 2570.0);
    assert!(short.metric("instructions").unwrap().exact);
    let rate = short.metric("L1HitRate").unwrap();
    assert_eq!(rate.direction, Direction::HigherIsBetter);
    assert_eq!(rate.unit, Unit::Other("%".into()));
    benchmark(&new, "with_gungraun/all::sort_hundred");
}

#[test]
fn gungraun_shows_on_the_console_what_it_writes() {
    let console = import("gungraun/console.txt");
    assert_eq!(console.benchmarks.len(), 3, "N/A is no earlier run");
    let json = import("gungraun/mixed.txt");
    for shown in &console.benchmarks {
        let written = benchmark(&json, shown.id.as_str());
        for metric in &shown.metrics {
            let (shown, written) = (
                one_value(shown, &metric.name),
                one_value(written, &metric.name),
            );
            assert_eq!(shown, written, "{}", metric.name);
        }
    }
    let with_base = "a::g::f x:1\n  Instructions:   120|100  (+20.0%) [+1.2x]\n  ======= DHAT =======\n  Total bytes:  64|N/A (*)\n";
    let runs = read("gungraun", with_base).unwrap();
    let value = |run: usize, name: &str| one_value(benchmark(&runs[run], "a/g::f x"), name);
    assert_eq!(
        (value(0, "instructions"), value(1, "instructions")),
        (100.0, 120.0)
    );
    assert_eq!(value(1, "dhat.TotalBytes"), 64.0);
    let ancestor =
        "iai_short\n  Instructions:            1735 (No change)\n  L1 Accesses:   2364\n";
    let runs = read("gungraun", ancestor).unwrap();
    assert_eq!(
        one_value(benchmark(&runs[0], "gungraun/iai_short"), "L1Accesses"),
        2364.0
    );
}

#[test]
fn gungraun_reads_every_version_of_its_summaries() {
    let with = |inner: &str| {
        let text = format!(
            "   Running x\n{{\"benchmark_exe\": \"x\", \"module_path\": \"f::g::h\", \"id\": \"i\", \"version\": \"1\", {inner}}}\n"
        );
        let run = only(read("gungraun", &text).unwrap()).unwrap();
        one_value(benchmark(&run, "f/g::h i"), "instructions")
    };
    let shapes = [
        r#""callgrind_summary": {"summaries": [{"events": {"Dr": {"new": 1}, "Ir": {"new": 7, "old": 9, "diff_pct": 1.0}}}]}"#,
        r#""callgrind_summary": {"callgrind_run": {"segments": [], "total": {"summary": {"Ir": {"metrics": {"Both": [7, 9]}}}}}}"#,
        r#""callgrind_summary": {"callgrind_run": {"total": {"summary": {"Ir": {"metrics": {"Left": 7}}}}}}, "tool_summaries": []"#,
        r#""profiles": [{"tool": "Callgrind", "summaries": {"parts": [], "total": {"summary": {"Callgrind": {"Ir": {"metrics": {"Both": [{"Int": 7}, {"Int": 9}]}}}}}}}]"#,
        r#""profiles": [{"tool": "Callgrind", "data": {"total": {"metrics": {"Ir": {"values": {"new": 7, "old": null}}}}}}]"#,
    ];
    for shape in shapes {
        assert_eq!(with(shape), 7.0, "{shape}");
    }
}
