//! The functions that cost most, as a table for the terminal.

use std::fmt::Write as _;

use fabench_gate::{Cost, growth, shares};
use fabench_record::{Profile, Unit};

use super::{name, unit};
use crate::quantity::quantity;
use crate::style::Style;
use crate::table::table;

/// Longest name that a row shows.
const WIDTH: usize = 64;

/// The `most` most expensive functions by their own part, a row each; empty without samples.
pub fn top_table(profile: &Profile, cost: Cost, most: usize, style: Style) -> String {
    let all = shares(profile, cost);
    let shown: Vec<_> = all
        .iter()
        .filter(|share| share.own > 0.0)
        .take(most)
        .collect();
    if shown.is_empty() {
        return String::new();
    }
    let is_memory = cost != Cost::CpuTime;
    let mut header = vec!["function", "own", "±", "share", "with callees"];
    if is_memory {
        header.push("calls");
    }
    let header: Vec<String> = header.into_iter().map(str::to_owned).collect();
    let rows: Vec<Vec<String>> = shown
        .iter()
        .map(|share| {
            let mut row = vec![
                short(&share.function),
                quantity(share.own, &unit(cost)),
                quantity(share.own_error, &unit(cost)),
                format!("{:.1} %", share.own_share * 100.0),
                format!("{:.1} %", share.inclusive_share * 100.0),
            ];
            if is_memory {
                row.push(quantity(share.allocations, &Unit::Count));
            }
            row
        })
        .collect();
    let title = format!("{}, by function, for each iteration", name(cost));
    let mut out = format!("{}\n{}\n", style.bold(&title), table(&header, &rows, 1));
    let rest = all.iter().filter(|share| share.own > 0.0).count() - shown.len();
    if rest > 0 {
        let share: f64 = shown.iter().map(|share| share.own_share).sum();
        let _ = writeln!(
            out,
            "and {rest} more functions with {:.1} %",
            (1.0 - share).max(0.0) * 100.0
        );
    }
    out
}

/// Peak, and whether memory grows from round to round: a line each; empty for a CPU profile.
pub fn memory_summary(profile: &Profile, style: Style) -> String {
    if profile.live_after_round.is_empty() {
        return String::new();
    }
    let bytes = |value: f64| quantity(value, &Unit::Bytes);
    let mut out = format!(
        "peak {} above the start\n",
        bytes(profile.peak_bytes as f64)
    );
    match growth(&profile.live_after_round, profile.iterations_per_round) {
        Some(growth) => {
            let text = format!(
                "{} left behind by an iteration (99 % interval {} … {}, {} rounds)",
                bytes(growth.bytes),
                bytes(growth.low),
                bytes(growth.high),
                growth.rounds
            );
            let text = if growth.leaks() {
                style.bad(&format!("memory grows: {text}"))
            } else {
                format!("memory does not grow: {text}")
            };
            let _ = writeln!(out, "{text}");
        }
        None => out.push_str("too few rounds to tell whether memory grows; give it more --time\n"),
    }
    out
}

/// Long generic names end in an ellipsis.
fn short(name: &str) -> String {
    if name.chars().count() <= WIDTH {
        return name.to_owned();
    }
    name.chars().take(WIDTH - 1).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::flame_graph::tests::profile;

    #[test]
    fn the_most_expensive_function_stands_first() {
        let text = top_table(
            &profile(&[("a::f a::g", 3), ("a::f", 1), ("a::h", 4)]),
            Cost::CpuTime,
            2,
            Style::Plain,
        );
        let lines: Vec<&str> = text.lines().collect();
        assert!(
            lines[2].starts_with("a::h") && lines[2].contains("50.0 %"),
            "{text}"
        );
        assert!(
            lines[3].starts_with("a::g") && lines[3].contains("37.5 %"),
            "{text}"
        );
        assert_eq!(lines[4], "and 1 more functions with 12.5 %");
    }

    #[test]
    fn growth_is_told_with_its_interval() {
        let mut leaky = profile(&[("a::f", 1)]);
        leaky.live_after_round = (0..12).map(|round| round * 1_000).collect();
        leaky.peak_bytes = 2048;
        let text = memory_summary(&leaky, Style::Plain);
        assert!(text.contains("memory grows: 100 B left behind"), "{text}");
        assert!(text.contains("peak 2.00 KiB"), "{text}");
        leaky.live_after_round = vec![7; 12];
        assert!(memory_summary(&leaky, Style::Plain).contains("does not grow"));
        leaky.live_after_round = vec![7];
        assert!(memory_summary(&leaky, Style::Plain).contains("--time"));
    }
}
