//! One golden file per schema version: what was once written is read for ever, and read to the same values.
//!
//! A golden file is never edited. A new schema version adds new files and a test that old ones still read.

use fabench_record::{
    Baseline, BenchmarkId, Completeness, Direction, LaunchKind, MetricSource, Outcome, Run, Unit,
};
use serde_json::Value;

const RUN_V1: &str = include_str!("data/run_v1.json");
const BASELINE_V1: &str = include_str!("data/baseline_v1.json");

fn id(text: &str) -> BenchmarkId {
    BenchmarkId::new(text).unwrap()
}

#[test]
fn run_of_version_1_reads_to_its_values() {
    let run = Run::from_json(RUN_V1.as_bytes()).unwrap();
    assert_eq!(run.schema_version, 1);
    assert_eq!(run.id, "20261123T072300Z-1a2b3c4");
    assert_eq!(run.completeness, Completeness::Complete);
    assert_eq!(run.environment.machine.cores, 2);
    assert_eq!(run.environment.steal, Some(0.003));
    assert!(!run.source.dirty);
    assert_eq!(run.benchmarks.len(), 3);

    let spawn = run.benchmark(&id("agent_spawn/single")).unwrap();
    assert_eq!(spawn.outcome, Outcome::Measured);
    let primary = spawn.primary_metric().unwrap();
    assert_eq!(primary.source, MetricSource::CpuTime);
    assert_eq!(primary.unit, Unit::Nanoseconds);
    assert_eq!(primary.direction, Direction::LowerIsBetter);
    assert!(spawn.metric("allocations").unwrap().exact);
    assert_eq!(
        spawn.launches[0].rounds[1].cpu_ns,
        [932_900, 929_900, 931_000]
    );
    assert!(!spawn.launches[1].warmup.steady);
    assert_eq!(spawn.launches[2].kind, LaunchKind::Counting);
    assert_eq!(spawn.launches[2].allocated.unwrap().bytes, 896_000);
    let summary = spawn.summary_of("cpu_time").unwrap();
    assert_eq!(summary.mean.to_bits(), 933.377_777_777_777_7_f64.to_bits());

    let compression = run
        .benchmark(&id("memory_usage/belief_compression"))
        .unwrap();
    assert_eq!(compression.parameters["states"], "100");
    assert_eq!(compression.launches[0].values["ratio"], [5.25, 5.5]);
    assert_eq!(
        compression.metric("error").unwrap().unit,
        Unit::Other("nats".into())
    );

    let query = run.benchmark(&id("database_query/single")).unwrap();
    assert!(
        matches!(&query.outcome, Outcome::Failed { reason, .. } if reason == "exit status 101")
    );
}

#[test]
fn baseline_of_version_1_reads_to_its_values() {
    let baseline = Baseline::from_json(BASELINE_V1.as_bytes()).unwrap();
    assert!(!baseline.forced);
    assert_eq!(baseline.run.benchmarks.len(), 1);
    assert_eq!(baseline.past_runs.len(), 2);
    let centre = &baseline.past_runs[1].centres[&id("memory_usage/belief_compression")];
    assert_eq!((centre.metric.as_str(), centre.value), ("ratio", 5.28));
}

/// Fails when a field is renamed, dropped or written in another form without a new schema version.
#[test]
fn what_is_written_has_the_form_of_the_golden_files() {
    let run = Run::from_json(RUN_V1.as_bytes()).unwrap();
    let golden: Value = serde_json::from_str(RUN_V1).unwrap();
    assert_eq!(serde_json::to_value(&run).unwrap(), golden);

    let baseline = Baseline::from_json(BASELINE_V1.as_bytes()).unwrap();
    let golden: Value = serde_json::from_str(BASELINE_V1).unwrap();
    assert_eq!(serde_json::to_value(&baseline).unwrap(), golden);
}

#[test]
fn a_run_is_no_baseline_and_a_baseline_no_run() {
    assert!(Baseline::from_json(RUN_V1.as_bytes()).is_err());
    assert!(Run::from_json(BASELINE_V1.as_bytes()).is_err());
}
