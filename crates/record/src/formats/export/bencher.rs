//! Bencher Metric Format.
//!
//! A metric is a measure of its name; a wall time is `latency`. What failed is left out, whatever was measured before. The value is the middle one, the bounds are the first and
//! the third quartile, where there are samples, or the bounds that were imported.

use serde_json::{Map, Value};

use super::super::bencher::id;
use super::samples::{self, Described};
use super::{Export, Exported, name_of, unscaled};
use crate::{Benchmark, Metric, Outcome, Run};

/// See the module.
#[derive(Debug)]
pub(super) struct Bencher;

impl Export for Bencher {
    fn name(&self) -> &'static str {
        "bencher"
    }

    fn read_by(&self) -> &'static str {
        "bencher run --adapter json"
    }

    fn write(&self, run: &Run) -> Exported {
        let mut document = Map::new();
        for benchmark in &run.benchmarks {
            if benchmark.outcome != Outcome::Measured {
                continue;
            }
            let measures = measures(benchmark);
            if !measures.is_empty() {
                document.insert(name_of(benchmark, id).to_owned(), measures.into());
            }
        }
        Exported {
            left_out: run.benchmarks.len() - document.len(),
            text: super::json(&Value::Object(document)),
        }
    }
}

fn measures(benchmark: &Benchmark) -> Map<String, Value> {
    let mut measures = Map::new();
    for metric in &benchmark.metrics {
        let bounded = ["_lower", "_upper"].iter().any(|end| {
            let of = metric.name.strip_suffix(end);
            of.is_some_and(|of| benchmark.metric(of).is_some())
        });
        if let (false, Some(measure)) = (bounded, measure(benchmark, metric)) {
            measures.insert(name(metric).to_owned(), measure.into());
        }
    }
    measures
}

fn name(metric: &Metric) -> &str {
    match metric.name.as_str() {
        "wall_time" => "latency",
        other => other,
    }
}

fn measure(benchmark: &Benchmark, metric: &Metric) -> Option<Map<String, Value>> {
    let scale = if metric.name == "build-time" {
        1e9
    } else {
        1.0
    };
    let told = Described::of(samples::all(benchmark, metric))?;
    let mut measure = Map::new();
    let mut put = |field: &str, value: f64| {
        measure.insert(field.to_owned(), unscaled(value, scale).into());
    };
    put("value", told.quantile(0.5));
    if told.count > 1 {
        put("lower_value", told.quantile(0.25));
        put("upper_value", told.quantile(0.75));
    }
    for (field, end) in [("lower_value", "_lower"), ("upper_value", "_upper")] {
        let bound = benchmark.metric(&format!("{}{end}", metric.name));
        let values = bound.map(|bound| samples::all(benchmark, bound));
        if let Some(bound) = values.and_then(Described::of) {
            put(field, bound.quantile(0.5));
        }
    }
    Some(measure)
}
