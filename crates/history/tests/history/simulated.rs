//! What the generator hides in sixty days is found where it is: a step, a ramp, a spike, on both machine classes.

use std::process::Command;

use fabench_gate::{ChangePointSettings, Thresholds, Verdict};
use fabench_history::{History, RunFilter, Series, SeriesFilter, Trend, trend};

use crate::support::example;

/// The commit at which `benchmark` changes, as the generator tells.
fn commit(truth: &serde_json::Value, benchmark: &str) -> String {
    let changes = truth["changes"].as_array().unwrap();
    let change = changes
        .iter()
        .find(|one| one["benchmark"] == benchmark)
        .unwrap();
    change["commit"].as_str().unwrap().to_owned()
}

#[test]
fn each_simulated_change_is_found_where_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let scratch = folder.path().join("scratch");
    let made = Command::new(example("simulate_history"))
        .arg(&scratch)
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&made.stdout);
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
    assert!(said.contains("SIMULATED"), "{said}");
    let truth = std::fs::read(scratch.join("simulated.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_slice(&truth).unwrap();

    let mut history = History::open(&scratch.join(".fabench/history.db")).unwrap();
    assert_eq!(history.runs(&RunFilter::default()).unwrap().len(), 180);
    let all = history.series(&SeriesFilter::default()).unwrap();
    let machines = all
        .iter()
        .filter(|one| one.benchmark.as_str() == "database_query/single");
    assert_eq!(machines.count(), 2, "machine classes are kept apart");
    let look = |series: &Series| -> Trend {
        trend(
            series,
            &ChangePointSettings::default(),
            &Thresholds::default(),
            None,
        )
    };
    let mut false_alarms = 0;
    for series in &all {
        let found = look(series);
        let place = format!(
            "{} on {}: {:?}",
            series.benchmark, series.machine.cpu, found.changes
        );
        match series.benchmark.as_str() {
            name @ ("database_query/single" | "message_throughput/single") => {
                assert_eq!(found.changes.len(), 1, "{place}");
                let change = &found.changes[0];
                let wanted = commit(&truth, name);
                let at = series
                    .points
                    .iter()
                    .position(|point| point.commit.as_ref() == Some(&wanted));
                let at = at.expect("the commit was measured");
                assert!(at.abs_diff(change.index) <= 1, "{place}, wanted at {at}");
                assert_eq!(
                    change.ratio > 1.0,
                    name == "database_query/single",
                    "{place}"
                );
            }
            "memory_usage/agent_lifecycle" => {
                let creep = found.creep.expect("enough runs");
                assert_eq!(creep.verdict, Verdict::Regression, "{creep:?}");
            }
            // The spike is no change of level.
            "agent_spawn/single" => assert!(found.changes.is_empty(), "{place}"),
            _ => false_alarms += found.changes.len(),
        }
    }
    assert!(
        false_alarms <= 1,
        "{false_alarms} changes in what only has noise"
    );
}
