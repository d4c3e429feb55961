//! A run as a table, grouped by category or otherwise.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use fabench_record::{Benchmark, Outcome, Run};

use crate::group::labels;
use crate::table::{printable, printable_lines, table};
use crate::{Column, GroupBy, Style, metric_line};

/// How a run is laid out.
#[derive(Clone, Debug)]
pub struct RunLayout {
    /// The columns after the name.
    pub columns: Vec<Column>,
    /// What the rows of a group share; the category where nothing is named.
    pub group_by: Vec<GroupBy>,
    /// The column to sort each group by; by name without one.
    pub sort: Option<Column>,
    /// Also show every metric besides the primary one.
    pub all_metrics: bool,
}

impl Default for RunLayout {
    fn default() -> Self {
        Self {
            columns: Column::DEFAULT.to_vec(),
            group_by: Vec::new(),
            sort: None,
            all_metrics: false,
        }
    }
}

/// The benchmarks of `run`, a block per group; what did not run is listed below with its reason.
pub fn run_table(run: &Run, layout: &RunLayout, style: Style) -> String {
    let mut groups: BTreeMap<String, Vec<&Benchmark>> = BTreeMap::new();
    for benchmark in run
        .benchmarks
        .iter()
        .filter(|benchmark| !benchmark.summary.is_empty())
    {
        groups
            .entry(layout.group_of(benchmark))
            .or_default()
            .push(benchmark);
    }
    groups
        .values_mut()
        .for_each(|benchmarks| sort(benchmarks, layout.sort));

    if groups.is_empty() {
        return not_measured(run, style);
    }
    let mut header = vec!["benchmark".to_owned(), "metric".to_owned()];
    header.extend(layout.columns.iter().map(|column| column.name().to_owned()));
    let rows: Vec<_> = groups
        .values()
        .flatten()
        .map(|benchmark| row(benchmark, layout))
        .collect();
    let text = table(&header, &rows, 2);
    let mut lines = text.lines();
    let mut out = format!("  {}\n", style.dim(lines.next().unwrap_or_default()));
    for (group, benchmarks) in &groups {
        let _ = writeln!(out, "{}", style.bold(&printable(group)));
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
        let id = printable(benchmark.id.as_str());
        match &benchmark.outcome {
            Outcome::Measured => {}
            Outcome::Interrupted => {
                let _ = writeln!(out, "{}: {id}", style.notice("interrupted"));
            }
            Outcome::Failed {
                reason,
                stderr_tail,
            } => {
                let reason = printable_lines(reason);
                let _ = writeln!(out, "{}: {id}: {reason}", style.bad("failed"));
                for line in stderr_tail.lines() {
                    let _ = writeln!(out, "    {}", style.dim(&printable(line)));
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

impl RunLayout {
    /// Whether the group's title tells the first part of an id.
    fn by_category(&self) -> bool {
        matches!(self.group_by.as_slice(), [] | [GroupBy::Category])
    }

    fn group_of(&self, benchmark: &Benchmark) -> String {
        if self.by_category() {
            return benchmark.id.category().to_owned();
        }
        labels(&self.group_by, &benchmark.id, &benchmark.parameters)
    }
}

fn row(benchmark: &Benchmark, layout: &RunLayout) -> Vec<String> {
    let name = if layout.by_category() {
        benchmark.id.name()
    } else {
        benchmark.id.as_str()
    };
    let mut cells = vec![name.to_owned(), benchmark.primary.clone()];
    cells.extend(layout.columns.iter().map(|column| column.cell(benchmark)));
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
