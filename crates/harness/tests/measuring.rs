//! Well-behaved benchmarks through the whole path: closure, worker, runner, record.

mod support;

use fabench_harness::runner::{Cancel, Event, Plan, run};
use fabench_record::{Benchmark, Completeness, LaunchKind, MetricSource, Outcome};
use support::{declared, short_plan, suite};

fn measured(plan: &Plan) -> Vec<Benchmark> {
    let finished = run(&suite(), plan, &Cancel::default(), &mut |_| {});
    for benchmark in &finished.benchmarks {
        assert_eq!(benchmark.outcome, Outcome::Measured, "{}", benchmark.id);
    }
    assert_eq!(finished.completeness, Completeness::Complete);
    finished.benchmarks
}

#[test]
fn every_sub_sample_of_every_launch_is_kept() {
    let benchmark = &measured(&short_plan(&["steady"]))[0];
    assert_eq!(
        (benchmark.primary.as_str(), &*benchmark.parameters["rounds"]),
        ("cpu_time", "2000")
    );
    let timed: Vec<_> = benchmark
        .launches
        .iter()
        .filter(|launch| launch.kind == LaunchKind::Timed)
        .collect();
    assert_eq!(timed.len(), 2);
    for launch in &timed {
        assert!(launch.rounds.len() >= 2);
        assert!(launch.warmup.iterations > 0 && launch.warmup.wall_ns > 0);
        assert!(launch.peak_rss_bytes.unwrap() > 100_000);
        assert_eq!(launch.allocated, None);
        for round in &launch.rounds {
            assert_eq!(
                round.iterations, timed[0].rounds[0].iterations,
                "one calibration for all"
            );
            assert_eq!(round.wall_ns.len(), round.cpu_ns.len());
            assert!(round.wall_ns.iter().all(|wall| *wall > 0));
        }
    }
    // A sub-sample is at least about a millisecond long: the fastest one of the warm-up decides, and the
    // machine may be faster now, but hardly ten times.
    let all = timed
        .iter()
        .flat_map(|launch| &launch.rounds)
        .flat_map(|round| &round.wall_ns);
    assert!(all.min().unwrap() > &100_000);
    assert!(timed[0].started_after_ms <= timed[1].started_after_ms);
}

#[test]
fn counting_launches_count_the_routine_alone_and_exactly() {
    let benchmark = &measured(&short_plan(&["allocates"]))[0];
    let counting: Vec<_> = benchmark
        .launches
        .iter()
        .filter(|launch| launch.kind == LaunchKind::Counting)
        .collect();
    assert_eq!(counting.len(), 1);
    assert!(counting[0].rounds.is_empty());
    let allocated = counting[0].allocated.unwrap();
    assert_eq!(allocated.count, 3 * allocated.iterations);
    assert_eq!(allocated.bytes, 300 * allocated.iterations);
    let exact = benchmark
        .metrics
        .iter()
        .filter(|metric| metric.exact)
        .map(|metric| metric.source);
    assert!(exact.eq([MetricSource::Allocations, MetricSource::AllocatedBytes]));
}

#[test]
fn without_counting_no_metric_promises_counts() {
    let plan = Plan {
        count_allocations: false,
        ..short_plan(&["allocates"])
    };
    let benchmark = &measured(&plan)[0];
    assert!(
        benchmark
            .launches
            .iter()
            .all(|launch| launch.kind == LaunchKind::Timed)
    );
    assert!(benchmark.metric("allocations").is_none());
}

#[test]
fn reported_values_and_latencies_reach_the_record_without_warm_up() {
    let benchmarks = measured(&short_plan(&["reports", "latency"]));
    for launch in benchmarks[0]
        .launches
        .iter()
        .filter(|launch| launch.kind == LaunchKind::Timed)
    {
        let subsamples: usize = launch.rounds.iter().map(|round| round.wall_ns.len()).sum();
        let values = &launch.values["ratio"];
        assert_eq!(values[0], 4.0, "reported before the rounds");
        assert_eq!(
            values.len(),
            1 + subsamples,
            "one for each sub-sample, none for warm-up"
        );
    }
    for launch in benchmarks[1]
        .launches
        .iter()
        .filter(|launch| launch.kind == LaunchKind::Timed)
    {
        assert!(launch.rounds.iter().all(|round| round.iterations == 100));
        assert_eq!(launch.values["latency"].len(), 100 * launch.rounds.len());
    }
}

