//! Ctrl-C in the middle of a run: children end, results so far are saved and marked partial.

mod support;

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use support::{Called, Project};

/// The children of `parent`, as /proc tells.
fn children(parent: u32) -> Vec<Pid> {
    let path = format!("/proc/{parent}/task/{parent}/children");
    let text = fs::read_to_string(path).unwrap_or_default();
    text.split_whitespace()
        .filter_map(|pid| Pid::from_raw(pid.parse().ok()?))
        .collect()
}

#[test]
fn ends_the_children_and_saves_what_was_measured() {
    let project = Project::new();
    let arguments = [
        "run",
        "--launches",
        "2",
        "--max-time",
        "60",
        "--warmup",
        "0.02",
    ];
    let mut command = project.command(&arguments);
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let limit = Instant::now() + Duration::from_secs(60);
    // The first child only lists the benchmarks; one that is still there after a while measures.
    let mut seen: Option<(Vec<Pid>, Instant)> = None;
    let measuring = loop {
        let found = children(child.id());
        match &seen {
            Some((before, since)) if *before == found && !found.is_empty() => {
                if since.elapsed() > Duration::from_secs(1) {
                    break found;
                }
            }
            _ => seen = Some((found, Instant::now())),
        }
        assert!(Instant::now() < limit, "fabench started no suite");
        std::thread::yield_now();
    };
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    let called = Called::of(&child.wait_with_output().unwrap()).expect(130);
    assert!(
        called.verdict().starts_with("interrupted"),
        "{}",
        called.verdict()
    );
    assert_eq!(
        project.json("results/latest.json")["completeness"],
        "partial"
    );
    for pid in measuring {
        assert!(test_kill_process(pid).is_err(), "{pid:?} outlived the run");
    }
    project
        .call(&["check", "--update-baseline"])
        .expect(4)
        .says("interrupted");
}
