//! Prints the error rates and the power of the gate, and of other tools' rules, on a simulated noisy machine.
//!
//! `cargo run --release -p fabench-gate --example simulate -- [TRIALS] [SEED]`; see `docs/statistics.md`.

mod machine;
mod paired;
mod peers;
mod stored;

use fabench_gate::{Policy, Verdict, proportion_interval};

/// Time that one benchmark may take in all.
const PER_BENCHMARK_MS: u64 = 15_000;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>());
    let trials = arguments.next().and_then(Result::ok).unwrap_or(2000);
    let seed = arguments.next().and_then(Result::ok).unwrap_or(1);
    println!("{trials} trials a row, seed {seed}; 95 % intervals (Clopper-Pearson)\n");
    side_by_side(trials, seed, machine::MEASURED_NOISE);
    by_kernel(trials / 2, seed);
    side_by_side(trials, seed, 1.0);
    others(trials, seed);
    two_stored_runs(trials, seed);
}

fn suite(noise: f64) -> paired::Setting {
    paired::Setting {
        noise,
        left_ms: 20 * 5_000,
        per_benchmark_ms: PER_BENCHMARK_MS,
    }
}

fn share(hits: u64, trials: u64) -> String {
    let (lower, upper) = proportion_interval(hits, trials, 0.95);
    let percent = 100.0 * hits as f64 / trials.max(1) as f64;
    format!(
        "{percent:6.2} % ({:.2}-{:.2})",
        100.0 * lower,
        100.0 * upper
    )
}

fn side_by_side(trials: u64, seed: u64, noise: f64) {
    println!("\nSide by side, {} ms a pair of launches", paired::PAIR_MS);
    println!(
        "  spread of 20 launches of 3 rounds    {:.2} % (the study measured 1.0 %)",
        paired::spread_of_sixty_rounds(400, noise)
    );
    let mut any_flag = 0;
    let mut any_regression = 0;
    let mut any_unconfirmed = 0;
    let mut spent_ms = 0;
    let mut unchanged = 0;
    for trial in 0..trials {
        let outcomes = paired::compare(&[0.0; 20], seed + trial, suite(noise));
        let any = |matches: fn(&paired::Outcome) -> bool| u64::from(outcomes.iter().any(matches));
        any_flag += any(|one| matches!(one.verdict, Verdict::Regression | Verdict::Warning));
        any_regression += any(|one| one.verdict == Verdict::Regression);
        any_unconfirmed += any(|one| one.first_flag);
        spent_ms += outcomes.iter().map(|one| one.spent_ms).sum::<u64>();
        let same = outcomes
            .iter()
            .filter(|one| one.verdict == Verdict::Unchanged);
        unchanged += same.count() as u64;
    }
    println!(
        "  any regression in a suite of 20      {}",
        share(any_regression, trials)
    );
    println!(
        "  any regression or warning            {}",
        share(any_flag, trials)
    );
    println!(
        "  any flag if none were confirmed      {}",
        share(any_unconfirmed, trials)
    );
    println!(
        "  called unchanged, of those unchanged {}",
        share(unchanged, 20 * trials)
    );
    println!(
        "  seconds per unchanged benchmark      {:.2}",
        spent_ms as f64 / 2e4 / trials as f64
    );
    for percent in [5.0, 7.5, 10.0, 15.0, 20.0] {
        let change = f64::ln_1p(percent / 100.0);
        let (mut reported, mut regressions, mut missed, mut spent_ms) = (0, 0, 0, 0);
        for trial in 0..trials {
            let one = &paired::compare(&[change], seed + trial, suite(noise))[0];
            regressions += u64::from(one.verdict == Verdict::Regression);
            reported += u64::from(matches!(
                one.verdict,
                Verdict::Regression | Verdict::Warning
            ));
            missed += u64::from(one.verdict == Verdict::Unchanged);
            spent_ms += one.spent_ms;
        }
        println!(
            "  +{percent:4.1} %: reported {}, as regression {}, called unchanged {}, {:.1} s",
            share(reported, trials),
            share(regressions, trials),
            share(missed, trials),
            spent_ms as f64 / 1e3 / trials as f64
        );
    }
}

