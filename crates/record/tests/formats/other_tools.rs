//! What tools for C++, Java, .NET, JavaScript and Python write.

use fabench_record::formats::{Document, Moment, named};
use fabench_record::{Direction, Metric, Outcome, Unit};

use crate::support::{benchmark, document, folder, import, one_value, read};

#[test]
fn google_benchmark_groups_repetitions_and_keeps_counters() {
    let imported = import("google-benchmark.json");
    assert_eq!(imported.machine.cores, 2);
    assert!(
        matches!(&imported.started_at, Some(Moment::Written(text)) if text.starts_with("2026-11-25T13"))
    );
    assert_eq!(imported.benchmarks.len(), 7, "aggregates are no benchmarks");
    let ten = benchmark(&imported, "BM_Sort/10");
    let values = &ten.launches[0].values;
    assert_eq!(values["wall_time"].len(), 3);
    assert_eq!(values["wall_time"][0], 122.624_137_800_601_28);
    assert_eq!(values["cpu_time"].len(), 3);
    assert_eq!(values["elements"], [10.0; 3]);
    let rate = ten.metric("items_per_second").unwrap();
    assert_eq!(
        (&rate.unit, rate.direction),
        (&Unit::PerSecond, Direction::HigherIsBetter)
    );
    let failed = benchmark(&imported, "benchmark/BM_Fail");
    assert!(matches!(&failed.outcome, Outcome::Failed { reason, .. } if reason == "no input"));
    let threads = benchmark(&imported, "BM_Threads/real_time/threads:2");
    assert_eq!(threads.parameters["threads"], "2");
    assert!(
        threads.launches[0].values["wall_time"][0] < 10.0,
        "microseconds become nanoseconds"
    );
}

#[test]
fn google_benchmark_reads_old_files_and_aggregates_alone() {
    let old = r#"{"context": {"date": "2016/06/28-23:38:09", "num_cpus": 4}, "benchmarks": [
        {"name": "BM_A", "iterations": 10, "real_time": 2, "cpu_time": 1, "time_unit": "us", "label": "x"},
        {"name": "BM_A", "iterations": 10, "real_time": 3, "cpu_time": 1, "time_unit": "us"},
        {"name": "BM_A_mean", "iterations": 2, "real_time": 2.5, "cpu_time": 1, "time_unit": "us"},
        {"name": "BM_A_BigO", "cpu_coefficient": 1, "real_coefficient": 1, "big_o": "N", "time_unit": "us"},
        {"name": "BM_B", "iterations": 1, "real_time": 1, "time_unit": "ns", "rate": NaN}]}"#;
    let imported = read("google-benchmark", old).unwrap().remove(0);
    assert_eq!(
        imported.started_at,
        Some(Moment::Written("2016-06-28T23:38:09".into()))
    );
    let a = benchmark(&imported, "benchmark/BM_A");
    assert_eq!(a.launches[0].values["wall_time"], [2000.0, 3000.0]);
    assert_eq!(imported.benchmarks.len(), 2);
    let alone = r#"{"context": {"num_cpus": 4}, "benchmarks": [
        {"name": "BM_A_mean", "run_name": "BM_A", "run_type": "aggregate", "aggregate_name": "mean", "iterations": 3, "real_time": 5, "cpu_time": 4, "time_unit": "ms"},
        {"name": "BM_A_cv", "run_name": "BM_A", "run_type": "aggregate", "aggregate_name": "cv", "aggregate_unit": "percentage", "iterations": 3, "real_time": 0.1, "cpu_time": 0.1, "time_unit": "ms"}]}"#;
    let imported = read("google-benchmark", alone).unwrap().remove(0);
    let a = benchmark(&imported, "benchmark/BM_A");
    assert_eq!(one_value(a, "mean_time"), 5e6);
    assert_eq!(one_value(a, "mean_cpu_time"), 4e6);
}

