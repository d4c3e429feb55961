//! Version 1 on the wire: whoever changes these lines must raise [`super::PROTOCOL_VERSION`].

use std::collections::BTreeMap;

use fabench_record::{AllocationCount, BenchmarkId, LaunchKind, Metric, Round, Warmup};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Command, Declaration, Done, Hello, PROTOCOL_VERSION, Ready, Reply, Sampling, Start};

fn id() -> BenchmarkId {
    BenchmarkId::new("a/b").unwrap()
}

fn same<T>(message: &T, line: &str)
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    assert_eq!(serde_json::to_string(message).unwrap(), line);
    assert_eq!(&serde_json::from_str::<T>(line).unwrap(), message);
}

#[test]
fn commands() {
    assert_eq!(PROTOCOL_VERSION, 1);
    same(&Command::List, r#"{"command":"list"}"#);
    same(&Command::Round, r#"{"command":"round"}"#);
    same(&Command::Finish, r#"{"command":"finish"}"#);
    let start = Start {
        benchmark: id(),
        mode: LaunchKind::Timed,
        sampling: Sampling {
            iterations: Some(7),
            ..Sampling::default()
        },
        core: Some(1),
        profile: None,
    };
    same(
        &Command::Start(start),
        r#"{"command":"start","benchmark":"a/b","mode":"timed","sampling":{"warmup_ns":300000000,"subsample_ns":1000000,"subsamples":20,"iterations":7,"extra_work_permille":0,"probe":true},"core":1}"#,
    );
}

#[test]
fn replies() {
    let hello = Hello {
        protocol: 1,
        suite: "s".into(),
        version: "1".into(),
        toolchain: "rustc".into(),
        allocator: "system".into(),
        counts_allocations: true,
        profiles: vec![],
    };
    same(
        &Reply::Hello(hello),
        r#"{"reply":"hello","protocol":1,"suite":"s","version":"1","toolchain":"rustc","allocator":"system","counts_allocations":true}"#,
    );
    let declaration = Declaration {
        id: id(),
        description: "d".into(),
        parameters: BTreeMap::new(),
        single_threaded: true,
        primary: "wall_time".into(),
        metrics: vec![Metric::wall_time()],
    };
    same(
        &Reply::Benchmarks {
            benchmarks: vec![declaration],
        },
        r#"{"reply":"benchmarks","benchmarks":[{"id":"a/b","description":"d","single_threaded":true,"primary":"wall_time","metrics":[{"name":"wall_time","unit":"ns","direction":"lower_is_better","source":{"kind":"wall_time"},"exact":false}]}]}"#,
    );
    let warmup = Warmup {
        iterations: 3,
        wall_ns: 4,
        steady: true,
    };
    same(
        &Reply::Ready(Ready {
            benchmark: id(),
            iterations: 5,
            subsamples: 2,
            warmup,
            most_rounds: None,
        }),
        r#"{"reply":"ready","benchmark":"a/b","iterations":5,"subsamples":2,"warmup":{"iterations":3,"wall_ns":4,"steady":true}}"#,
    );
    let round = Round {
        iterations: 5,
        wall_ns: vec![1, 2],
        cpu_ns: vec![1, 1],
    };
    same(
        &Reply::Round {
            benchmark: id(),
            round,
        },
        r#"{"reply":"round","benchmark":"a/b","round":{"iterations":5,"wall_ns":[1,2],"cpu_ns":[1,1]}}"#,
    );
    let done = Done {
        benchmark: id(),
        values: BTreeMap::from([("ratio".into(), vec![0.5])]),
        allocated: Some(AllocationCount {
            iterations: 1,
            count: 2,
            bytes: 3,
        }),
        peak_rss_bytes: Some(4096),
        also: Vec::new(),
        profile: None,
    };
    same(
        &Reply::Done(done),
        r#"{"reply":"done","benchmark":"a/b","values":{"ratio":[0.5]},"allocated":{"iterations":1,"count":2,"bytes":3},"peak_rss_bytes":4096}"#,
    );
    same(
        &Reply::Failed {
            message: "no".into(),
        },
        r#"{"reply":"failed","message":"no"}"#,
    );
}

/// Lines of both directions, to be damaged.
const LINES: [&str; 5] = [
    r#"{"command":"start","benchmark":"a/b","mode":"timed","sampling":{"warmup_ns":300000000,"subsample_ns":1000000,"subsamples":20,"iterations":7,"extra_work_permille":0,"probe":true},"core":1}"#,
    r#"{"reply":"benchmarks","benchmarks":[{"id":"a/b","description":"d","single_threaded":true,"primary":"wall_time","metrics":[{"name":"wall_time","unit":"ns","direction":"lower_is_better","source":{"kind":"wall_time"},"exact":false}]}]}"#,
    r#"{"reply":"round","benchmark":"a/b","round":{"iterations":5,"wall_ns":[1,2],"cpu_ns":[1,1]}}"#,
    r#"{"reply":"done","benchmark":"a/b","values":{"ratio":[0.5]},"allocated":{"iterations":1,"count":2,"bytes":3},"peak_rss_bytes":4096,"profile":{"Err":"no"}}"#,
    r#"{"reply":"failed","message":"no"}"#,
];

/// What is put into them.
const PIECES: [&str; 14] = [
    "0",
    "-1",
    "1e999",
    "1e308",
    "18446744073709551616",
    "null",
    "[",
    "{\"a\":",
    "\"",
    ",",
    "\\ud800",
    "\n",
    "ns",
    "}",
];

/// What is understood can be said again, in one line, and means the same.
fn refused_or_said_again<T>(bytes: &[u8])
where
    T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug,
{
    if let Ok(message) = serde_json::from_slice::<T>(bytes) {
        let line = serde_json::to_string(&message).unwrap();
        assert!(!line.contains('\n'));
        assert_eq!(serde_json::from_str::<T>(&line).unwrap(), message);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn damaged_lines_are_refused_or_mean_one_thing(
        line in select(&LINES[..]),
        edits in vec((any::<Index>(), select(&PIECES[..]), 0..3_usize), 1..4),
        cut in prop::option::weighted(0.2, any::<Index>()),
    ) {
        let mut bytes = line.as_bytes().to_vec();
        for (at, piece, removed) in edits {
            let at = at.index(bytes.len());
            let end = bytes.len().min(at + removed);
            bytes.splice(at..end, piece.bytes());
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        refused_or_said_again::<Command>(&bytes);
        refused_or_said_again::<Reply>(&bytes);
    }
}

#[test]
fn lines_nested_without_end_are_refused() {
    for opening in [
        "[",
        "{\"reply\":",
        "{\"reply\":\"done\",\"also\":[{\"also\":[",
    ] {
        let line = opening.repeat(50_000);
        assert!(serde_json::from_str::<Reply>(&line).is_err());
        assert!(serde_json::from_str::<Command>(&line).is_err());
    }
}
