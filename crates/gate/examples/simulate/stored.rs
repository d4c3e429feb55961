//! The gate's comparison of stored runs on the simulated machine: runs an hour apart.

use std::collections::BTreeMap;

use fabench_gate::{Policy, Verdict, accept, compare};
use fabench_record::{
    Baseline, Benchmark, BenchmarkId, Completeness, Environment, Launch, MachineClass, Method,
    Metric, Outcome, Round, Run, SCHEMA_VERSION, Settings, Source, Suite, Tool,
};

use crate::machine::{MEASURED_NOISE, Machine, kernel_at};

/// Benchmarks in the suite.
pub(crate) const BENCHMARKS: usize = 20;
const LAUNCHES: usize = 7;
const ROUNDS: usize = 5;

/// The verdicts on a suite whose benchmarks cost `change` more (log), after `accepted` earlier runs of the baseline.
pub(crate) fn judge(
    policy: &Policy,
    change: f64,
    accepted: usize,
    memory_s: f64,
    seed: u64,
) -> Vec<Verdict> {
    let mut machines: Vec<Machine> = (0..BENCHMARKS)
        .map(|index| {
            let kernel = kernel_at(seed as usize + index, MEASURED_NOISE);
            Machine::new(kernel, memory_s, seed * 1013 + index as u64)
        })
        .collect();
    let mut baseline: Option<Baseline> = None;
    for number in 0..=accepted {
        let next = run(number, 0.0, &mut machines);
        baseline = Some(accept(baseline, next, "", false));
    }
    let candidate = run(accepted + 1, change, &mut machines);
    let Some(baseline) = baseline else {
        return Vec::new();
    };
    let found = compare(&baseline, &candidate, policy, None);
    found.benchmarks.iter().map(|entry| entry.verdict).collect()
}

/// A run whose launches are dealt in passes over two minutes, an hour after the one before.
fn run(number: usize, change: f64, machines: &mut [Machine]) -> Run {
    let benchmarks = machines.iter_mut().enumerate();
    let benchmarks = benchmarks.map(|(index, machine)| {
        machine.pass(3600.0);
        let launches = (0..LAUNCHES).map(|_| {
            machine.pass(120.0 / LAUNCHES as f64);
            let minima = machine.launch(change, ROUNDS).minima;
            let rounds = minima.into_iter().map(|log| {
                let ns = (1e6 * log.exp()).round() as u64;
                Round {
                    iterations: 1,
                    wall_ns: vec![ns],
                    cpu_ns: vec![ns],
                }
            });
            Launch {
                rounds: rounds.collect(),
                ..Launch::default()
            }
        });
        Benchmark {
            id: BenchmarkId::new(format!("sim/{index:02}")).unwrap(),
            description: String::new(),
            parameters: BTreeMap::new(),
            single_threaded: true,
            primary: "wall_time".into(),
            metrics: vec![Metric::wall_time()],
            outcome: Outcome::Measured,
            launches: launches.collect(),
            summary: Vec::new(),
        }
    });
    let benchmarks = benchmarks.collect();
    Run {
        schema_version: SCHEMA_VERSION,
        id: format!("run{number:04}"),
        started_at: format!("{number:04}"),
        duration_ms: 120_000,
        tool: Tool {
            name: "simulate".into(),
            version: String::new(),
        },
        method: Method {
            name: "simulated".into(),
            version: 1,
        },
        suite: Suite {
            name: "simulated".into(),
            version: String::new(),
        },
        source: Source::default(),
        environment: Environment {
            machine: MachineClass {
                cpu: String::new(),
                cores: 2,
                os: String::new(),
                arch: String::new(),
                toolchain: String::new(),
                allocator: String::new(),
            },
            kernel: String::new(),
            memory_bytes: 0,
            load_average: 0.0,
            steal: None,
            governor: None,
        },
        settings: Settings {
            quick: false,
            launches: LAUNCHES as u32,
            min_rounds: ROUNDS as u32,
            max_time_ms: 0,
            warmup_ms: 0,
        },
        completeness: Completeness::Complete,
        benchmarks,
    }
}
