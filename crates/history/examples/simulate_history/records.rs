//! A simulated run as a record: launches of rounds whose values scatter as those of real machines do.

use std::collections::BTreeMap;

use fabench_gate::summarize;
use fabench_record::{
    Benchmark, BenchmarkId, Completeness, Environment, Launch, LaunchKind, MachineClass, Method,
    Metric, Outcome, Round, Run, SCHEMA_VERSION, Settings, Source, Suite, Tool, Warmup,
};
use rand::RngExt as _;
use rand_pcg::Pcg64;

use super::changes::Shape;
use super::repository::Commit;

/// Timed launches of each benchmark, rounds of each, sub-samples of each round.
const LAUNCHES: u32 = 7;
const ROUNDS: usize = 3;
const SUB_SAMPLES: usize = 8;

/// Where runs are simulated.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Machine {
    /// A hosted runner.
    Hosted,
    /// A desktop, a good deal faster: the same commits, other numbers.
    Desk,
}

impl Machine {
    fn class(self) -> MachineClass {
        let (cpu, cores, os) = match self {
            Self::Hosted => ("AMD EPYC 7763 64-Core Processor", 4, "Ubuntu 24.04.1 LTS"),
            Self::Desk => (
                "AMD Ryzen 9 7950X 16-Core Processor",
                32,
                "Debian GNU/Linux 13 (trixie)",
            ),
        };
        MachineClass {
            cpu: cpu.into(),
            cores,
            os: os.into(),
            arch: "x86_64".into(),
            toolchain: "rustc 1.95.0".into(),
            allocator: "mimalloc".into(),
        }
    }

    fn speed(self) -> f64 {
        match self {
            Self::Hosted => 1.0,
            Self::Desk => 0.58,
        }
    }

    fn delay_s(self) -> i64 {
        match self {
            Self::Hosted => 240,
            Self::Desk => 900,
        }
    }
}

pub(crate) fn run(machine: Machine, commit: &Commit, shapes: &[Shape], rng: &mut Pcg64) -> Run {
    let started = commit.time + jiff::SignedDuration::from_secs(machine.delay_s());
    let started = started.round(jiff::Unit::Second).unwrap_or(started);
    let benchmarks = shapes
        .iter()
        .map(|shape| benchmark(shape, machine, commit, rng))
        .collect();
    Run {
        schema_version: SCHEMA_VERSION,
        id: format!(
            "{}-{}",
            started.strftime("%Y%m%dT%H%M%SZ"),
            &commit.hash[..7]
        ),
        started_at: started.to_string(),
        duration_ms: 92_000 + rng.random_range(0..9_000),
        tool: Tool {
            name: "fabench".into(),
            version: env!("CARGO_PKG_VERSION").into(),
        },
        method: Method {
            name: "launches-in-passes".into(),
            version: 1,
        },
        suite: Suite {
            name: "simulated-suite".into(),
            version: "0.1.0".into(),
        },
        source: Source {
            commit: Some(commit.hash.clone()),
            dirty: false,
            branch: Some("main".into()),
        },
        environment: Environment {
            machine: machine.class(),
            kernel: "6.8.0-1018".into(),
            memory_bytes: 16 << 30,
            load_average: rng.random_range(0.1..1.4),
            steal: Some(rng.random_range(0.0..0.01)),
            governor: None,
        },
        settings: Settings {
            quick: false,
            launches: LAUNCHES,
            min_rounds: 3,
            max_time_ms: 3000,
            warmup_ms: 200,
        },
        completeness: Completeness::Complete,
        benchmarks,
    }
}

fn benchmark(shape: &Shape, machine: Machine, commit: &Commit, rng: &mut Pcg64) -> Benchmark {
    let primary = shape.primary();
    let mut metrics = vec![primary.clone()];
    if shape.elements.is_some() {
        metrics.push(Metric::wall_time());
    }
    if !shape.is_memory() {
        metrics.push(Metric::cpu_time());
    }
    metrics.push(Metric::peak_rss());
    // Memory does not depend on the speed of the machine.
    let speed = if shape.is_memory() {
        1.0
    } else {
        machine.speed()
    };
    let of_the_run = shape.cost
        * speed
        * shape.factor(commit.day, commit.first)
        * (shape.noise * normal(rng)).exp();
    let launches = (0..LAUNCHES)
        .map(|number| launch(shape, &primary, of_the_run, number, rng))
        .collect();
    let mut benchmark = Benchmark {
        // The ids of this program are valid by construction.
        id: BenchmarkId::new(shape.id.as_str()).expect("a valid id"),
        description: shape.description.into(),
        parameters: BTreeMap::new(),
        single_threaded: true,
        primary: primary.name,
        metrics,
        outcome: Outcome::Measured,
        launches,
        summary: Vec::new(),
    };
    benchmark.summary = summarize(&benchmark);
    benchmark
}

fn launch(shape: &Shape, primary: &Metric, cost: f64, number: u32, rng: &mut Pcg64) -> Launch {
    // A launch as a whole is off by a little: memory layout and neighbours.
    let cost = cost * (0.008 * normal(rng)).exp();
    let mut launch = Launch {
        kind: LaunchKind::Timed,
        started_after_ms: u64::from(number) * 12_000,
        warmup: Warmup {
            iterations: 1000,
            wall_ns: 180_000_000,
            steady: true,
        },
        peak_rss_bytes: Some(48_000_000 + rng.random_range(0..400_000)),
        ..Launch::default()
    };
    if shape.is_memory() {
        launch
            .values
            .insert(primary.name.clone(), vec![cost.round()]);
        return launch;
    }
    let iterations = (1e6 / cost).ceil().max(1.0);
    for _ in 0..ROUNDS {
        let mut round = Round {
            iterations: iterations as u64,
            ..Round::default()
        };
        for _ in 0..SUB_SAMPLES {
            // Disturbances only ever cost time.
            let disturbed = 1.0
                + 0.01 * normal(rng).abs()
                + if rng.random_range(0..30) == 0 {
                    0.3
                } else {
                    0.0
                };
            let ns = cost * iterations * disturbed;
            round.wall_ns.push(ns.round() as u64);
            round.cpu_ns.push((ns * 0.99).round() as u64);
        }
        launch.rounds.push(round);
    }
    launch
}

/// A standard normal number (Box and Muller 1958).
fn normal(rng: &mut Pcg64) -> f64 {
    let radius = (-2.0 * rng.random_range(f64::MIN_POSITIVE..1.0).ln()).sqrt();
    radius * (std::f64::consts::TAU * rng.random_range(0.0..1.0)).cos()
}