#[test]
fn catch2_tells_the_same_on_the_console_and_in_xml() {
    let console = import("catch2/console.txt");
    let xml = import("catch2/results.xml");
    let ids = |imported: &fabench_record::formats::Imported| {
        let ids = imported.benchmarks.iter().map(|one| one.id.to_string());
        ids.collect::<Vec<_>>()
    };
    assert_eq!(ids(&console), ids(&xml));
    let ten = benchmark(&console, "Fibonacci/fib 10");
    assert_eq!(one_value(ten, "mean_time"), 292.825);
    assert_eq!(one_value(ten, "mean_time_upper"), 321.539);
    assert_eq!(one_value(ten, "standard_deviation"), 44.8993);
    assert_eq!(
        one_value(benchmark(&console, "Fibonacci/fib 15"), "mean_time"),
        3650.31
    );
    assert_eq!(
        one_value(benchmark(&xml, "Fibonacci/fib 10"), "mean_time"),
        312.796
    );
    let broken_over_lines = "Fibonacci/sorting/sort a hundred numbers that are not in their order, with the standard library";
    assert_eq!(
        one_value(benchmark(&console, broken_over_lines), "mean_time"),
        677.356
    );
    let failed = benchmark(&xml, "Broken/throws");
    assert!(matches!(&failed.outcome, Outcome::Failed { reason, .. } if reason == "no input"));
}

#[test]
fn catch2_reads_means_without_analysis() {
    let rule = "-".repeat(79);
    let dots = ".".repeat(79);
    let text = format!(
        "{rule}\nT\n{rule}\nx.cpp:1\n{dots}\n\nbenchmark name            samples    iterations          mean\n{rule}\nfast   10   85   292 us \n"
    );
    let imported = read("catch2", &text).unwrap().remove(0);
    assert_eq!(
        one_value(benchmark(&imported, "T/fast"), "mean_time"),
        292e3
    );
}

#[test]
fn jmh_has_a_launch_for_every_fork_and_the_unit_tells_the_direction() {
    let imported = import("jmh.json");
    assert_eq!(imported.tool_version.as_deref(), Some("1.37"));
    assert_eq!(
        imported.machine.toolchain,
        "OpenJDK 64-Bit Server VM 21.0.4"
    );
    let sort = benchmark(
        &imported,
        "org.example.SortBenchmark/sort[kind=random,size=1000] avgt",
    );
    assert_eq!(sort.launches.len(), 2);
    assert_eq!(
        sort.launches[1].values["wall_time"],
        [12_250.0, 12_500.0, 12_750.0]
    );
    assert_eq!(sort.metric("wall_time"), Some(&Metric::sampled_time()));
    assert_eq!(sort.parameters["size"], "1000");
    let rate = sort.metric("gc.alloc.rate").unwrap();
    assert_eq!(
        rate.direction,
        Direction::LowerIsBetter,
        "allocating faster is not better"
    );
    assert_eq!(sort.launches[1].values["gc.alloc.rate"], [310.5, 310.5]);
    assert_eq!(sort.metric("gc.alloc.rate.norm").unwrap().unit, Unit::Bytes);
    let sampled = benchmark(
        &imported,
        "org.example.SortBenchmark/sort[kind=random,size=1000] sample",
    );
    assert_eq!(
        sampled.launches[0].values["wall_time"],
        [11_000.0, 16_000.0]
    );
    assert_eq!(one_value(sampled, "p99.9"), 20_000.0);
    assert_eq!(one_value(sampled, "p100"), 24_000.0);
    let queue = benchmark(&imported, "org.example.QueueBenchmark/pingPong");
    let throughput = queue.metric("throughput").unwrap();
    assert_eq!(
        (&throughput.unit, throughput.direction),
        (&Unit::PerSecond, Direction::HigherIsBetter)
    );
    assert_eq!(queue.launches[0].values["throughput"], [1.4e6, 1.6e6]);
    assert_eq!(queue.parameters["threads"], "2");
}

