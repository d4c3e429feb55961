//! `fabench selftest`: the promises, held against real measurements of the fixture suite.

mod support;

use support::{Called, Project};

#[test]
fn the_promises_hold_and_what_the_trials_support_is_said() {
    let called = Project::new()
        .call(&["selftest", "work", "--minutes", "0.5", "--seed", "7"])
        .expect(0)
        .says("none (A/A)")
        .says("+20 % of the work")
        .says("comparisons of identical executables with 0 false alarms support")
        .says("promise of 0.05 %");
    assert!(called.verdict().starts_with("passed: "), "{called:?}");
    let trials = called.verdict().split(' ').nth(1).unwrap();
    assert!(trials.parse::<u32>().unwrap() >= 1, "{called:?}");
}

#[test]
fn a_benchmark_that_fails_takes_no_part_and_fails_the_test() {
    let project = Project::new();
    let output = project
        .command(&["selftest", "maybe", "--minutes", "0.5"])
        .env("CLI_FIXTURE", "crash")
        .output()
        .unwrap();
    let called = Called::of(&output)
        .expect(1)
        .says("trouble/maybe takes no part")
        .says("0 of 0");
    assert!(called.verdict().starts_with("failed"), "{called:?}");
}

#[test]
fn wrong_times_and_names_are_refused_at_once() {
    let project = Project::new();
    project
        .call(&["selftest", "--minutes", "0.1"])
        .expect(2)
        .says("from 0.5 to 1440");
    project
        .call(&["selftest", "wrok"])
        .expect(2)
        .says("no benchmark's id contains `wrok`");
    project
        .call(&["selftest", "--suite", "nowhere"])
        .expect(1)
        .says("does not exist");
}
