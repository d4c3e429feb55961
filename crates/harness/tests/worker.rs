//! The handle on one worker: two at once, pinned, asked in turn, and asked what makes no sense.

mod support;

use fabench_harness::protocol::{Declaration, Sampling, Start};
use fabench_harness::runner::{Cancel, Limits, Phase, Problem, Worker, WorkerError};
use fabench_record::{BenchmarkId, LaunchKind};
use support::{declared, suite};

fn worker() -> Worker {
    Worker::spawn(&suite(), Limits::default(), &Cancel::default()).unwrap()
}

fn start_of(benchmark: &Declaration) -> Start {
    Start {
        benchmark: benchmark.id.clone(),
        mode: LaunchKind::Timed,
        sampling: Sampling {
            warmup_ns: 10_000_000,
            subsamples: 4,
            ..Sampling::default()
        },
        core: None,
        profile: None,
    }
}

#[test]
fn two_workers_are_asked_in_turn_with_rounds_alike() {
    let benchmark = &declared(&["steady"])[0];
    let (mut baseline, mut candidate) = (worker(), worker());
    let ready = baseline.start(start_of(benchmark)).unwrap();
    let alike = Sampling::default().like(&ready);
    let same = candidate
        .start(Start {
            sampling: alike,
            ..start_of(benchmark)
        })
        .unwrap();
    assert_eq!(
        (ready.iterations, ready.subsamples),
        (same.iterations, same.subsamples)
    );
    for _ in 0..3 {
        let (old, new) = (baseline.round().unwrap(), candidate.round().unwrap());
        assert_eq!(old.iterations, new.iterations);
        assert_eq!(old.wall_ns.len(), new.wall_ns.len());
    }
    let done = baseline.finish(benchmark).unwrap();
    assert!(done.peak_rss_bytes.is_some() && done.allocated.is_none());
    candidate.finish(benchmark).unwrap();
}

#[test]
fn a_pinned_worker_stays_on_its_core() {
    let benchmark = &declared(&["located"])[0];
    let allowed = rustix::thread::sched_getaffinity(None).unwrap();
    let cores: Vec<u32> = (0..1024)
        .filter(|core| allowed.is_set(*core as usize))
        .collect();
    for core in [cores[0], cores[cores.len() - 1]] {
        let mut worker = worker();
        worker
            .start(Start {
                core: Some(core),
                ..start_of(benchmark)
            })
            .unwrap();
        for _ in 0..3 {
            worker.round().unwrap();
        }
        let done = worker.finish(benchmark).unwrap();
        assert!(
            done.values["core"]
                .iter()
                .all(|seen| *seen == f64::from(core)),
            "{done:?}"
        );
    }
}

fn failed(error: &WorkerError) -> &str {
    match &error.problem {
        Problem::Failed(message) | Problem::Broken(message) => message,
        other => panic!("{other:?}"),
    }
}

#[test]
fn questions_without_sense_are_refused_by_name() {
    let benchmark = &declared(&["steady"])[0];
    let unknown = Start {
        benchmark: BenchmarkId::new("no/such").unwrap(),
        ..start_of(benchmark)
    };
    let error = worker().start(unknown).unwrap_err();
    assert!(failed(&error).contains("no benchmark `no/such`"), "{error}");
    assert_eq!(error.phase, Phase::WarmingUp);

    let error = worker()
        .start(Start {
            core: Some(1_000_000),
            ..start_of(benchmark)
        })
        .unwrap_err();
    assert!(failed(&error).contains("core 1000000"), "{error}");

    let error = worker().round().unwrap_err();
    assert!(failed(&error).contains("before the start"), "{error}");
    let error = worker().finish(benchmark).unwrap_err();
    assert!(failed(&error).contains("before the start"), "{error}");

    let mut twice = worker();
    twice.start(start_of(benchmark)).unwrap();
    let error = twice.start(start_of(benchmark)).unwrap_err();
    assert!(failed(&error).contains("between rounds"), "{error}");
}
