//! `fabench profile` and `--profile-on-regression`, on a suite whose time and memory go to known places.

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use support::{Called, Project, profile_suite};

/// Calls `fabench profile` of the fixture; its files go to `out/`.
fn profile(project: &Project, arguments: &[&str]) -> Called {
    let suite = profile_suite().display().to_string();
    let all = [&["profile", "--suite", &suite, "--out", "out"], arguments].concat();
    project.call(&all)
}

/// The percentage in the column `share` of a function's row.
fn share(called: &Called, function: &str) -> f64 {
    let row = called.stdout.lines().find(|line| line.contains(function));
    let row = row.unwrap_or_else(|| panic!("no row of {function} in\n{}", called.stdout));
    let before = row.split(" %").next().unwrap();
    before.rsplit(' ').next().unwrap().parse().unwrap()
}

#[test]
fn a_known_split_is_found_within_five_points_and_written_for_other_tools() {
    let project = Project::new();
    let called = profile(&project, &["cpu/split", "--time", "8"]).expect(0);
    let shares = [
        share(&called, "seventy_percent"),
        share(&called, "thirty_percent"),
    ];
    // The rest reads the clock between sub-samples, which takes longer where system calls are slow.
    let both = shares[0] + shares[1];
    assert!(both >= 80.0, "{}", called.stdout);
    let first = 100.0 * shares[0] / both;
    assert!((first - 70.0).abs() <= 5.0, "{}", called.stdout);
    assert_eq!(called.verdict(), "1 of 1 profiles in out");

    let folder = project.path("out/cpu.split");
    let svg = fs::read_to_string(folder.join("cpu.svg")).unwrap();
    assert!(svg.contains("seventy_percent") && svg.contains("<svg"));
    assert!(
        !svg.contains("fabench_harness::worker"),
        "the harness is left out"
    );
    let collapsed = fs::read_to_string(folder.join("cpu.collapsed.txt")).unwrap();
    for line in collapsed.lines() {
        let (stack, weight) = line.rsplit_once(' ').unwrap();
        assert!(!stack.is_empty() && weight.parse::<u64>().is_ok(), "{line}");
    }
    assert!(fs::metadata(folder.join("cpu.pb")).unwrap().len() > 100);
}

#[test]
fn a_large_allocation_is_named_with_its_bytes_and_a_leak_has_its_slope() {
    let project = Project::new();
    let called = profile(&project, &["memory/", "--memory", "--time", "1"]).expect(0);
    let row = called
        .stdout
        .lines()
        .find(|line| line.contains("hundred_megabytes"));
    // 100 000 000 bytes are 95.4 MiB.
    assert!(
        row.is_some_and(|row| row.contains("95.4 MiB")),
        "{}",
        called.stdout
    );
    let called = called.says("memory grows: 64.0 B left behind by an iteration");
    let called = called.says("memory/none: memory profile: the benchmark allocates nothing");
    assert_eq!(called.verdict(), "2 of 3 profiles in out");
    let leaks = project.path("out/memory.leaks");
    let live = fs::read_to_string(leaks.join("memory-live.collapsed.txt")).unwrap();
    assert!(live.contains("leaks_64_bytes"), "{live}");
    assert!(leaks.join("memory-allocated.svg").exists() && leaks.join("memory.pb").exists());
}

#[test]
fn what_can_not_be_profiled_is_told_and_the_rest_goes_on() {
    let project = Project::new();
    let called = profile(&project, &["cpu/waits", "cpu/deep", "--time", "0.5"]).expect(0);
    // It has no sample, or a few: as many as its little processor time brings.
    let called = called.says("warning: cpu/waits: cpu profile: ");
    let called = called.says("give it more --time");
    // The stack is deeper than what is kept; its innermost function is there all the same.
    let deep = fs::read_to_string(project.path("out/cpu.deep/cpu.collapsed.txt")).unwrap();
    assert!(
        deep.lines().all(|line| line.split(';').count() <= 128),
        "{deep}"
    );
    assert!(called.verdict().ends_with(" of 2 profiles in out"));
    // The other fixture counts no allocations.
    project
        .call(&["profile", "work/first", "--memory", "--time", "0.2"])
        .expect(1)
        .says("does not install `fabench_harness::alloc::Counting`");
}