#[test]
fn benchmark_dotnet_has_launches_jobs_allocations_and_failures() {
    let imported = import("benchmarkdotnet.json");
    assert_eq!(imported.machine.cpu, "AMD EPYC");
    assert_eq!(imported.machine.cores, 4);
    assert_eq!(imported.benchmarks.len(), 5);
    let ten = benchmark(&imported, "Example.Sorting.SortBenchmarks/Array(Size: 10)");
    assert_eq!(ten.launches.len(), 2);
    assert_eq!(ten.launches[1].values["wall_time"], [41.0, 40.75, 43.5]);
    assert_eq!(ten.launches[0].values["allocated_bytes"], [104.0]);
    assert_eq!(ten.parameters["Size"], "10");
    let items = ten.metric("Completed Work Items").unwrap();
    assert_eq!(items.direction, Direction::HigherIsBetter);
    let parse = benchmark(
        &imported,
        "Example.Sorting.SortBenchmarks/Parse Job-NET9(Runtime=.NET 9.0)",
    );
    assert_eq!(parse.launches[0].values["wall_time"][0], 1300.5);
    assert!(
        parse.metric("Completed Work Items").is_none(),
        "NaN was not measured"
    );
    let broken = benchmark(&imported, "Example.Sorting.SortBenchmarks/Broken");
    assert!(matches!(broken.outcome, Outcome::Failed { .. }));
    let brief = r#"{"Benchmarks": [{"Namespace": "N", "Type": "T", "Method": "M", "Parameters": "A=1, B=x", "Statistics": {"Mean": 5.5}}]}"#;
    let brief = read("benchmarkdotnet", brief).unwrap().remove(0);
    let one = benchmark(&brief, "N.T/M(A=1, B=x)");
    assert_eq!(one_value(one, "mean_time"), 5.5);
    assert_eq!(one.parameters["B"], "x");
}

#[test]
fn vitest_has_milliseconds_with_and_without_samples() {
    let imported = import("vitest/without-samples.json");
    assert_eq!(imported.benchmarks.len(), 4);
    let ten = benchmark(&imported, "sort.bench.js/sort > built in");
    assert_eq!(ten.primary, "mean_time");
    assert!((one_value(ten, "mean_time") - 116_585.348_837_205_06).abs() < 1e-6);
    benchmark(&imported, "sort.bench.js/at the top");
    let samples = r#"{"files": [{"filepath": "/x/src/a.bench.ts", "groups": [{"fullName": "src/a.bench.ts > g", "benchmarks": [{"name": "b", "hz": 1, "mean": 0.5, "samples": [0.5, 0.25]}]}]}]}"#;
    let imported = read("vitest", samples).unwrap().remove(0);
    let one = benchmark(&imported, "src.a.bench.ts/g > b");
    assert_eq!(one.launches[0].values["wall_time"], [5e5, 2.5e5]);
    let old = r#"{"numTotalTestSuites": 1, "testResults": {"a.bench.ts > g": [{"name": "b", "rank": 1, "rme": 0.5, "hz": 10, "mean": 2, "samples": []}]}}"#;
    let imported = read("vitest", old).unwrap().remove(0);
    assert_eq!(
        one_value(benchmark(&imported, "a.bench.ts/g > b"), "mean_time"),
        2e6
    );
}

#[test]
fn asv_keeps_every_combination_and_tells_failed_from_skipped() {
    let file = "asv/folder/vm/67abac82-existing-py_usr_bin_python3.json";
    let imported = import(file);
    assert_eq!(imported.started_at, Some(Moment::UnixMs(1_795_611_755_000)));
    assert_eq!(imported.machine.cores, 2);
    assert!(
        imported
            .source
            .commit
            .as_deref()
            .unwrap()
            .starts_with("67abac82")
    );
    let list = benchmark(&imported, "sorting.Sort/time_sorted(10, 'list')");
    assert_eq!(list.parameters["param1"], "10");
    assert!((list.launches[0].values["wall_time"][0] - 3_444.998_583_290_726).abs() < 1e-9);
    let failed = benchmark(&imported, "sorting.Sort/time_sorted(100, 'tuple')");
    assert!(matches!(failed.outcome, Outcome::Failed { .. }));
    let skipped = |one: &fabench_record::Benchmark| one.id.name().contains("(10, 'tuple')");
    assert!(!imported.benchmarks.iter().any(skipped));
    assert!(matches!(
        benchmark(&imported, "sorting/time_broken").outcome,
        Outcome::Failed { .. }
    ));
    let memory = benchmark(&imported, "sorting.Sort/peakmem_sorted(100, 'list')");
    assert_eq!(one_value(memory, "memory"), 24_752_128.0);
    let old = r#"{"commit_hash": "abc", "date": 5, "env_name": "py", "requirements": {}, "results": {"m.time_a": 0.5, "m.time_b": null,
        "m.track_c": {"params": [["1", "2"]], "result": [3, NaN]}}, "version": 1}"#;
    let imported = read("asv", old).unwrap().remove(0);
    assert_eq!(imported.benchmarks.len(), 3);
    assert_eq!(
        one_value(benchmark(&imported, "m/time_a"), "wall_time"),
        5e8
    );
    assert_eq!(
        one_value(benchmark(&imported, "m/track_c(1)"), "value"),
        3.0
    );
}

