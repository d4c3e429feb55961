//! The JSON of github-action-benchmark's custom tools. One file holds what is better lower, or what is better higher:
//! the action takes one direction for all of it.
//!
//! The value of a benchmark is the middle one of its primary metric; the range is the interquartile range. What failed is
//! left out, whatever was measured before.

use serde_json::{Value, json};

use super::super::github::custom_id as id;
use super::samples::{self, Described};
use super::{Export, Exported, name_of};
use crate::{Benchmark, Direction, Outcome, Run, Unit};

/// For `customSmallerIsBetter`.
#[derive(Debug)]
pub(super) struct Smaller;

/// For `customBiggerIsBetter`.
#[derive(Debug)]
pub(super) struct Bigger;

impl Export for Smaller {
    fn name(&self) -> &'static str {
        "github-action-benchmark"
    }

    fn read_by(&self) -> &'static str {
        "github-action-benchmark with `tool: customSmallerIsBetter`"
    }

    fn write(&self, run: &Run) -> Exported {
        write(run, Direction::LowerIsBetter)
    }
}

impl Export for Bigger {
    fn name(&self) -> &'static str {
        "github-action-benchmark-bigger"
    }

    fn read_by(&self) -> &'static str {
        "github-action-benchmark with `tool: customBiggerIsBetter`"
    }

    fn write(&self, run: &Run) -> Exported {
        write(run, Direction::HigherIsBetter)
    }
}

fn write(run: &Run, direction: Direction) -> Exported {
    let benchmarks = run.benchmarks.iter();
    let values: Vec<Value> = benchmarks.filter_map(|one| bench(one, direction)).collect();
    Exported {
        left_out: run.benchmarks.len() - values.len(),
        text: super::json(&values.into()),
    }
}

fn bench(benchmark: &Benchmark, direction: Direction) -> Option<Value> {
    let metric = benchmark
        .primary_metric()
        .filter(|metric| metric.direction == direction && benchmark.outcome == Outcome::Measured)?;
    let told = Described::of(samples::all(benchmark, metric))?;
    let unit = match &metric.unit {
        Unit::PerSecond => "ops/s".to_owned(),
        other => other.to_string(),
    };
    let mut bench = json!({
        "name": name_of(benchmark, id),
        "unit": unit,
        "value": told.quantile(0.5),
    });
    if told.count > 1 {
        let range = told.quantile(0.75) - told.quantile(0.25);
        bench["range"] = format!("± {range:.4}").into();
        bench["extra"] = format!("{} of {} samples", metric.name, told.count).into();
    }
    Some(bench)
}