#[test]
fn a_name_without_end_is_cut_in_every_file() {
    let project = Project::new();
    // Without debug information a function is called by its whole symbol, here of more than 100 000 letters.
    let suite = project.path("stripped");
    fs::copy(profile_suite(), &suite).unwrap();
    let strip = ["--strip-debug"];
    let stripped = std::process::Command::new("strip")
        .args(strip)
        .arg(&suite)
        .status();
    assert!(stripped.unwrap().success());
    let suite = suite.display().to_string();
    let arguments = [
        "profile",
        "--suite",
        &suite,
        "--out",
        "out",
        "cpu/long_name",
        "--time",
        "1",
    ];
    let called = project.call(&arguments).expect(0);
    assert_eq!(called.verdict(), "1 of 1 profiles in out");
    let folder = project.path("out/cpu.long_name");
    let stacks = fs::read_to_string(folder.join("cpu.collapsed.txt")).unwrap();
    let stacks = stacks.lines().filter_map(|line| line.rsplit_once(' '));
    let names = stacks.flat_map(|(stack, _)| stack.split(';'));
    assert_eq!(names.map(|name| name.chars().count()).max(), Some(300));
    for file in fs::read_dir(&folder).unwrap() {
        let file = file.unwrap();
        let bytes = file.metadata().unwrap().len();
        assert!(bytes < 60_000, "{:?}: {bytes} bytes", file.file_name());
    }
}

/// A script that starts `program` where these system calls are answered with "not permitted", as sandboxes do it; each by
/// its number on x86-64 and on AArch64.
fn sealed(project: &Project, program: &str, forbidden: &[[u32; 2]]) -> String {
    let text = r#"#!/usr/bin/env python3
import ctypes, os, platform, struct, sys
column = {"x86_64": 0, "aarch64": 1}[platform.machine()]
steps = [(0x20, 0, 0, 0)]
for numbers in FORBIDDEN:
    steps += [(0x15, 0, 1, numbers[column]), (0x06, 0, 0, 0x00050001)]
steps.append((0x06, 0, 0, 0x7FFF0000))
code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in steps))
class Program(ctypes.Structure):
    _fields_ = [("length", ctypes.c_ushort), ("code", ctypes.c_void_p)]
program = Program(len(steps), ctypes.addressof(code))
libc = ctypes.CDLL(None, use_errno=True)
if libc.prctl(38, 1, 0, 0, 0) or libc.prctl(22, 2, ctypes.byref(program), 0, 0):
    sys.exit("no filter: " + os.strerror(ctypes.get_errno()))
os.execv("PROGRAM", ["PROGRAM"] + sys.argv[1:])
"#;
    let text = text
        .replace("PROGRAM", program)
        .replace("FORBIDDEN", &format!("{forbidden:?}"));
    let script = project.path("sealed");
    fs::write(&script, text).unwrap();
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    script.display().to_string()
}

const SETITIMER: [u32; 2] = [38, 103];
const PERF_EVENT_OPEN: [u32; 2] = [298, 241];

#[test]
fn where_the_timer_is_forbidden_that_is_said_and_the_rest_goes_on() {
    if !works(&["python3", "--version"]) {
        return;
    }
    let project = Project::new();
    let script = sealed(
        &project,
        &profile_suite().display().to_string(),
        &[SETITIMER],
    );
    let called = project.call(
        &[
            &["run", "--suite", &script, "cpu/split", "--profile", "cpu"],
            &support::SHORT[..],
        ]
        .concat(),
    );
    let called = called.expect(0);
    let called = called.says("cpu/split: cpu profile: the CPU can't be sampled: not one signal in");
    called.says("is SIGPROF or setitimer forbidden here?");
    assert!(project.path("results/latest.json").exists());
    // Memory needs no timer.
    let arguments = [
        "profile",
        "--suite",
        &script,
        "--out",
        "out",
        "memory/leaks",
        "--memory",
        "--time",
        "1",
    ];
    let called = project.call(&arguments).expect(0);
    assert_eq!(called.verdict(), "1 of 1 profiles in out");
}

#[test]
fn where_the_kernel_forbids_perf_its_words_are_shown_and_the_rest_goes_on() {
    if !works(&["python3", "--version"]) || !works(&["perf", "--version"]) {
        return;
    }
    let project = command_project("loop/shell", "['sh', '-c', 'true']");
    let fabench = env!("CARGO_BIN_EXE_fabench");
    let script = sealed(&project, fabench, &[PERF_EVENT_OPEN]);
    let run = ["run", "--launches", "2", "--profile", "cpu"];
    let output = std::process::Command::new(script)
        .args(run)
        .current_dir(project.path(""))
        .output();
    let called = Called::of(&output.unwrap()).expect(0);
    let called = called.says("warning: loop/shell: cpu profile: ");
    // In perf's own words, which differ from version to version.
    let (_, words) = called.stderr.split_once("exit status").unwrap();
    assert!(words.lines().count() > 1, "{}", called.stderr);
    assert!(project.path("results/latest.json").exists());
}