#[test]
fn the_folder_of_asv_adds_units_and_names_of_parameters() {
    let format = named("asv").unwrap().folder().unwrap();
    let names = [
        "benchmarks.json",
        "vm/67abac82-existing-py_usr_bin_python3.json",
    ];
    assert!(!format.wants("vm/machine.json"));
    let documents = names.map(|name| {
        assert!(format.wants(name));
        let bytes = std::fs::read(folder().join("asv/folder").join(name)).unwrap();
        Document::new(name, &bytes).unwrap()
    });
    let imported = format.read(&documents).unwrap().remove(0);
    let list = benchmark(&imported, "sorting.Sort/time_sorted(10, 'list')");
    assert_eq!(list.parameters["size"], "10");
    let depth = benchmark(&imported, "sorting/track_depth");
    assert_eq!(
        depth.metric("value").unwrap().unit,
        Unit::Other("levels".into())
    );
}

#[test]
fn github_histories_are_runs_in_the_order_of_their_dates() {
    let document = document("github-action-benchmark/data.js");
    let runs = named("github-action-benchmark")
        .unwrap()
        .read(&document)
        .unwrap();
    let dates: Vec<_> = runs
        .iter()
        .map(|run| run.started_at.clone().unwrap())
        .collect();
    assert_eq!(
        dates,
        [
            1_767_268_700_000,
            1_767_268_800_000,
            1_767_355_100_000,
            1_767_355_200_000
        ]
        .map(Moment::UnixMs)
    );
    let commit = runs[3].source.commit.as_deref().unwrap();
    assert_eq!(commit, "b".repeat(40));
    let hundred = benchmark(&runs[3], "Rust Benchmark/sort::hundred");
    assert_eq!(one_value(hundred, "wall_time"), 402.0);
    let pytest = benchmark(&runs[2], "Python Benchmark/tests/test_sort.py::test_sort");
    let throughput = pytest.metric("throughput").unwrap();
    assert_eq!(
        (&throughput.unit, throughput.direction),
        (&Unit::PerSecond, Direction::HigherIsBetter)
    );
    assert_eq!(
        one_value(benchmark(&runs[0], "Size/start"), "wall_time"),
        12.5e6
    );
    assert_eq!(
        one_value(benchmark(&runs[0], "Size/binary"), "value"),
        1_572_864.0
    );

    let custom = import("github-action-benchmark/custom.json");
    let requests = benchmark(&custom, "benchmark/requests");
    assert_eq!(
        requests.metric("throughput").unwrap().direction,
        Direction::HigherIsBetter
    );
    assert_eq!(
        one_value(benchmark(&custom, "benchmark/CPU Load"), "value"),
        50.0
    );
}

#[test]
fn bencher_has_measures_with_bounds() {
    let imported = import("bencher.json");
    let fib = benchmark(&imported, "benches/fib_10");
    assert_eq!(one_value(fib, "latency"), 286.77);
    assert_eq!(one_value(fib, "latency_upper"), 301.25);
    assert_eq!(
        fib.metric("throughput").unwrap().direction,
        Direction::HigherIsBetter
    );
    let sort = benchmark(&imported, "bencher/sort");
    assert_eq!(one_value(sort, "build-time"), 12.75e9);
    assert_eq!(
        sort.metric("accuracy").unwrap().direction,
        Direction::HigherIsBetter
    );
    assert_eq!(
        sort.metric("instructions").unwrap().direction,
        Direction::LowerIsBetter
    );
}
