//! Runs made by hand, for the tests of this crate.

use std::collections::BTreeMap;

use fabench_record::{
    Baseline, Benchmark, BenchmarkId, Completeness, Environment, Launch, MachineClass, Method,
    Metric, MetricSource, Outcome, Round, Run, SCHEMA_VERSION, Settings, Source, Suite, Tool,
};

/// A benchmark with one launch per value, each of one round of one sub-sample.
pub(crate) fn benchmark(id: &str, metric: Metric, values: &[f64]) -> Benchmark {
    let launch = |&value: &f64| {
        let mut launch = Launch::default();
        if matches!(metric.source, MetricSource::Value) {
            launch.values.insert(metric.name.clone(), vec![value]);
        } else {
            let scaled = (value * 1000.0).round() as u64;
            launch.rounds.push(Round {
                iterations: 1000,
                wall_ns: vec![scaled],
                cpu_ns: vec![scaled],
            });
        }
        launch
    };
    Benchmark {
        id: BenchmarkId::new(id).unwrap(),
        description: String::new(),
        parameters: BTreeMap::new(),
        single_threaded: true,
        primary: metric.name.clone(),
        launches: values.iter().map(launch).collect(),
        metrics: vec![metric],
        outcome: Outcome::Measured,
        summary: Vec::new(),
    }
}

/// A complete run of `benchmarks`.
pub(crate) fn run(id: &str, benchmarks: Vec<Benchmark>) -> Run {
    Run {
        schema_version: SCHEMA_VERSION,
        id: id.to_owned(),
        started_at: format!("2026-11-23T07:23:00Z#{id}"),
        duration_ms: 1000,
        tool: Tool {
            name: "fabench".into(),
            version: "0.1.0".into(),
        },
        method: Method {
            name: "launches".into(),
            version: 1,
        },
        suite: Suite {
            name: "suite".into(),
            version: "0.1.0".into(),
        },
        source: Source::default(),
        environment: Environment {
            machine: MachineClass {
                cpu: "cpu".into(),
                cores: 2,
                os: "os".into(),
                arch: "arch".into(),
                toolchain: "toolchain".into(),
                allocator: "allocator".into(),
            },
            kernel: "kernel".into(),
            memory_bytes: 1 << 30,
            load_average: 0.0,
            steal: None,
            governor: None,
        },
        settings: Settings {
            quick: false,
            launches: 8,
            min_rounds: 1,
            max_time_ms: 1000,
            warmup_ms: 100,
        },
        completeness: Completeness::Complete,
        benchmarks,
    }
}

/// A baseline of `run` without earlier runs.
pub(crate) fn baseline(run: Run) -> Baseline {
    Baseline {
        schema_version: SCHEMA_VERSION,
        accepted_at: run.started_at.clone(),
        forced: false,
        run,
        past_runs: Vec::new(),
    }
}