#[test]
fn go_reads_what_is_written_for_it() {
    let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    if !works(&["go", "version"]) {
        assert!(!required, "FABENCH_REQUIRE_SERVERS=1, but there is no go");
        return;
    }
    let project = Project::new();
    let benchmarks = [
        "cpu/split",
        "memory/large",
        "--cpu",
        "--memory",
        "--time",
        "2",
    ];
    profile(&project, &benchmarks).expect(0);
    let top = |file: &str, index: &str| {
        let mut go = std::process::Command::new("go");
        go.args(["tool", "pprof", "-top", &format!("-sample_index={index}")])
            .arg(project.path(&format!("out/{file}")))
            // It keeps its settings and what it builds in these.
            .env("HOME", project.path(""))
            .env("PPROF_TMPDIR", project.path(""));
        let output = Called::of(&go.output().expect("go starts")).expect(0);
        output.stdout
    };
    // flat, flat %, sum %, with what it called, its %, name. What was inlined into a function is called by it here.
    let share = |text: &str, function: &str| -> f64 {
        let row = text.lines().find(|line| line.contains(function));
        let row = row.unwrap_or_else(|| panic!("no {function} in\n{text}"));
        let percent = row.split_whitespace().nth(4).unwrap();
        percent.trim_end_matches('%').parse().unwrap()
    };
    let text = top("cpu.split/cpu.pb", "cpu");
    assert!(text.contains("Type: cpu"), "{text}");
    // About 200 samples: a share of 70 % has a standard error of 3 points.
    let seventy = share(&text, "seventy_percent");
    assert!((55.0..85.0).contains(&seventy), "{text}");
    let text = top("memory.large/memory.pb", "alloc_space");
    assert!(share(&text, "hundred_megabytes") > 99.0, "{text}");
}

#[test]
fn a_slowed_function_is_named_by_the_comparison_that_finds_it() {
    let project = Project::new();
    let fast = profile_suite().display().to_string();
    let slow = project.path("slow");
    let script = format!("#!/bin/sh\nPROFILE_FIXTURE=slow exec '{fast}' \"$@\"\n");
    fs::write(&slow, script).unwrap();
    fs::set_permissions(&slow, fs::Permissions::from_mode(0o755)).unwrap();
    let slow = slow.display().to_string();
    let called = project.call(&[
        "compare",
        &fast,
        &slow,
        "cpu/changes",
        "--budget",
        "30",
        "--fail-on-regression",
        "--profile-on-regression",
        "--profile-time",
        "4",
        "--github-comment",
    ]);
    let called = called.expect(3);
    let line = called
        .stdout
        .lines()
        .find(|line| line.contains("cpu/changes: CPU time:"));
    let line = line.unwrap_or_else(|| panic!("{}\n{}", called.stdout, called.stderr));
    assert!(
        line.contains("sometimes_slow") && line.contains("+"),
        "{line}"
    );
    let report = project.json("ci_results/latest_regression_report.json");
    let why = &report["benchmarks"][0]["why"];
    let named = why["cpu_time"][0]["function"].as_str().unwrap();
    assert!(named.contains("sometimes_slow"), "{why}");
    let change = project.path("ci_results/profiles/cpu.changes/cpu-change.svg");
    assert!(
        fs::read_to_string(change)
            .unwrap()
            .contains("sometimes_slow")
    );
    let comment = fs::read_to_string(project.path("ci_results/github_comment.md")).unwrap();
    let (_, why) = comment.split_once("### Why").expect("a section");
    assert!(
        why.contains("CPU time") && why.contains("sometimes_slow"),
        "{comment}"
    );
    // The slow side allocates more, too, at one place.
    let allocated = &report["benchmarks"][0]["why"]["allocated_bytes"];
    assert_eq!(allocated.as_array().map(Vec::len), Some(1), "{allocated}");
    let named = allocated[0]["function"].as_str().unwrap();
    assert!(named.contains("buffer"), "{allocated}");
    assert!(
        (
            allocated[0]["before"].as_f64(),
            allocated[0]["now"].as_f64()
        ) == (Some(1000.0), Some(3000.0)),
        "{allocated}"
    );
    assert!(
        why.contains("bytes allocated") && why.contains("buffer") && why.contains("1.00 → 1.00"),
        "{why}"
    );
}

