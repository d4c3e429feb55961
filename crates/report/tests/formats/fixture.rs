//! A run and a comparison with a bit of everything, names that want to leave their place among it.

use std::collections::BTreeMap;

use fabench_gate::{
    BenchmarkComparison, Comparison, FunctionChange, Goal, GoalOutcome, Overall, Policy, Since,
    Verdict, Why, compare, summarize,
};
use fabench_record::{
    Baseline, Benchmark, BenchmarkId, Completeness, Environment, Launch, MachineClass, Method,
    Metric, Outcome, Round, Run, SCHEMA_VERSION, Settings, Source, Suite, Tool,
};

/// Names that mean something to Markdown, HTML, XML, a shell or a terminal.
pub(crate) const HOSTILE: [&str; 6] = [
    "odd/a|b `c` \\| <script>alert(1)</script>",
    "odd/@everyone #1 www.example.org",
    "odd/\u{202e}desrever",
    "odd/אבג",
    "odd/\"quoted\" & 'single' ]]>",
    "odd/=1+1",
];

/// A benchmark whose launches take about `ns` for an iteration.
pub(crate) fn benchmark(id: &str, ns: f64) -> Benchmark {
    let launch = |launch: u64| Launch {
        started_after_ms: launch * 10,
        rounds: vec![Round {
            iterations: 1000,
            // A pattern without a clock or a draw: a body, and a tail to the right.
            wall_ns: (0..20)
                .map(|sample| {
                    let wave = (launch * 7 + sample * 13) % 17;
                    let tail = if sample == 19 { 900 } else { 0 };
                    (ns * (1000 + wave * 12 + tail) as f64) as u64
                })
                .collect(),
            cpu_ns: vec![(ns * 900.0) as u64; 20],
        }],
        ..Launch::default()
    };
    let mut benchmark = Benchmark {
        id: BenchmarkId::new(id).unwrap(),
        description: "does something".into(),
        parameters: BTreeMap::new(),
        single_threaded: true,
        primary: "wall_time".into(),
        metrics: vec![Metric::wall_time(), Metric::throughput(10.0)],
        outcome: Outcome::Measured,
        launches: (0..8).map(launch).collect(),
        summary: Vec::new(),
    };
    benchmark.summary = summarize(&benchmark);
    benchmark
}

pub(crate) fn run(id: &str, benchmarks: Vec<Benchmark>) -> Run {
    Run {
        schema_version: SCHEMA_VERSION,
        id: id.to_owned(),
        started_at: "2026-11-23T07:23:00Z".into(),
        duration_ms: 61_000,
        tool: Tool {
            name: "fabench".into(),
            version: "0.1.0".into(),
        },
        method: Method {
            name: "launches-in-passes".into(),
            version: 1,
        },
        suite: Suite {
            name: "words".into(),
            version: "1".into(),
        },
        source: Source {
            commit: Some("4f2a91c0d3b54e6f8a7b6c5d4e3f2a1b0c9d8e7f".into()),
            dirty: false,
            branch: Some("main".into()),
        },
        environment: Environment {
            machine: MachineClass {
                cpu: "Some | CPU @ 2.4 GHz".into(),
                cores: 4,
                os: "Linux".into(),
                arch: "x86_64".into(),
                toolchain: "rustc 1.95.0".into(),
                allocator: "system".into(),
            },
            kernel: "6.8.0".into(),
            memory_bytes: 16 << 30,
            load_average: 0.25,
            steal: Some(0.01),
            governor: None,
        },
        settings: Settings {
            quick: false,
            launches: 8,
            min_rounds: 1,
            max_time_ms: 1000,
            warmup_ms: 100,
        },
        completeness: Completeness::Complete,
        benchmarks,
    }
}

/// A run with a failure and hostile names.
pub(crate) fn mixed_run() -> Run {
    let mut benchmarks = vec![
        benchmark("split/spaces", 120.0),
        benchmark("split/words", 4500.0),
        benchmark("join/all", 2_000_000.0),
    ];
    benchmarks.extend(HOSTILE.map(|id| benchmark(id, 50.0)));
    let mut failed = benchmark("join/broken", 1.0);
    failed.outcome = Outcome::Failed {
        reason: "2 and 2 are | 5\n<b>@you</b>".into(),
        stderr_tail: "]]> \u{1b}[31mred\nlast line".into(),
    };
    failed.launches.clear();
    failed.summary.clear();
    benchmarks.push(failed);
    run("20261123T072300Z-4f2a91c", benchmarks)
}

