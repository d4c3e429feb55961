//! Suites that fail, crash, hang, flood, lie and leave children: each is reported and contained.

mod support;

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use fabench_harness::peak_resident_bytes;
use fabench_harness::protocol::{Sampling, Start};
use fabench_harness::runner::{
    Cancel, Executable, Limits, Phase, Plan, Problem, Worker, WorkerError, offer, run,
};
use fabench_record::{Benchmark, Completeness, LaunchKind, Outcome};
use support::{alive, fixture, short_plan, suite, wait_until};

fn outcome_of<'a>(benchmarks: &'a [Benchmark], name: &str) -> (&'a str, &'a str) {
    let id = format!("fixture/{name}");
    let benchmark = benchmarks.iter().find(|one| one.id.as_str() == id).unwrap();
    match &benchmark.outcome {
        Outcome::Failed {
            reason,
            stderr_tail,
        } => (reason, stderr_tail),
        other => panic!("{name}: {other:?}"),
    }
}

#[test]
fn failures_are_named_and_the_others_go_on() {
    let cases = [
        ("wrong", "expected 0 rows"),
        ("errs", "connection refused"),
        ("panics", "index out of bounds"),
        ("crashes", "SIGABRT"),
        ("exits", "exit status: 0"),
        ("measures_nothing", "measured nothing"),
        ("measures_twice", "measures twice"),
        ("undeclared", "`speed`"),
        ("timeless", "no time at all"),
        ("asynchronous_errs", "connection reset"),
        ("not_run", "did not run the batch"),
    ];
    let mut names: Vec<_> = cases.iter().map(|(name, _)| *name).collect();
    names.push("steady");
    let finished = run(
        &suite(),
        &short_plan(&names),
        &Cancel::default(),
        &mut |_| {},
    );
    for (name, part) in cases {
        let (reason, _) = outcome_of(&finished.benchmarks, name);
        assert!(reason.contains(part), "{name}: {reason}");
    }
    assert!(
        outcome_of(&finished.benchmarks, "crashes")
            .1
            .contains("about to crash")
    );
    assert_eq!(finished.failed().count(), cases.len());
    assert_eq!(
        finished.benchmarks.last().unwrap().outcome,
        Outcome::Measured
    );
    assert_eq!(finished.completeness, Completeness::Complete);
}

#[test]
fn a_crash_in_a_later_launch_fails_the_benchmark_and_keeps_the_earlier_launch() {
    let state = tempfile::NamedTempFile::new().unwrap();
    let suite = suite().environment("FIXTURE_PIDS", state.path());
    let plan = short_plan(&["crashes_the_second_time"]);
    let finished = run(&suite, &plan, &Cancel::default(), &mut |_| {});
    let (reason, _) = outcome_of(&finished.benchmarks, "crashes_the_second_time");
    assert!(reason.contains("SIGABRT"), "{reason}");
    assert_eq!(finished.benchmarks[0].launches.len(), 1);
}

#[test]
fn hanging_benchmarks_are_ended_at_the_limit() {
    let limits = Limits {
        reply: Duration::from_millis(500),
        ..Limits::default()
    };
    let plan = Plan {
        limits,
        ..short_plan(&["hangs", "hangs_at_once"])
    };
    let begin = Instant::now();
    let finished = run(&suite(), &plan, &Cancel::default(), &mut |_| {});
    for name in ["hangs", "hangs_at_once"] {
        let (reason, _) = outcome_of(&finished.benchmarks, name);
        assert!(reason.contains("no answer within 0.5 s"), "{reason}");
    }
    assert!(
        begin.elapsed() < Duration::from_secs(20),
        "each hung once and was not tried again"
    );
}

#[test]
fn cancelling_ends_a_hanging_benchmark_at_once() {
    let plan = short_plan(&["hangs_at_once"]);
    let told = tempfile::NamedTempFile::new().unwrap();
    let suite = suite().environment("FIXTURE_PIDS", told.path());
    let cancel = Cancel::default();
    let begin = Instant::now();
    let finished = std::thread::scope(|scope| {
        let running = scope.spawn(|| run(&suite, &plan, &cancel, &mut |_| {}));
        wait_until("the benchmark hangs", || {
            std::fs::read_to_string(told.path()).unwrap() == "hanging\n"
        });
        cancel.cancel();
        running.join().unwrap()
    });
    assert!(begin.elapsed() < plan.limits.reply);
    assert_eq!(finished.completeness, Completeness::Partial);
}

#[test]
fn a_flood_of_output_does_not_stop_a_benchmark() {
    let finished = run(
        &suite(),
        &short_plan(&["floods"]),
        &Cancel::default(),
        &mut |_| {},
    );
    assert_eq!(finished.benchmarks[0].outcome, Outcome::Measured);
}