#[test]
fn a_run_with_profiles_measures_first_and_saves_as_ever() {
    let project = Project::new();
    let suite = profile_suite().display().to_string();
    let called = project.call(
        &[
            &["run", "--suite", &suite, "cpu/split", "--profile", "cpu"],
            &support::SHORT[..],
        ]
        .concat(),
    );
    called.expect(0).says("seventy_percent");
    let run = project.json("results/latest.json");
    let launches = run["benchmarks"][0]["launches"].as_array().unwrap();
    let timed = launches
        .iter()
        .filter(|launch| launch["kind"] != "counting");
    assert_eq!(timed.count(), 6, "the profiled launch is none of them");
    let id = run["id"].as_str().unwrap();
    let svg = project.path(&format!("results/profiles/{id}/cpu.split/cpu.svg"));
    assert!(svg.exists(), "{}", svg.display());
    let plain = ["run", "--suite", &suite, "cpu/split", "--save", "plain"];
    let plain = [&plain[..], &support::SHORT[..]].concat();
    project.call(&plain).expect(0);
    let profiled = format!("results/{id}.json");
    let sides = ["results/plain.json", &profiled, "--fail-on-regression"];
    project
        .call(&[&["compare"], &sides[..]].concat())
        .expect(0)
        .says("cpu/split");
}

/// A project whose suite is this command.
fn command_project(id: &str, command: &str) -> Project {
    let project = Project::new();
    let text = format!("[suite.commands]\n'{id}' = {command}\n");
    fs::write(project.path("fabench.toml"), text).unwrap();
    project
}

/// Whether a profiler works here; kernels forbid perf to many users, and its package may be of another kernel.
fn works(command: &[&str]) -> bool {
    let works = std::process::Command::new(command[0])
        .args(&command[1..])
        .output()
        .is_ok_and(|output| output.status.success());
    if !works {
        eprintln!("skipped: `{}` does not work here", command.join(" "));
    }
    works
}

#[test]
fn a_command_is_sampled_by_perf() {
    let try_it = [
        "perf",
        "record",
        "--event",
        "cpu-clock",
        "--output",
        "/dev/null",
        "true",
    ];
    if !works(&try_it) {
        return;
    }
    let spin = "['sh', '-c', 'i=0; while [ $i -lt 2000000 ]; do i=$((i+1)); done']";
    let project = command_project("loop/shell", spin);
    let called = project
        .call(&["profile", "--out", "out", "--time", "1"])
        .expect(0);
    assert_eq!(called.verdict(), "1 of 1 profiles in out");
    let stacks = project.path("out/loop.shell/cpu.collapsed.txt");
    let stacks = fs::read_to_string(stacks).unwrap();
    let samples: u64 = stacks
        .lines()
        .filter_map(|line| line.rsplit(' ').next()?.parse::<u64>().ok())
        .sum();
    assert!(samples > 20, "{stacks}");
    project
        .call(&["profile", "--memory"])
        .expect(1)
        .says("the memory of a command is not profiled");
}

#[test]
fn a_python_command_is_sampled_by_py_spy() {
    let required = std::env::var("FABENCH_REQUIRE_SERVERS").is_ok_and(|value| value == "1");
    if !works(&["py-spy", "--version"]) {
        assert!(
            !required,
            "FABENCH_REQUIRE_SERVERS=1, but there is no py-spy"
        );
        return;
    }
    let project = Project::new();
    let program =
        "def slow_python():\n    return sum(i * i for i in range(8_000_000))\n\nslow_python()\n";
    fs::write(project.path("work.py"), program).unwrap();
    let text = "[suite.commands]\n'loop/python' = ['python3', 'work.py']\n";
    fs::write(project.path("fabench.toml"), text).unwrap();
    let called = project
        .call(&["profile", "--out", "out", "--time", "1"])
        .expect(0);
    let rows = called.says("slow_python");
    assert_eq!(rows.verdict(), "1 of 1 profiles in out");
}

#[test]
fn what_to_install_is_said_where_no_profiler_is_found() {
    let project = command_project("loop/shell", "['/bin/sh', '-c', 'true']");
    let mut command = project.command(&["profile"]);
    // A search path without any program.
    let output = command.env("PATH", project.path("")).output().unwrap();
    Called::of(&output).expect(1).says("install perf");
}