/// How restless a benchmark is decides how long it takes and what is found.
fn by_kernel(trials: u64, seed: u64) {
    println!(
        "\nSide by side, by kernel: s unchanged | called unchanged | reported +7.5 %, +10 %, +15 % as regression"
    );
    for (index, kernel) in machine::KERNELS.iter().enumerate() {
        let outcomes = |percent: f64| -> Vec<paired::Outcome> {
            let change = [f64::ln_1p(percent / 100.0)];
            let seeds = (0..trials)
                .map(|trial| (seed + trial) * machine::KERNELS.len() as u64 + index as u64);
            seeds
                .flat_map(|seed| paired::compare(&change, seed, suite(machine::MEASURED_NOISE)))
                .collect()
        };
        let share = |outcomes: &[paired::Outcome], verdicts: &[Verdict]| {
            let hits = outcomes
                .iter()
                .filter(|one| verdicts.contains(&one.verdict));
            100.0 * hits.count() as f64 / outcomes.len() as f64
        };
        let same = outcomes(0.0);
        let spent =
            same.iter().map(|one| one.spent_ms).sum::<u64>() as f64 / 1e3 / same.len() as f64;
        let reported = [Verdict::Regression, Verdict::Warning];
        println!(
            "  {:16} {spent:5.1} s | {:5.1} % | {:5.1} % | {:5.1} % | {:5.1} %",
            kernel.name,
            share(&same, &[Verdict::Unchanged]),
            share(&outcomes(7.5), &reported),
            share(&outcomes(10.0), &reported),
            share(&outcomes(15.0), &reported[..1]),
        );
    }
}

fn others(trials: u64, seed: u64) {
    println!(
        "\nOther rules, {} ms a benchmark: false alarm | +7.5 % | +10 % | +15 % reported | suite of 20 flagged",
        peers::BUDGET_MS
    );
    for rule in peers::RULES {
        let rate = |change: f64| {
            let flagged = (0..trials).filter(|trial| {
                rule.flags((seed + trial) as usize, change, (seed + trial) * 1009 + 7)
            });
            flagged.count() as f64 / trials as f64
        };
        let alarm = rate(0.0);
        let found = [0.075, 0.10, 0.15].map(|change: f64| rate(change.ln_1p()));
        println!(
            "  {:27} {:5.1} % | {:5.1} % | {:5.1} % | {:5.1} % | {:5.1} %",
            rule.name(),
            100.0 * alarm,
            100.0 * found[0],
            100.0 * found[1],
            100.0 * found[2],
            100.0 * (1.0 - (1.0 - alarm).powi(20)),
        );
    }
}

fn two_stored_runs(trials: u64, seed: u64) {
    let policy = Policy::default();
    println!(
        "\nTwo stored runs an hour apart, 7 launches a side, suite of {}",
        stored::BENCHMARKS
    );
    for (accepted, memory_s) in [(0, 10.0), (0, 60.0), (0, 600.0), (10, 600.0), (20, 600.0)] {
        let alarm = |verdicts: &[Verdict]| u64::from(verdicts.contains(&Verdict::Regression));
        let suites = (0..trials).map(|trial| {
            alarm(&stored::judge(
                &policy,
                0.0,
                accepted,
                memory_s,
                seed + trial,
            ))
        });
        let suites = suites.sum();
        println!("  {accepted:2} earlier runs, memory of the machine {memory_s:3} s");
        println!(
            "    any regression in an unchanged suite {}",
            share(suites, trials)
        );
        for percent in [20.0, 50.0, 100.0] {
            let change = f64::ln_1p(percent / 100.0);
            let rounds = (trials / 10).max(1);
            let mut found = 0;
            for trial in 0..rounds {
                let verdicts = stored::judge(&policy, change, accepted, memory_s, seed + trial);
                found += verdicts
                    .iter()
                    .filter(|one| **one == Verdict::Regression)
                    .count() as u64;
            }
            println!(
                "    +{percent:3} % as regression {}",
                share(found, rounds * 20)
            );
        }
    }
}
