//! Why it got slower: the functions whose part of an iteration grew most.

use fabench_gate::{BenchmarkComparison, Cost, FunctionChange};
use fabench_record::Unit;

use super::{name, unit};
use crate::quantity::quantity;

/// The functions that are told: those that grew by more than sampling explains.
pub fn changes_in(changes: &[FunctionChange], most: usize) -> Vec<FunctionChange> {
    changes
        .iter()
        .filter(|change| change.growth() > 0.0 && change.beats_sampling())
        .take(most)
        .cloned()
        .collect()
}

/// Stands in a cell of [`why_rows`] that has nothing to say.
pub(crate) const NONE: &str = "–";

/// The columns of [`why_rows`].
pub(crate) const WHY_COLUMNS: [&str; 6] = [
    "an iteration's",
    "function",
    "grew by",
    "sampling error",
    "before → now",
    "allocations",
];

/// Why a benchmark got slower, a line for each function that grew; none where it was not profiled.
pub fn why_lines(entry: &BenchmarkComparison) -> Vec<String> {
    let Some(why) = &entry.why else {
        return Vec::new();
    };
    profiled(entry)
        .flat_map(|(changes, cost)| change_lines(changes, cost))
        .map(|line| format!("{}: {line}", entry.id))
        .chain(
            why.flame_graphs
                .iter()
                .map(|path| format!("{}: flame graph {path}", entry.id)),
        )
        .collect()
}

/// The same as cells of a table, a row for each function.
pub(crate) fn why_rows(entry: &BenchmarkComparison) -> Vec<[String; 6]> {
    let nothing = || NONE.to_owned();
    let rows = |(changes, cost): (&Vec<FunctionChange>, Cost)| -> Vec<[String; 6]> {
        if changes.is_empty() {
            let none = "none grew by more than the sampling error".to_owned();
            let [growth, error, levels, calls] = std::array::from_fn(|_| nothing());
            return vec![[name(cost).into(), none, growth, error, levels, calls]];
        }
        let row = |change: &FunctionChange| {
            let told = Told::of(change, cost);
            [
                name(cost).to_owned(),
                change.function.clone(),
                format!("+{}", told.growth),
                format!("± {}", told.error),
                told.levels,
                told.allocations.unwrap_or_else(nothing),
            ]
        };
        changes.iter().map(row).collect()
    };
    profiled(entry).flat_map(rows).collect()
}

/// What was profiled of a benchmark.
fn profiled(entry: &BenchmarkComparison) -> impl Iterator<Item = (&Vec<FunctionChange>, Cost)> {
    let parts = entry.why.iter().flat_map(|why| {
        [
            (&why.cpu_time, Cost::CpuTime),
            (&why.allocated_bytes, Cost::AllocatedBytes),
        ]
    });
    parts.filter_map(|(changes, cost)| Some((changes.as_ref()?, cost)))
}

/// A change in words.
struct Told {
    growth: String,
    error: String,
    levels: String,
    allocations: Option<String>,
}

impl Told {
    fn of(change: &FunctionChange, cost: Cost) -> Self {
        let amount = |value: f64| quantity(value, &unit(cost));
        let count = |value: f64| quantity(value, &Unit::Count);
        let calls = [change.allocations_before, change.allocations_now];
        Self {
            growth: amount(change.growth()),
            error: amount(2.0 * change.error),
            levels: format!("{} → {}", amount(change.before), amount(change.now)),
            allocations: (calls[0].max(calls[1]) > 0.0)
                .then(|| format!("{} → {}", count(calls[0]), count(calls[1]))),
        }
    }
}

/// A line for each change, the largest first. Says so where no function grew by more than sampling explains.
fn change_lines(changes: &[FunctionChange], cost: Cost) -> Vec<String> {
    if changes.is_empty() {
        return vec![format!(
            "{}: no function grew by more than the sampling error",
            name(cost)
        )];
    }
    let line = |change: &FunctionChange| {
        let told = Told::of(change, cost);
        let allocations = told.allocations;
        let calls = allocations.map_or(String::new(), |calls| format!(", {calls} allocations"));
        format!(
            "{}: {} +{} ± {} an iteration ({}){calls}",
            name(cost),
            change.function,
            told.growth,
            told.error,
            told.levels
        )
    };
    changes.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(before: f64, now: f64, error: f64) -> FunctionChange {
        FunctionChange {
            function: "a::f".into(),
            before,
            now,
            error,
            allocations_before: 0.0,
            allocations_now: 0.0,
        }
    }

    #[test]
    fn only_what_beats_sampling_is_told() {
        let all = [
            change(100.0, 200.0, 20.0),
            change(100.0, 130.0, 20.0),
            change(100.0, 50.0, 5.0),
        ];
        let told = changes_in(&all, 3);
        assert_eq!(told.len(), 1);
        assert_eq!(
            change_lines(&told, Cost::CpuTime),
            ["CPU time: a::f +100 ns ± 40.0 ns an iteration (100 ns → 200 ns)"]
        );
        assert!(change_lines(&[], Cost::CpuTime)[0].contains("no function grew"));
    }
}
