//! A run as a table grouped by category.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fabench_record::{Benchmark, Outcome, Run};

use crate::table::table;
use crate::{Column, Style, metric_line};

/// How a run is laid out.
#[derive(Clone, Debug)]
pub struct RunLayout {
    /// The columns after the name.
    pub columns: Vec<Column>,
    /// The column to sort each category by; by name without one.
    pub sort: Option<Column>,
    /// Also show every metric besides the primary one.
    pub all_metrics: bool,
}

impl Default for RunLayout {
    fn default() -> Self {
        Self {
            columns: Column::DEFAULT.to_vec(),
            sort: None,
            all_metrics: false,
        }
    }
}

/// The benchmarks of `run`, a block per category; what did not run is listed below with its reason.
pub fn run_table(run: &Run, layout: &RunLayout, style: Style) -> String {
    let mut categories: BTreeMap<&str, Vec<&Benchmark>> = BTreeMap::new();
    for benchmark in run
        .benchmarks
        .iter()
        .filter(|benchmark| !benchmark.summary.is_empty())
    {
        categories
            .entry(benchmark.id.category())
            .or_default()
            .push(benchmark);
    }
    categories
        .values_mut()
        .for_each(|benchmarks| sort(benchmarks, layout.sort));

    if categories.is_empty() {
        return not_measured(run, style);
    }
    let mut header = vec!["benchmark".to_owned(), "metric".to_owned()];
    header.extend(layout.columns.iter().map(|column| column.name().to_owned()));
    let rows: Vec<_> = categories
        .values()
        .flatten()
        .map(|benchmark| row(benchmark, &layout.columns))
        .collect();
    let text = table(&header, &rows, 2);
    let mut lines = text.lines();
    let mut out = format!("  {}\n", style.dim(lines.next().unwrap_or_default()));
    for (category, benchmarks) in &categories {
        let _ = writeln!(out, "{}", style.bold(category));
        for (benchmark, line) in benchmarks.iter().zip(&mut lines) {
            let _ = writeln!(out, "  {line}");
            if layout.all_metrics {
                out.push_str(&other_metrics(benchmark));
            }
        }
    }
    out + &not_measured(run, style)
}

/// A line for each benchmark that failed or was interrupted, with the end of what it wrote to its standard error.
fn not_measured(run: &Run, style: Style) -> String {
    let mut out = String::new();
    for benchmark in &run.benchmarks {
        match &benchmark.outcome {
            Outcome::Measured => {}
            Outcome::Interrupted => {
                let _ = writeln!(out, "{}: {}", style.notice("interrupted"), benchmark.id);
            }
            Outcome::Failed {
                reason,
                stderr_tail,
            } => {
                let _ = writeln!(out, "{}: {}: {reason}", style.bad("failed"), benchmark.id);
                for line in stderr_tail.lines() {
                    let _ = writeln!(out, "    {}", style.dim(line));
                }
            }
        }
    }
    out
}

fn sort(benchmarks: &mut [&Benchmark], by: Option<Column>) {
    benchmarks.sort_by(|a, b| match by {
        None => a.id.cmp(&b.id),
        Some(column) => {
            let key = |benchmark: &Benchmark| column.number(benchmark).unwrap_or(f64::INFINITY);
            key(a).total_cmp(&key(b)).then_with(|| a.id.cmp(&b.id))
        }
    });
}

fn row(benchmark: &Benchmark, columns: &[Column]) -> Vec<String> {
    let mut cells = vec![benchmark.id.name().to_owned(), benchmark.primary.clone()];
    cells.extend(columns.iter().map(|column| column.cell(benchmark)));
    cells
}

fn other_metrics(benchmark: &Benchmark) -> String {
    let others = benchmark
        .metrics
        .iter()
        .filter(|metric| metric.name != benchmark.primary);
    others
        .filter_map(|metric| metric_line(benchmark, metric))
        .fold(String::new(), |mut out, line| {
            let _ = writeln!(out, "      {line}");
            out
        })
}
