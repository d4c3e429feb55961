//! Ids, units, directions, parameters, launches and samples of each format.

use fabench_record::formats::{ALL, Document, Format, Moment, named, recognise};
use fabench_record::{Direction, Metric, Outcome, Unit};

use crate::support::{as_saved, benchmark, document, files, folder, import, read};

#[test]
fn every_file_is_recognised_as_its_own_format_only_and_can_be_saved() {
    for (format, document) in files() {
        let name = document.name();
        let recognised: Vec<_> = ALL
            .into_iter()
            .filter(|format| format.recognises(&document))
            .map(Format::name)
            .collect();
        assert_eq!(recognised, [format.as_str()], "{name}");
        for imported in named(&format).unwrap().read(&document).unwrap() {
            let run = as_saved(imported);
            assert!(!run.benchmarks.is_empty(), "{name}");
            assert_eq!(run.method.name, format!("reported-by-{format}"));
        }
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_change_nothing() {
    for (format, document) in files() {
        let format = named(&format).unwrap();
        let plain = format.read(&document).unwrap();
        let windows = format!("\u{feff}{}", document.text().replace('\n', "\r\n"));
        let windows = Document::new(document.name(), windows.as_bytes()).unwrap();
        assert_eq!(format.read(&windows).unwrap(), plain, "{}", document.name());
    }
}

#[test]
fn pytest_benchmark_keeps_samples_groups_parameters_machine_and_time() {
    let imported = import("pytest-benchmark.json");
    assert_eq!(imported.benchmarks.len(), 3);
    assert_eq!(imported.tool_version.as_deref(), Some("5.3.1"));
    assert_eq!(imported.machine.cpu, "AMD EPYC");
    assert_eq!(imported.machine.cores, 2);
    assert_eq!(imported.machine.toolchain, "CPython 3.11.7");
    assert_eq!(
        imported.source.commit, None,
        "it was made outside of a repository"
    );
    assert!(
        matches!(&imported.started_at, Some(Moment::Written(text)) if text.starts_with("2026-"))
    );

    let sort = benchmark(&imported, "test_sort/test_sort[100]");
    assert_eq!(sort.parameters["size"], "100");
    assert_eq!(sort.parameters["group"], "sort");
    assert_eq!(sort.description, "test_sort.py::test_sort[100]");
    assert_eq!(sort.metrics, [Metric::sampled_time()]);
    let samples = &sort.launches[0].values["wall_time"];
    assert_eq!(samples.len(), 142);
    let least = samples.iter().copied().reduce(f64::min).unwrap();
    assert!((least - 2_103.000_042_552_594).abs() < 1e-9, "{least} ns");
    let method = benchmark(&imported, "test_sort/TestSum::test_range");
    assert!(method.parameters.is_empty());
}

#[test]
fn pytest_benchmark_without_data_yields_its_statistics() {
    let imported = import("pytest-benchmark-without-data.json");
    let sort = benchmark(&imported, "test_sort/test_sort[1000]");
    assert_eq!(sort.primary, "mean_time");
    let names: Vec<_> = sort
        .metrics
        .iter()
        .map(|metric| metric.name.as_str())
        .collect();
    assert_eq!(names, ["mean_time", "min_time", "median_time", "max_time"]);
    assert!(
        sort.launches[0]
            .values
            .values()
            .all(|values| values.len() == 1)
    );
}

#[test]
fn pytest_benchmark_reads_old_and_sparse_files() {
    let old = r#"{"machine_info": {"node": "x", "cpu": "Intel"}, "benchmarks": [{"name": "test_a", "fullname": "a/b.c/test_x.py::test_a",
        "group": null, "options": {"warmup": 100000}, "stats": {"mean": 0.0001, "data": [1e-4, 9e-4]}}]}"#;
    let imported = read("pytest-benchmark", old).unwrap().remove(0);
    assert_eq!(imported.machine.cpu, "Intel");
    let only = benchmark(&imported, "a.b%252Ec.test_x/test_a");
    let times = &only.launches[0].values["wall_time"];
    // Nothing is clamped to a millisecond.
    assert!((times[0] - 1e5).abs() < 1e-6 && (times[1] - 9e5).abs() < 1e-6);
}

