//! The promises of `docs/statistics.md` on a simulated noisy machine, seeded; and that broken rules break them.
//!
//! The machine is the one of `examples/simulate`, which prints the same rates from many more trials.

#[allow(dead_code)]
#[path = "../examples/simulate/machine.rs"]
mod machine;
#[allow(dead_code)]
#[path = "../examples/simulate/paired.rs"]
mod paired;
#[allow(dead_code)]
#[path = "../examples/simulate/peers.rs"]
mod peers;
#[allow(dead_code)]
#[path = "../examples/simulate/stored.rs"]
mod stored;

use fabench_gate::{Policy, Verdict};

const SUITES: u64 = 100;

fn setting() -> paired::Setting {
    paired::Setting {
        noise: machine::MEASURED_NOISE,
        left_ms: 100_000,
        per_benchmark_ms: 15_000,
    }
}

fn is_reported(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Regression | Verdict::Warning)
}

/// Share of trials in which a benchmark that costs `percent` more gets a verdict that `matches`.
fn power(percent: f64, trials: u64, matches: fn(Verdict) -> bool) -> f64 {
    let change = [f64::ln_1p(percent / 100.0)];
    let found =
        (0..trials).filter(|&seed| matches(paired::compare(&change, seed, setting())[0].verdict));
    found.count() as f64 / trials as f64
}

#[test]
fn unchanged_suites_are_not_flagged_and_confirmation_is_what_keeps_it_so() {
    let (mut flagged, mut unconfirmed, mut spent_ms, mut unchanged) = (0, 0, 0, 0);
    for seed in 0..SUITES {
        let outcomes = paired::compare(&[0.0; 20], seed, setting());
        flagged += u64::from(outcomes.iter().any(|one| is_reported(one.verdict)));
        unconfirmed += u64::from(outcomes.iter().any(|one| one.first_flag));
        spent_ms += outcomes.iter().map(|one| one.spent_ms).sum::<u64>();
        unchanged += outcomes
            .iter()
            .filter(|one| one.verdict == Verdict::Unchanged)
            .count();
    }
    // At 1 % a suite, more than 4 of 100 would come up in one seed of 300.
    assert!(
        flagged <= 4,
        "{flagged} of {SUITES} unchanged suites were flagged"
    );
    assert!(
        unconfirmed >= 5,
        "without confirmation only {unconfirmed} would have been"
    );
    assert!(
        unchanged >= 1900,
        "only {unchanged} of 2000 unchanged benchmarks were called so"
    );
    let seconds = spent_ms as f64 / 1e3 / 20.0 / SUITES as f64;
    assert!(seconds <= 3.0, "{seconds} s for an unchanged benchmark");
}

#[test]
fn slow_downs_are_found() {
    let trials = 200;
    let share = power(7.5, trials, is_reported);
    assert!(share >= 0.80, "+7.5 % reported: {share}");
    let share = power(10.0, trials, is_reported);
    assert!(share >= 0.98, "+10 % reported: {share}");
    let share = power(15.0, trials, |verdict| verdict == Verdict::Regression);
    assert!(share >= 0.95, "+15 % as regression: {share}");
    let share = power(-13.0, trials, |verdict| verdict == Verdict::Improvement);
    assert!(share >= 0.95, "a speed-up by 13 %: {share}");
}

#[test]
fn other_rules_cry_wolf_on_the_same_machine() {
    for rule in peers::RULES {
        let trials = 300;
        let alarms = (0..trials).filter(|&seed| rule.flags(seed as usize, 0.0, seed * 1009 + 7));
        let alarm = alarms.count() as f64 / trials as f64;
        assert!(alarm > 0.03, "{}: {alarm}", rule.name());
    }
}

/// Unchanged suites with a false regression among two stored runs an hour apart.
fn stored_alarms(policy: &Policy, suites: u64) -> usize {
    let alarms = (0..suites)
        .filter(|&seed| stored::judge(policy, 0.0, 0, 60.0, seed).contains(&Verdict::Regression));
    alarms.count()
}

#[test]
fn stored_runs_are_not_flagged_because_the_spread_between_runs_counts() {
    let alarms = stored_alarms(&Policy::default(), SUITES);
    assert!(alarms <= 4, "{alarms} of {SUITES}");
    let blind: Policy = toml::from_str("[run_spread]\ntime = 0.0001\nweight = 100000").unwrap();
    let alarms = stored_alarms(&blind, SUITES);
    assert!(
        alarms >= 5,
        "without the spread between runs only {alarms} of {SUITES}"
    );
}

#[test]
fn work_done_twice_is_found_in_stored_runs() {
    let verdicts: Vec<Verdict> = (0..10)
        .flat_map(|seed| stored::judge(&Policy::default(), 2f64.ln(), 0, 60.0, seed))
        .collect();
    let found = verdicts
        .iter()
        .filter(|one| **one == Verdict::Regression)
        .count();
    assert!(found >= 190, "{found} of {}", verdicts.len());
}
