//! The gate's own side-by-side decision on the simulated machine.

use fabench_gate::{
    Budget, Identity, Next, PairedEvidence, PairedLaunch, Policy, Verdict, conclude, decide,
};
use fabench_record::{BenchmarkId, MachineClass, Metric, Suite};

use crate::machine::{KERNELS, Machine, kernel_at};

/// Rounds in a launch, as the study found best.
const ROUNDS: usize = 3;

/// Wall time of a pair of launches, process starts included.
pub(crate) const PAIR_MS: u64 = 150;

/// How restless the machine is and what may be spent.
#[derive(Clone, Copy)]
pub(crate) struct Setting {
    /// Factor on the spreads of rounds and launches.
    pub(crate) noise: f64,
    /// For the whole suite.
    pub(crate) left_ms: u64,
    /// For one benchmark.
    pub(crate) per_benchmark_ms: u64,
}

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
pub(crate) fn compare(changes: &[f64], seed: u64, setting: Setting) -> Vec<Outcome> {
    let policy = Policy::default();
    let mut machines: Vec<Machine> = (0..changes.len())
        .map(|index| {
            let kernel = kernel_at(seed as usize + index, setting.noise);
            Machine::new(kernel, 60.0, seed * 1009 + index as u64)
        })
        .collect();
    let mut evidence: Vec<PairedEvidence> = (0..changes.len())
        .map(|index| {
            let id = BenchmarkId::new(format!("sim/{index}")).unwrap();
            PairedEvidence::new(id, Metric::cpu_time(), true)
        })
        .collect();
    let mut left_ms = setting.left_ms;
    loop {
        let budget = Budget {
            left_ms,
            per_benchmark_ms: setting.per_benchmark_ms,
            per_benchmark_pairs: 0,
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

/// Spread of an estimate over 20 launches of 3 rounds in percent, the mean of all kernels: 1.0 in the study.
pub(crate) fn spread_of_sixty_rounds(trials: u64, noise: f64) -> f64 {
    let spread = |kernel: usize| {
        let estimates: Vec<f64> = (0..trials)
            .map(|trial| {
                let mut machine = Machine::new(kernel_at(kernel, noise), 60.0, trial);
                let mut ratios: Vec<f64> =
                    (0..20).map(|_| pair(&mut machine, 0.0).log_ratio).collect();
                ratios.sort_unstable_by(f64::total_cmp);
                // The mean of the middle half stands for the estimator, which hardly matters.
                ratios[5..15].iter().sum::<f64>() / 10.0
            })
            .collect();
        let squares: f64 = estimates.iter().map(|one| one * one).sum();
        (squares / trials as f64).sqrt()
    };
    100.0 * (0..KERNELS.len()).map(spread).sum::<f64>() / KERNELS.len() as f64
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