#[test]
fn hyperfine_has_a_launch_for_every_process() {
    let imported = import("hyperfine.json");
    let echo: Vec<_> = imported.benchmarks.iter().collect();
    assert!(echo.len() > 2, "every command is kept");
    for one in &echo {
        assert_eq!(one.launches.len(), 5, "{}", one.id);
        assert_eq!(one.launches[4].values["wall_time"].len(), 1);
        assert_eq!(one.launches[0].values["cpu_time"].len(), 1);
        assert_eq!(one.primary, "wall_time");
        assert!(one.parameters.contains_key("n"));
    }
    let text = r#"{"results": [
        {"command": "./a//b | c", "mean": 0.5, "stddev": null, "times": [0.5], "memory_usage_byte": [1048576], "exit_codes": [0]},
        {"command": "x", "mean": 0.5, "stddev": null, "times": [0.5, 0.25], "exit_codes": [0, null], "user": 0.25, "system": 0.125}]}"#;
    let imported = read("hyperfine", text).unwrap().remove(0);
    let odd = benchmark(&imported, "command/%2E/a/%/b | c");
    assert_eq!(odd.launches[0].peak_rss_bytes, Some(1 << 20));
    assert_eq!(odd.metric("peak_rss"), Some(&Metric::peak_rss()));
    let killed = benchmark(&imported, "command/x");
    assert!(matches!(&killed.outcome, Outcome::Failed { reason, .. } if reason.contains("run 2")));
    assert_eq!(killed.launches[0].values["cpu_time"], [375e6]);
}

#[test]
fn go_keeps_every_unit_and_every_repetition_of_all_packages() {
    let imported = import("go.txt");
    assert_eq!(imported.machine.os, "linux");
    assert_eq!(imported.machine.cpu, "AMD EPYC");
    assert_eq!(imported.benchmarks.len(), 3);
    let ten = benchmark(&imported, "example.com/sorting/BenchmarkSort/ten-2");
    assert_eq!(ten.launches.len(), 1, "repetitions run in one process");
    let values = &ten.launches[0].values;
    assert_eq!(values["wall_time"], [317.0, 292.9, 254.2]);
    assert_eq!(values["allocated_bytes"], [104.0; 3]);
    assert_eq!(values["allocations"], [2.0; 3]);
    assert_eq!(values["items/op"], [10.0; 3]);
    let throughput = ten.metric("throughput").unwrap();
    assert_eq!(throughput.direction, Direction::HigherIsBetter);
    assert_eq!(throughput.unit, Unit::Other("MB/s".into()));
    benchmark(&imported, "example.com/sorting/fib/BenchmarkFib10-2");
}

#[test]
fn go_outputs_put_one_after_the_other_are_launches() {
    let once = document("go.txt").text().to_owned();
    let twice = read("go", &format!("{once}{once}")).unwrap().remove(0);
    for one in &twice.benchmarks {
        assert_eq!(one.launches.len(), 2, "{}", one.id);
        assert_eq!(one.launches[0], one.launches[1]);
    }
    let failed = read("go", "BenchmarkA 1 2 ns/op\n--- FAIL: BenchmarkB-8\n")
        .unwrap()
        .remove(0);
    assert!(matches!(
        benchmark(&failed, "go/BenchmarkB-8").outcome,
        Outcome::Failed { .. }
    ));
}

