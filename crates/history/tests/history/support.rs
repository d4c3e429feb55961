//! Runs to record.

use fabench_gate::{Comparison, Policy, accept, compare};
use fabench_record::{Benchmark, BenchmarkId, Run};

/// The golden run of the record crate, under another id and start.
pub(crate) fn run(id: &str, started_at: &str) -> Run {
    let golden = include_bytes!("../../../record/tests/data/run_v1.json");
    let mut run = Run::from_json(golden).expect("the golden run is valid");
    run.id = id.into();
    run.started_at = started_at.into();
    run
}

/// Start of the `number`-th hour of a simulated time.
pub(crate) fn hour(number: i64) -> String {
    let begin: jiff::Timestamp = "2026-09-01T00:00:00Z".parse().expect("a time");
    (begin + jiff::SignedDuration::from_hours(number)).to_string()
}

/// The run with all times multiplied.
pub(crate) fn slower(mut run: Run, factor: f64) -> Run {
    let times = run
        .benchmarks
        .iter_mut()
        .flat_map(|bench| &mut bench.launches)
        .flat_map(|launch| &mut launch.rounds);
    for round in times {
        for ns in round.wall_ns.iter_mut().chain(&mut round.cpu_ns) {
            *ns = (*ns as f64 * factor).round() as u64;
        }
    }
    run
}

/// What `check` says of `candidate`.
pub(crate) fn comparison(baseline: &Run, candidate: &Run) -> Comparison {
    let baseline = accept(None, baseline.clone(), &baseline.started_at, false);
    compare(&baseline, candidate, &Policy::default(), None)
}

/// The first benchmark of the golden run under another name.
pub(crate) fn renamed(run: &Run, id: &str) -> Benchmark {
    let mut benchmark = run.benchmarks[0].clone();
    benchmark.id = BenchmarkId::new(id).expect("a valid id");
    benchmark
}

/// An example of this crate, built by cargo beside the tests.
pub(crate) fn example(name: &str) -> std::path::PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    let folder = own
        .parent()
        .and_then(std::path::Path::parent)
        .expect("the target folder");
    let path = folder.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing; build it with `cargo build -p fabench-history --examples`",
        path.display()
    );
    path
}
