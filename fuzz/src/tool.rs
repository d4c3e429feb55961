//! What the tool reads besides results: exported histories, its configuration, what suites and runners say.

use std::path::Path;

use fabench_gate::{Comparison, Policy, accept, compare};
use fabench_harness::protocol::{Command, LineBuffer, Reply};
use fabench_history::{History, check_export};
use fabench_record::Run;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::config::Config;
use crate::{Parser, is_reason, seeds};

pub(crate) fn parsers() -> Vec<Parser> {
    let configurations = vec![
        seeds::file("crates/cli/tests/fixtures/whole.toml"),
        seeds::file("fabench.toml"),
        b"[suite]\npackage = 'p'\nbench = 'b'\nfeatures = ['f']".to_vec(),
        b"[suite]\nexecutable = 'x'\nbuild = ['make']".to_vec(),
        b"[suite.commands]\na = ['x']\n'b/c' = ['y']".to_vec(),
    ];
    let lines = |lines: &[&str]| lines.iter().map(|line| line.as_bytes().to_vec()).collect();
    vec![
        Parser::new("history", vec![export_seed()], history),
        Parser::new("configuration", configurations, configuration),
        Parser::new("worker-commands", lines(&COMMANDS), said_again::<Command>),
        Parser::new("worker-replies", lines(&REPLIES), said_again::<Reply>),
    ]
}

const COMMANDS: [&str; 3] = [
    r#"{"command":"list"}"#,
    r#"{"command":"start","benchmark":"a/b","mode":"timed","sampling":{"warmup_ns":300000000,"subsample_ns":1000000,"subsamples":20,"iterations":7,"extra_work_permille":0,"probe":true},"core":1,"profile":"cpu"}"#,
    r#"{"command":"round"}"#,
];

const REPLIES: [&str; 6] = [
    r#"{"reply":"hello","protocol":1,"suite":"s","version":"1","toolchain":"rustc","allocator":"system","counts_allocations":true,"profiles":["cpu"]}"#,
    r#"{"reply":"benchmarks","benchmarks":[{"id":"a/b","description":"d","single_threaded":true,"primary":"wall_time","metrics":[{"name":"wall_time","unit":"ns","direction":"lower_is_better","source":{"kind":"wall_time"},"exact":false}]}]}"#,
    r#"{"reply":"ready","benchmark":"a/b","iterations":5,"subsamples":2,"warmup":{"iterations":3,"wall_ns":4,"steady":true}}"#,
    r#"{"reply":"round","benchmark":"a/b","round":{"iterations":5,"wall_ns":[1,2],"cpu_ns":[1,1]}}"#,
    r#"{"reply":"done","benchmark":"a/b","values":{"ratio":[0.5]},"allocated":{"iterations":1,"count":2,"bytes":3},"peak_rss_bytes":4096,"also":[],"profile":{"Err":"no"}}"#,
    r#"{"reply":"failed","message":"no"}"#,
];

/// What is read can be read into a history, and exported again without a change.
fn history(bytes: &[u8]) {
    if let Err(error) = check_export(&mut &*bytes) {
        return is_reason(&error.to_string());
    }
    let written = exported(bytes);
    assert_eq!(exported(&written), written);
}

fn exported(bytes: &[u8]) -> Vec<u8> {
    let mut history = History::open(":memory:".as_ref()).expect("memory can be had");
    history
        .import(&mut &*bytes)
        .expect("what was looked through is read");
    let mut written = Vec::new();
    history
        .export(&mut written)
        .expect("what was read can be exported");
    check_export(&mut written.as_slice()).expect("what was exported is read");
    written
}

fn configuration(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Err(error) = Config::read(text, Path::new("fabench.toml"), Path::new("/project")) {
        assert!(!format!("{error:#}").is_empty());
    }
}

/// One message, or several lines of them.
fn said_again<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(bytes: &[u8]) {
    let mut buffer = LineBuffer::default();
    buffer.extend(bytes);
    buffer.extend(b"\n");
    while let Ok(Some(line)) = buffer.next_line() {
        if let Ok(message) = serde_json::from_slice::<T>(&line) {
            let again = serde_json::to_string(&message).expect("a message can be written");
            assert!(!again.contains('\n'));
            assert_eq!(
                serde_json::from_str::<T>(&again).expect("what was written is read"),
                message
            );
        }
    }
}

/// Two runs with one benchmark that differ.
pub(crate) fn two_runs() -> (Run, Run) {
    let bytes = seeds::file("crates/record/tests/data/run_v1.json");
    let old = Run::from_json(&bytes).expect("the golden run is valid");
    let mut new = old.clone();
    new.id = "new".into();
    new.started_at = "2026-11-26T10:00:00Z".into();
    let launches = new
        .benchmarks
        .iter_mut()
        .flat_map(|benchmark| &mut benchmark.launches);
    for ns in launches
        .flat_map(|launch| &mut launch.rounds)
        .flat_map(|round| &mut round.wall_ns)
    {
        *ns *= 2;
    }
    (old, new)
}

/// What `check` says of them.
pub(crate) fn compared(baseline: &Run, candidate: &Run) -> Comparison {
    let baseline = accept(None, baseline.clone(), &baseline.started_at, false);
    compare(&baseline, candidate, &Policy::default(), None)
}

fn export_seed() -> Vec<u8> {
    let (old, new) = two_runs();
    let judged = serde_json::to_string(&compared(&old, &new)).expect("a comparison can be written");
    let run = |run: &Run| serde_json::to_string(run).expect("a run can be written");
    let mut seed = "{\"kind\":\"fabench-history\",\"schema_version\":1}\n".to_owned();
    seed += &format!(
        "{{\"kind\":\"run\",\"digest\":\"d\",\"baseline\":true,\"run\":{}}}\n",
        run(&old)
    );
    seed += &format!("{{\"kind\":\"run\",\"run\":{}}}\n", run(&new));
    seed += &format!(
        "{{\"kind\":\"comparison\",\"judged_ms\":1764151200000,\"comparison\":{judged}}}\n"
    );
    seed.into_bytes()
}