#[test]
fn criterion_folders_hold_samples_and_the_console_estimates() {
    let criterion = named("criterion").unwrap();
    let folder_format = criterion.folder().unwrap();
    let mut documents = Vec::new();
    for name in ["fib/recursive/10", "fib/recursive/12", "fib 8"] {
        for file in ["benchmark.json", "sample.json", "estimates.json"] {
            let path = format!("{name}/new/{file}");
            assert!(folder_format.wants(&path));
            let bytes = std::fs::read(folder().join("criterion/folder").join(&path)).unwrap();
            documents.push(Document::new(path, &bytes).unwrap());
        }
    }
    let imported = folder_format.read(&documents).unwrap().remove(0);
    let ten = benchmark(&imported, "fib/recursive/10");
    let times = &ten.launches[0].values["wall_time"];
    assert_eq!(times.len(), 10);
    assert_eq!(ten.metric("throughput").unwrap().unit, Unit::PerSecond);
    let rates = &ten.launches[0].values["throughput"];
    assert!((rates[0] * times[0] - 10e9).abs() < 1.0);
    benchmark(&imported, "criterion/fib 8");

    let console = import("criterion/console.txt");
    assert_eq!(console.benchmarks.len(), 3);
    let estimate = &benchmark(&console, "fib/recursive/10").launches[0].values["wall_time"];
    assert_eq!(*estimate, [255.22]);
}

#[test]
fn messages_of_cargo_criterion_hold_samples_also_among_what_the_console_shows() {
    let imported = import("criterion/messages.json");
    let ids = imported.benchmarks.iter().map(|one| one.id.as_str());
    assert_eq!(
        ids.collect::<Vec<_>>(),
        [
            "fib/recursive/10",
            "fib/recursive/12",
            "copy/4 KiB",
            "criterion/fib 8"
        ]
    );
    let values = |id, metric| &benchmark(&imported, id).launches[0].values[metric];
    let copies = values("copy/4 KiB", "wall_time");
    assert_eq!((copies.len(), copies[0]), (10, 558_774.0 / 5597.0));
    let rates = values("copy/4 KiB", "throughput");
    assert!((rates[0] * copies[0] - 4096e9).abs() < 0.01);
    let metric = |id| benchmark(&imported, id).metric("throughput");
    let unit = |id| metric(id).map(|metric| metric.unit.clone());
    assert_eq!(unit("copy/4 KiB"), Some(Unit::from("B/s".to_owned())));
    assert_eq!(unit("fib/recursive/10"), Some(Unit::PerSecond));
    assert_eq!(unit("criterion/fib 8"), None);

    let messages = document("criterion/messages.json");
    let console = document("criterion/console.txt");
    let both = format!("   Compiling fib\n{}{}", console.text(), messages.text());
    let both = Document::new("both", both.as_bytes()).unwrap();
    let format = recognise(&both).unwrap();
    assert_eq!(format.read(&both).unwrap(), [imported]);
}

#[test]
fn criterion_reads_old_layouts_and_messages() {
    let old = r#"{"Mean":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.0,"upper_bound":3.0},"point_estimate":2.0,
        "standard_error":0.1},"Slope":{"confidence_interval":{"confidence_level":0.95,"lower_bound":1.0,"upper_bound":3.0},
        "point_estimate":1.5,"standard_error":0.1}}"#;
    let imported = read("criterion", old).unwrap().remove(0);
    assert_eq!(
        imported.benchmarks[0].launches[0].values["wall_time"],
        [1.5]
    );
    let messages = "   Compiling x\n{\"reason\":\"benchmark-complete\",\"id\":\"g/f\",\"iteration_count\":[2,4],\"measured_values\":[2.0,8.0],\"unit\":\"us\",\"throughput\":[{\"per_iteration\":8,\"unit\":\"bytes\"}]}\n{\"reason\":\"group-complete\",\"group_name\":\"g\"}\n";
    let imported = read("criterion", messages).unwrap().remove(0);
    let only = benchmark(&imported, "g/f");
    assert_eq!(only.launches[0].values["wall_time"], [1000.0, 2000.0]);
    assert_eq!(
        only.metric("throughput").unwrap().unit,
        Unit::Other("B/s".into())
    );
}
