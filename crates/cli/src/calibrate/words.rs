//! The calibration as a table for people.

use std::fmt::Write as _;

use fabench_report::Style;

use super::calibration::{BUDGETS_MS, Calibration};

/// Benchmarks, machine, cores, advice.
pub(super) fn words(calibration: &Calibration, style: Style) -> String {
    let width = calibration
        .benchmarks
        .iter()
        .map(|floor| floor.benchmark.as_str().chars().count())
        .chain(["benchmark".len()])
        .max()
        .unwrap_or_default();
    let mut heading = format!(
        "{:<width$}  {:<12}{:>8}{:>10}{:>10}",
        "benchmark", "metric", "pairs", "a pair", "spread"
    );
    for budget in BUDGETS_MS {
        let _ = write!(heading, "{:>10}", format!("in {} s", budget / 1000));
    }
    let mut out = format!("{}\n", style.dim(&heading));
    for floor in &calibration.benchmarks {
        let noise = &floor.noise_floor;
        let _ = write!(
            out,
            "{:<width$}  {:<12}{:>8}{:>10}{:>10}",
            floor.benchmark.as_str(),
            floor.metric,
            noise.pairs,
            format!("{:.0} ms", noise.pair_ms),
            format!("{:.1} %", noise.pair_log_sd.exp_m1() * 100.0)
        );
        for detectable in &floor.detectable {
            let shown = detectable.change.map_or_else(
                || "-".to_owned(),
                |change| format!("+{:.1} %", change * 100.0),
            );
            let _ = write!(out, "{shown:>10}");
        }
        out.push('\n');
    }
    out.push_str(
        "\nspread: from one pair of launches of identical executables to the next; in 1 s, 3 s, 10 s: the smallest \
         change\nthat so much measuring finds with a chance of 80 %\n\n",
    );
    out + &machine(calibration)
}

fn machine(calibration: &Calibration) -> String {
    let environment = &calibration.environment;
    let unknown = || "unknown".to_owned();
    let mut out = format!(
        "{}, {} cores; load {:.1} at the start; stolen {}; governor {}\n",
        environment.machine.cpu,
        environment.machine.cores,
        environment.load_average,
        environment
            .steal
            .map_or_else(unknown, |steal| format!("{:.1} %", steal * 100.0)),
        environment.governor.clone().unwrap_or_else(unknown)
    );
    for core in &calibration.cores {
        let _ = writeln!(
            out,
            "core {}: the same work costs {:.3}× the middle ({} launches)",
            core.core, core.relative_cost, core.launches
        );
    }
    for advice in &calibration.advice {
        let _ = writeln!(out, "advice: {advice}");
    }
    out
}
