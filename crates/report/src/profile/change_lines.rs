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

/// Why a benchmark got slower, a line for each function that grew; none where it was not profiled.
pub fn why_lines(entry: &BenchmarkComparison) -> Vec<String> {
    let Some(why) = &entry.why else {
        return Vec::new();
    };
    let parts = [
        (&why.cpu_time, Cost::CpuTime),
        (&why.allocated_bytes, Cost::AllocatedBytes),
    ];
    parts
        .into_iter()
        .filter_map(|(changes, cost)| Some((changes.as_ref()?, cost)))
        .flat_map(|(changes, cost)| change_lines(changes, cost))
        .map(|line| format!("{}: {line}", entry.id))
        .chain(
            why.flame_graphs
                .iter()
                .map(|path| format!("{}: flame graph {path}", entry.id)),
        )
        .collect()
}

/// A line for each change, the largest first. Says so where no function grew by more than sampling explains.
fn change_lines(changes: &[FunctionChange], cost: Cost) -> Vec<String> {
    if changes.is_empty() {
        return vec![format!(
            "{}: no function grew by more than the sampling error",
            name(cost)
        )];
    }
    let amount = |value: f64| quantity(value, &unit(cost));
    changes
        .iter()
        .map(|change| {
            let mut line = format!(
                "{}: {} +{} ± {} an iteration ({} → {})",
                name(cost),
                change.function,
                amount(change.growth()),
                amount(2.0 * change.error),
                amount(change.before),
                amount(change.now)
            );
            if change.allocations_before.max(change.allocations_now) > 0.0 {
                let count = |value: f64| quantity(value, &Unit::Count);
                line.push_str(&format!(
                    ", {} → {} allocations",
                    count(change.allocations_before),
                    count(change.allocations_now)
                ));
            }
            line
        })
        .collect()
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