pub(crate) fn goals(run: &Run) -> Vec<GoalOutcome> {
    let goal = |benchmark: &str, below: &str| -> Goal {
        let value = serde_json::json!({"benchmark": benchmark, "below": below});
        serde_json::from_value(value).unwrap()
    };
    [
        ("split/spaces", "1 µs"),
        ("split/words", "1 µs"),
        ("join/broken", "1 s"),
    ]
    .map(|(benchmark, below)| goal(benchmark, below).evaluate(run))
    .to_vec()
}

/// Every verdict at least once.
pub(crate) fn mixed_comparison() -> Comparison {
    let ids = ["split/spaces", "split/words", "join/all", "join/gone"];
    let all = ids.iter().chain(&HOSTILE);
    let old: Vec<Benchmark> = all.clone().map(|id| benchmark(id, 1000.0)).collect();
    let factor = |id: &str| match id {
        "split/words" => 3.0,
        "join/all" => 0.3,
        _ => 1.0,
    };
    let kept = all.filter(|id| **id != "join/gone");
    let mut new: Vec<Benchmark> = kept.map(|id| benchmark(id, 1000.0 * factor(id))).collect();
    new.push(benchmark("split/fresh", 10.0));
    let baseline = Baseline {
        schema_version: SCHEMA_VERSION,
        accepted_at: "2026-11-22T07:23:00Z".into(),
        forced: false,
        run: run("20261122T072300Z-0000000", old),
        past_runs: Vec::new(),
    };
    let candidate = run("20261123T072300Z-4f2a91c", new);
    let mut comparison = compare(&baseline, &candidate, &Policy::default(), None);
    for (index, verdict) in [Verdict::Regression, Verdict::Warning, Verdict::Failed]
        .into_iter()
        .enumerate()
    {
        let mut entry = comparison.benchmarks[0].clone();
        entry.id = BenchmarkId::new(format!("kinds/{index}")).unwrap();
        entry.verdict = verdict;
        comparison.benchmarks.push(entry);
    }
    for entry in &mut comparison.benchmarks {
        if entry.verdict == Verdict::Regression {
            entry.why = Some(why());
            entry.since = Some(Since {
                run: "20261120T072300Z-b095526".into(),
                started_at: "2026-11-20T07:23:00Z".into(),
                days: 3,
                commit: Some("b095526c0ffee000000000000000000000000000".into()),
                ratio: 2.9,
                p_value: Some(0.005),
            });
        }
    }
    recount(comparison)
}

/// Functions that grew, one with a name that wants to leave its place.
fn why() -> Why {
    let change = |function: &str, before: f64, calls: f64| FunctionChange {
        function: function.into(),
        before,
        now: before * 2.0,
        error: before / 20.0,
        allocations_before: calls,
        allocations_now: calls * 3.0,
    };
    Why {
        cpu_time: Some(vec![
            change("words::split", 1000.0, 0.0),
            change("a|b<`c`>::<script>alert(1)</script> @everyone", 10.0, 0.0),
        ]),
        allocated_bytes: Some(vec![change("<[T]>::to_vec", 4096.0, 8.0)]),
        flame_graphs: vec!["profiles/split.words/cpu-change.svg".into()],
    }
}

/// `count` metrics of the same verdict.
pub(crate) fn large_comparison(count: usize) -> Comparison {
    let mut comparison = mixed_comparison();
    let model: Vec<BenchmarkComparison> = comparison.benchmarks.clone();
    comparison.benchmarks = (0..count)
        .map(|index| {
            let mut entry = model[index % model.len()].clone();
            entry.id =
                BenchmarkId::new(format!("many/{index:05}-{}", "x|".repeat(index % 50))).unwrap();
            entry
        })
        .collect();
    recount(comparison)
}

fn recount(mut comparison: Comparison) -> Comparison {
    comparison.overall = Overall::of(&comparison.benchmarks);
    comparison
}