#[test]
fn the_harness_allocates_nothing_between_the_sub_samples_of_a_round() {
    let benchmark = &measured(&short_plan(&["quiet"]))[0];
    let launch = &benchmark.launches[0];
    let mut between = launch.values["between"].iter();
    for round in &launch.rounds {
        let of_round: Vec<_> = between.by_ref().take(round.wall_ns.len()).collect();
        assert!(of_round.len() > 1, "one sub-sample shows nothing");
        assert!(
            of_round[1..].iter().all(|count| **count == 0.0),
            "{of_round:?}"
        );
    }
}

#[test]
fn a_probe_adds_latencies_beside_the_rounds_once_in_each_timed_launch() {
    for launch in &measured(&short_plan(&["probed"]))[0].launches {
        let latencies = launch.values.get("latency").map_or(0, Vec::len);
        assert_eq!(
            latencies,
            if launch.kind == LaunchKind::Timed {
                50
            } else {
                0
            }
        );
    }
}

#[test]
fn asynchronous_work_is_measured_on_the_suites_executor() {
    let benchmark = &measured(&short_plan(&["asynchronous"]))[0];
    let round = &benchmark.launches[0].rounds[0];
    assert!(round.iterations > 1, "batches, not single futures, are run");
    assert!(round.wall_ns.iter().all(|wall| *wall > 0));
}

#[test]
fn slow_benchmarks_run_once_in_a_sub_sample() {
    let benchmark = &measured(&short_plan(&["slow"]))[0];
    let round = &benchmark.launches[0].rounds[0];
    assert_eq!(round.iterations, 1);
    assert!(round.wall_ns.len() < 20, "a round of slow work is shorter");
}

#[test]
fn injected_work_is_done_and_not_counted() {
    // Allocations show it exactly; that it takes its share of time is shown side by side, where noise cancels.
    for (permille, calls) in [(0, 300), (500, 450), (1000, 600)] {
        let mut plan = short_plan(&["allocates"]);
        plan.sampling.extra_work_permille = permille;
        let benchmark = measured(&plan).remove(0);
        let counts: Vec<_> = benchmark
            .launches
            .iter()
            .filter_map(|one| one.allocated)
            .collect();
        assert_eq!(
            (counts[0].iterations, counts[0].count),
            (100, calls),
            "{permille} thousandths"
        );
    }
}

#[test]
fn passes_deal_launches_over_all_benchmarks_and_events_tell_it() {
    let plan = short_plan(&["steady", "reports"]);
    let (mut started, mut done, mut rounds, mut ended) = (Vec::new(), Vec::new(), 0, 0);
    let mut planned = 0;
    run(
        &suite(),
        &plan,
        &Cancel::default(),
        &mut |event| match event {
            Event::Started { launches, .. } => planned = launches,
            Event::LaunchStarted { pass, passes, .. } => {
                assert_eq!(passes, 3);
                started.push(pass);
            }
            Event::RoundDone { .. } => rounds += 1,
            Event::LaunchDone { done: number, .. } => done.push(number),
            Event::BenchmarkDone { benchmark } => {
                assert_eq!(benchmark.outcome, Outcome::Measured);
                ended += 1;
            }
        },
    );
    assert_eq!(started, [1, 1, 2, 2, 3, 3]);
    assert_eq!((planned, done), (6, (1..=6).collect()));
    assert!(rounds >= 8);
    assert_eq!(ended, 2);
}

#[test]
fn cancelling_keeps_what_was_measured_and_says_so() {
    let plan = short_plan(&["steady", "reports"]);
    let cancel = Cancel::default();
    let finished = run(&suite(), &plan, &cancel, &mut |event| {
        if let Event::LaunchDone { .. } = event {
            cancel.cancel();
        }
    });
    assert_eq!(finished.completeness, Completeness::Partial);
    let launches: usize = finished
        .benchmarks
        .iter()
        .map(|one| one.launches.len())
        .sum();
    assert_eq!(launches, 1);
    assert!(
        finished
            .benchmarks
            .iter()
            .all(|one| one.outcome == Outcome::Interrupted)
    );
}

#[test]
fn declarations_arrive_as_written() {
    let steady = &declared(&["steady"])[0];
    let names: Vec<_> = steady
        .metrics
        .iter()
        .map(|metric| metric.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "wall_time",
            "cpu_time",
            "peak_rss",
            "allocations",
            "allocated_bytes",
            "throughput"
        ]
    );
    assert!(steady.single_threaded);
}