#[test]
fn children_left_behind_end_with_their_launch() {
    let pids = tempfile::NamedTempFile::new().unwrap();
    let suite = suite().environment("FIXTURE_PIDS", pids.path());
    let finished = run(
        &suite,
        &short_plan(&["leaves_children"]),
        &Cancel::default(),
        &mut |_| {},
    );
    assert_eq!(finished.benchmarks[0].outcome, Outcome::Measured);
    let written = std::fs::read_to_string(pids.path()).unwrap();
    assert_eq!(
        written.split_whitespace().count(),
        3,
        "worker, child and daemon"
    );
    for pid in written.split_whitespace() {
        wait_until("the child has ended", || !alive(pid));
    }
}

#[test]
fn nothing_outlives_a_killed_tool() {
    let pids = tempfile::NamedTempFile::new().unwrap();
    let mut tool = Command::new(fixture("fixture-tool"))
        .arg(fixture("fixture-suite"))
        .arg("fixture/leaves_children")
        .env("FIXTURE_PIDS", pids.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut written = String::new();
    wait_until("the worker and its child run", || {
        assert!(
            tool.try_wait().unwrap().is_none(),
            "the tool ended; see its error above"
        );
        written = std::fs::read_to_string(pids.path()).unwrap();
        written.ends_with('\n')
    });
    assert!(written.split_whitespace().all(alive), "{written}");
    tool.kill().unwrap();
    tool.wait().unwrap();
    for pid in written.split_whitespace() {
        wait_until("worker, child and daemon have ended", || !alive(pid));
    }
}

#[test]
fn temporary_files_of_a_crashed_benchmark_are_removed() {
    let told = tempfile::NamedTempFile::new().unwrap();
    let suite = suite().environment("FIXTURE_PIDS", told.path());
    let finished = run(
        &suite,
        &short_plan(&["leaves_files"]),
        &Cancel::default(),
        &mut |_| {},
    );
    let (reason, _) = outcome_of(&finished.benchmarks, "leaves_files");
    assert!(reason.contains("SIGABRT"), "{reason}");
    let left = std::fs::read_to_string(told.path()).unwrap();
    assert!(
        left.starts_with(&std::env::temp_dir().display().to_string()),
        "{left}"
    );
    assert!(!std::path::Path::new(&left).exists(), "{left}");
}

/// What a shell script, in the place of a suite, makes the tool say.
fn script(text: &str) -> WorkerError {
    within(Duration::from_secs(15), text)
}

fn within(limit: Duration, text: &str) -> WorkerError {
    let shell = Executable::new("/bin/sh").argument("-c").argument(text);
    let limits = Limits {
        start: limit,
        reply: limit,
        ..Limits::default()
    };
    offer(&shell, limits, &Cancel::default()).expect_err("no suite")
}

const HELLO: &str = r#"echo '{"reply":"hello","protocol":1,"suite":"liar","version":"1","toolchain":"sh","allocator":"none","counts_allocations":false}' >&3; read line <&3;"#;

#[test]
fn what_is_no_suite_is_called_so() {
    let error = script("echo usage: no such option >&2; exit 2");
    assert!(
        matches!(error.problem, Problem::NotASuite { .. }),
        "{error}"
    );
    assert_eq!(
        (error.phase, error.output_tail.as_str()),
        (Phase::Starting, "usage: no such option")
    );
    let text = error.to_string();
    assert!(
        text.contains("/bin/sh") && text.contains("exit status: 2"),
        "{text}"
    );

    assert!(matches!(
        within(Duration::from_millis(500), "sleep 1000").problem,
        Problem::TimedOut { .. }
    ));
    let missing = Executable::new("/no/such/suite");
    let error = offer(&missing, Limits::default(), &Cancel::default()).unwrap_err();
    assert!(error.to_string().contains("build the suite"), "{error}");
}

#[test]
fn other_protocols_and_garbage_are_told_apart() {
    let other = script(r#"echo '{"reply":"hello","protocol":99,"new":[]}' >&3; read line <&3"#);
    assert!(
        matches!(
            other.problem,
            Problem::OtherProtocol {
                found: 99,
                known: 1
            }
        ),
        "{other}"
    );
    let garbage = script("echo Hello World >&3; read line <&3");
    assert!(matches!(&garbage.problem, Problem::Garbage { excerpt } if excerpt == "Hello World"));
    let binary = script(r"printf '\001\377\n' >&3; read line <&3");
    assert!(
        matches!(binary.problem, Problem::Garbage { .. }),
        "{binary}"
    );
    let endless = script("head -c 20000000 /dev/zero >&3");
    assert!(
        matches!(endless.problem, Problem::LineTooLong(_)),
        "{endless}"
    );
    assert!(matches!(
        script(&format!("{HELLO} exit 7")).problem,
        Problem::Ended { .. }
    ));
}

#[test]
fn declarations_that_contradict_themselves_are_refused() {
    let one =
        r#"{"id":"a/b","description":"","single_threaded":true,"primary":"speed","metrics":[]}"#;
    let error = script(&format!(
        r#"{HELLO} echo '{{"reply":"benchmarks","benchmarks":[{one}]}}' >&3; read line <&3"#
    ));
    assert!(error.to_string().contains("`speed`"), "{error}");
    assert_eq!(error.phase, Phase::Listing);
}

#[test]
fn answers_for_another_benchmark_or_of_another_size_are_refused() {
    let start = short_plan(&["steady"]).benchmarks.remove(0);
    let ask = |script: &str| {
        let shell = Executable::new("/bin/sh")
            .argument("-c")
            .argument(format!("{HELLO} {script}"));
        let limits = Limits {
            start: Duration::from_secs(40),
            reply: Duration::from_secs(40),
            ..Limits::default()
        };
        let mut worker = Worker::spawn(&shell, limits, &Cancel::default()).unwrap();
        let started = worker.start(Start {
            benchmark: start.id.clone(),
            mode: LaunchKind::Timed,
            sampling: Sampling::default(),
            core: None,
            profile: None,
        });
        started
            .and_then(|_| worker.round())
            .unwrap_err()
            .to_string()
    };
    let ready = |id: &str| {
        format!(
            r#"echo '{{"reply":"ready","benchmark":"{id}","iterations":5,"subsamples":2,"warmup":{{"iterations":1,"wall_ns":1,"steady":true}}}}' >&3; read line <&3;"#
        )
    };
    let text = ask(&ready("other/one"));
    assert!(text.contains("answered for `other/one`"), "{text}");
    let text = ask(&format!(
        r#"{} echo '{{"reply":"round","benchmark":"fixture/steady","round":{{"iterations":5,"wall_ns":[1],"cpu_ns":[1,2]}}}}' >&3; read line <&3"#,
        ready("fixture/steady")
    ));
    assert!(text.contains("announced 2 sub-samples"), "{text}");
}

#[test]
fn a_flood_after_the_last_word_does_not_fill_the_memory() {
    let declaration = short_plan(&["steady"]).benchmarks.remove(0);
    let script = format!(
        r#"{HELLO}
        echo '{{"reply":"ready","benchmark":"fixture/steady","iterations":5,"subsamples":1,"warmup":{{"iterations":1,"wall_ns":1,"steady":true}}}}' >&3
        read line <&3
        echo '{{"reply":"done","benchmark":"fixture/steady"}}' >&3
        exec cat /dev/zero >&3"#
    );
    let shell = Executable::new("/bin/sh").argument("-c").argument(script);
    let mut worker = Worker::spawn(&shell, Limits::default(), &Cancel::default()).unwrap();
    worker
        .start(Start {
            benchmark: declaration.id.clone(),
            mode: LaunchKind::Timed,
            sampling: Sampling::default(),
            core: None,
            profile: None,
        })
        .unwrap();
    worker.finish(&declaration).unwrap();
    assert!(peak_resident_bytes().unwrap() < 256 << 20);
}

#[test]
fn a_launch_that_fills_the_memory_is_ended_at_its_limit_and_the_others_go_on() {
    let plan = Plan {
        limits: Limits {
            memory_bytes: 200 << 20,
            ..short_plan(&["steady"]).limits
        },
        ..short_plan(&[
            "fills_memory",
            "children_fill_memory",
            "daemon_fills_memory",
            "steady",
        ])
    };
    let pids = tempfile::NamedTempFile::new().unwrap();
    let suite = suite().environment("FIXTURE_PIDS", pids.path());
    let finished = run(&suite, &plan, &Cancel::default(), &mut |_| {});
    for name in [
        "fills_memory",
        "children_fill_memory",
        "daemon_fills_memory",
    ] {
        let (reason, _) = outcome_of(&finished.benchmarks, name);
        assert!(
            reason.contains("more than the limit of 200 MiB"),
            "{name}: {reason}"
        );
        assert!(reason.contains("raise `memory_limit`"), "{name}: {reason}");
    }
    assert_eq!(finished.benchmarks[3].outcome, Outcome::Measured);
    let written = std::fs::read_to_string(pids.path()).unwrap();
    for pid in written.split_whitespace() {
        wait_until("what filled the memory has ended", || !alive(pid));
    }
    assert!(peak_resident_bytes().unwrap() < 128 << 20);
}
