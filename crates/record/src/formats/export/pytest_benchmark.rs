//! pytest-benchmark's JSON, as its own `pytest-benchmark compare` and its plugins read it.
//!
//! A benchmark needs a time: its primary metric, or else its wall time. Imported statistics without samples stay statistics
//! without samples.

use serde_json::{Map, Value, json};

use super::super::pytest_benchmark::id;
use super::samples::{self, Described};
use super::{Export, Exported, name_of, unscaled};
use crate::{Benchmark, Metric, MetricSource, Outcome, Run, Unit};

/// See the module.
#[derive(Debug)]
pub(super) struct PytestBenchmark;

impl Export for PytestBenchmark {
    fn name(&self) -> &'static str {
        "pytest-benchmark"
    }

    fn read_by(&self) -> &'static str {
        "pytest-benchmark compare, and what reads its JSON"
    }

    fn write(&self, run: &Run) -> Exported {
        let benchmarks: Vec<Value> = run.benchmarks.iter().filter_map(bench).collect();
        let left_out = run.benchmarks.len() - benchmarks.len();
        let machine = &run.environment.machine;
        let (implementation, version) = machine
            .toolchain
            .split_once(' ')
            .unwrap_or((&machine.toolchain, ""));
        let document = json!({
            "machine_info": {
                "node": "",
                "machine": machine.arch,
                "system": machine.os,
                "release": run.environment.kernel,
                "python_implementation": implementation,
                "python_version": version,
                "cpu": {"brand_raw": machine.cpu, "count": machine.cores},
            },
            "commit_info": {
                "id": run.source.commit,
                "dirty": run.source.dirty,
                "branch": run.source.branch,
            },
            "benchmarks": benchmarks,
            "datetime": run.started_at,
            "version": run.tool.version,
        });
        Exported {
            text: super::json(&document),
            left_out,
        }
    }
}

fn bench(benchmark: &Benchmark) -> Option<Value> {
    if benchmark.outcome != Outcome::Measured {
        return None;
    }
    let stats = statistics(benchmark)?;
    let full = full_name(benchmark);
    let name = full.rsplit("::").next().unwrap_or(&full);
    let mut parameters = benchmark.parameters.clone();
    let group = parameters.remove("group");
    let param = name
        .strip_suffix(']')
        .and_then(|name| Some(name.split_once('[')?.1));
    Some(json!({
        "group": group,
        "name": name,
        "fullname": full,
        "params": (!parameters.is_empty()).then_some(parameters),
        "param": param,
        "extra_info": {},
        "options": {"disable_gc": false, "timer": "", "min_rounds": 1, "max_time": 0.0, "min_time": 0.0, "warmup": false},
        "stats": stats,
    }))
}

/// The test's node id: what the file said, or the category as a module and the name as a test in it.
fn full_name(benchmark: &Benchmark) -> String {
    let told = name_of(benchmark, id);
    if told != benchmark.id.as_str() {
        return told.to_owned();
    }
    let module = benchmark.id.category().replace('.', "/");
    format!("{module}.py::{}", benchmark.id.name())
}

/// Names of statistics, and the metrics that hold them where there are no samples.
const SINGLE: [(&str, &str); 4] = [
    ("mean", "mean_time"),
    ("min", "min_time"),
    ("median", "median_time"),
    ("max", "max_time"),
];

fn statistics(benchmark: &Benchmark) -> Option<Value> {
    if benchmark.primary == "mean_time" {
        let mut stats = Map::new();
        for (field, name) in SINGLE {
            let metric = benchmark.metric(name);
            let values = metric.map(|metric| samples::all(benchmark, metric));
            if let Some([value]) = values.as_deref() {
                stats.insert(field.into(), seconds(*value));
            }
        }
        return Some(stats.into());
    }
    let is_time = |metric: &&Metric| {
        metric.unit == Unit::Nanoseconds
            && (metric.sampled
                || matches!(
                    metric.source,
                    MetricSource::WallTime | MetricSource::CpuTime
                ))
    };
    let metric = benchmark
        .primary_metric()
        .filter(is_time)
        .or_else(|| benchmark.metrics.iter().find(is_time))?;
    let values = samples::all(benchmark, metric);
    let data: Vec<Value> = values.iter().map(|value| seconds(*value)).collect();
    let told = Described::of(values)?;
    let (first, third) = (told.quantile(0.25), told.quantile(0.75));
    let fence = 1.5 * (third - first);
    let inside = |value: &&f64| **value >= first - fence && **value <= third + fence;
    let beyond = told.sorted().iter().filter(|value| !inside(value)).count();
    let ends = || told.sorted().iter().filter(inside);
    let far = |value: &&f64| (**value - told.mean).abs() > told.standard_deviation;
    let deviating = told.sorted().iter().filter(far).count();
    let total = told.mean * told.count as f64;
    Some(json!({
        "min": seconds(told.min()),
        "max": seconds(told.max()),
        "mean": seconds(told.mean),
        "stddev": seconds(told.standard_deviation),
        "rounds": told.count,
        "median": seconds(told.quantile(0.5)),
        "iqr": seconds(third - first),
        "q1": seconds(first),
        "q3": seconds(third),
        "iqr_outliers": beyond,
        "stddev_outliers": deviating,
        "outliers": format!("{deviating};{beyond}"),
        "ld15iqr": seconds(ends().next().copied().unwrap_or(told.min())),
        "hd15iqr": seconds(ends().next_back().copied().unwrap_or(told.max())),
        "ops": (told.mean > 0.0).then(|| 1e9 / told.mean),
        "total": seconds(total),
        "data": data,
        "iterations": 1,
    }))
}

fn seconds(nanoseconds: f64) -> Value {
    unscaled(nanoseconds, 1e9).into()
}
