//! What the integration tests share: the fixture executables and short plans.

#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use fabench_harness::protocol::{Declaration, Sampling};
use fabench_harness::runner::{Cancel, Executable, Limits, Plan, offer};

/// A fixture that cargo built beside the tests.
pub(crate) fn fixture(name: &str) -> PathBuf {
    let test = std::env::current_exe().expect("the test knows its own path");
    let profile = test
        .parent()
        .and_then(Path::parent)
        .expect("tests lie in <profile>/deps");
    let path = profile.join("examples").join(name);
    assert!(
        path.exists(),
        "{} is missing: build the examples of this crate",
        path.display()
    );
    path
}

pub(crate) fn suite() -> Executable {
    Executable::new(fixture("fixture-suite"))
}

/// The declarations of `names` in the fixture suite.
pub(crate) fn declared(names: &[&str]) -> Vec<Declaration> {
    let offer = offer(&suite(), Limits::default(), &Cancel::default()).expect("the fixture suite");
    names
        .iter()
        .map(|name| {
            let id = format!("fixture/{name}");
            offer
                .benchmarks
                .iter()
                .find(|one| one.id.as_str() == id)
                .expect("declared")
                .clone()
        })
        .collect()
}

/// Two short launches of each.
pub(crate) fn short_plan(names: &[&str]) -> Plan {
    Plan {
        launches: 2,
        min_rounds: 2,
        max_time: Duration::from_millis(40),
        sampling: Sampling {
            warmup_ns: 20_000_000,
            ..Sampling::default()
        },
        limits: Limits {
            start: Duration::from_secs(40),
            reply: Duration::from_secs(40),
            ..Limits::default()
        },
        ..Plan::full(declared(names))
    }
}

/// Waits until `holds`, and fails the test if it does not within a minute.
pub(crate) fn wait_until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain: {what}");
        // Looks often without keeping a core from those who are waited for.
        std::thread::park_timeout(Duration::from_millis(5));
    }
}

/// Whether a process of this number is alive (a zombie is not).
pub(crate) fn alive(process: &str) -> bool {
    std::fs::read_to_string(format!("/proc/{process}/stat")).is_ok_and(|stat| {
        stat.rsplit(')')
            .next()
            .is_some_and(|rest| !rest.starts_with(" Z"))
    })
}
