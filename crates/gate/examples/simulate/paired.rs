//! The gate's own side-by-side decision on the simulated machine.

use fabench_gate::{
    Budget, Identity, Next, PairedEvidence, PairedLaunch, Policy, Verdict, conclude, decide,
};
use fabench_record::{BenchmarkId, MachineClass, Metric, Suite};

use crate::machine::{KERNELS, Machine};

/// Rounds in a launch, as the study found best.
const ROUNDS: usize = 3;

/// Wall time of a pair of launches, process starts included.
pub(crate) const PAIR_MS: u64 = 150;

/// What became of one benchmark.
pub(crate) struct Outcome {
    /// Its verdict.
    pub(crate) verdict: Verdict,
    /// What it would be if the first flag stood without confirmation.
    pub(crate) first_flag: bool,
    /// Time spent on it.
    pub(crate) spent_ms: u64,
}

/// Compares a suite side by side; the benchmark at `index` costs `changes[index]` more (log).
pub(crate) fn compare(
    changes: &[f64],
    seed: u64,
    left_ms: u64,
    per_benchmark_ms: u64,
) -> Vec<Outcome> {
    let policy = Policy::default();
    let mut machines: Vec<Machine> = (0..changes.len())
        .map(|index| {
            let kernel = KERNELS[(seed as usize + index) % KERNELS.len()];
            Machine::new(kernel, 60.0, seed * 1009 + index as u64)
        })
        .collect();
    let mut evidence: Vec<PairedEvidence> = (0..changes.len())
        .map(|index| {
            let id = BenchmarkId::new(format!("sim/{index}")).unwrap();
            PairedEvidence::new(id, Metric::cpu_time(), true)
        })
        .collect();
    let mut left_ms = left_ms;
    loop {
        let budget = Budget {
            left_ms,
            per_benchmark_ms,
        };
        let Next::Measure {
            benchmark,
            pairs,
            confirming,
        } = decide(&evidence, &policy, budget)
        else {
            break;
        };
        for _ in 0..pairs {
            let pair = pair(&mut machines[benchmark], changes[benchmark]);
            let one = &mut evidence[benchmark];
            if confirming {
                one.confirming.push(pair);
            } else {
                one.first.push(pair);
            }
            one.spent_ms += PAIR_MS;
            left_ms = left_ms.saturating_sub(PAIR_MS);
        }
        for machine in &mut machines {
            machine.pass((pairs as u64 * PAIR_MS) as f64 / 1e3);
        }
    }
    let found = conclude(identity(), identity(), &evidence, &policy);
    found
        .benchmarks
        .iter()
        .zip(&evidence)
        .map(|(entry, one)| Outcome {
            verdict: entry.verdict,
            first_flag: !one.confirming.is_empty(),
            spent_ms: one.spent_ms,
        })
        .collect()
}

fn pair(machine: &mut Machine, change: f64) -> PairedLaunch {
    let old = machine.launch(0.0, ROUNDS).minima;
    let new = machine.launch(change, ROUNDS).minima;
    let mut ratios: Vec<f64> = old.iter().zip(&new).map(|(old, new)| new - old).collect();
    ratios.sort_unstable_by(f64::total_cmp);
    PairedLaunch {
        baseline: old[0].exp(),
        candidate: new[0].exp(),
        log_ratio: ratios[ROUNDS / 2],
    }
}

fn identity() -> Identity {
    Identity {
        run: "simulated".into(),
        started_at: String::new(),
        commit: None,
        dirty: false,
        suite: Suite {
            name: "simulated".into(),
            version: String::new(),
        },
        machine: MachineClass {
            cpu: String::new(),
            cores: 2,
            os: String::new(),
            arch: String::new(),
            toolchain: String::new(),
            allocator: String::new(),
        },
        quick: false,
        partial: false,
    }
}
