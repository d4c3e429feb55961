//! Whatever the bytes: no panic; what is accepted keeps its promises and survives being written and read.

use std::collections::{BTreeMap, BTreeSet};

use fabench_record::{Baseline, BenchmarkId, Launch, MetricSource, Round, Run, Unit};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;
use serde_json::{Value, json};

const RUN: &[u8] = include_bytes!("data/run_v1.json");
const BASELINE: &[u8] = include_bytes!("data/baseline_v1.json");

/// What a reader promises of every run that it accepts.
fn promises_hold(run: &Run) {
    let ids: BTreeSet<_> = run
        .benchmarks
        .iter()
        .map(|benchmark| &benchmark.id)
        .collect();
    assert_eq!(ids.len(), run.benchmarks.len());
    for benchmark in &run.benchmarks {
        assert!(benchmark.primary_metric().is_some());
        for launch in &benchmark.launches {
            let values = launch.values.values().flatten();
            assert!(
                values
                    .copied()
                    .all(|value| value.is_finite() && value >= 0.0)
            );
            assert!(launch.rounds.iter().all(|round| round.iterations > 0));
        }
    }
    let written = serde_json::to_vec(run).unwrap();
    assert_eq!(&Run::from_json(&written).unwrap(), run);
}

fn read_both(bytes: &[u8]) {
    if let Ok(run) = Run::from_json(bytes) {
        promises_hold(&run);
    }
    if let Ok(baseline) = Baseline::from_json(bytes) {
        promises_hold(&baseline.run);
        let written = serde_json::to_vec(&baseline).unwrap();
        assert_eq!(Baseline::from_json(&written).unwrap(), baseline);
    }
}

/// One change to a file: a byte set, bytes removed, bytes put in, or a piece doubled.
#[derive(Clone, Debug)]
enum Edit {
    Set(Index, u8),
    Remove(Index, usize),
    Insert(Index, Vec<u8>),
    Double(Index, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let bytes = prop_oneof![
        vec(any::<u8>(), 1..8),
        prop::sample::select(vec![
            "-", "e999", "NaN", "null", "{}", "[]", "\"", ",", "0", "\\ud800"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
    ];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Edit::Set(at, byte)),
        (any::<Index>(), 1..40_usize).prop_map(|(at, length)| Edit::Remove(at, length)),
        (any::<Index>(), bytes).prop_map(|(at, bytes)| Edit::Insert(at, bytes)),
        (any::<Index>(), 1..400_usize).prop_map(|(at, length)| Edit::Double(at, length)),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: Edit) {
    if bytes.is_empty() {
        return;
    }
    let size = bytes.len();
    match edit {
        Edit::Set(at, byte) => bytes[at.index(size)] = byte,
        Edit::Remove(at, length) => {
            let at = at.index(size);
            bytes.drain(at..size.min(at + length));
        }
        Edit::Insert(at, more) => {
            let at = at.index(size);
            bytes.splice(at..at, more);
        }
        Edit::Double(at, length) => {
            let at = at.index(size);
            let piece = bytes[at..size.min(at + length)].to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

/// Every node of a JSON document, as JSON pointers.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                pointers(item, &format!("{at}/{index}"), found);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                let name = name.replace('~', "~0").replace('/', "~1");
                pointers(field, &format!("{at}/{name}"), found);
            }
        }
        _ => {}
    }
}

fn any_leaf() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,20}".prop_map(Value::from),
        Just(json!([])),
        Just(json!({})),
        Just(json!([[], {"": null}])),
    ]
}

fn launch() -> impl Strategy<Value = Launch> {
    let round = (1..u64::MAX, vec(any::<(u64, u64)>(), 0..6)).prop_map(|(iterations, pairs)| {
        let (wall_ns, cpu_ns) = pairs.into_iter().unzip();
        Round {
            iterations,
            wall_ns,
            cpu_ns,
        }
    });
    let edges = vec![0.0, f64::MIN_POSITIVE, 5e-324, f64::MAX, 0.1];
    let measured = prop_oneof![0.0..f64::MAX, prop::sample::select(edges)];
    let values = btree_map(".{0,12}", vec(measured, 0..5), 0..4);
    (any::<u64>(), vec(round, 0..4), values, any::<Option<u64>>()).prop_map(
        |(started_after_ms, rounds, values, peak_rss_bytes)| Launch {
            started_after_ms,
            rounds,
            values: values.into(),
            peak_rss_bytes,
            ..Launch::default()
        },
    )
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in vec(any::<u8>(), 0..2_000)) {
        read_both(&bytes);
    }

    #[test]
    fn edited_files_never_panic(edits in vec(edit(), 1..5), baseline: bool) {
        let mut bytes = if baseline { BASELINE } else { RUN }.to_vec();
        for edit in edits {
            apply(&mut bytes, edit);
        }
        read_both(&bytes);
    }

    #[test]
    fn replaced_values_never_panic(at: Index, leaf in any_leaf(), baseline: bool) {
        let mut document: Value = serde_json::from_slice(if baseline { BASELINE } else { RUN }).unwrap();
        let mut places = Vec::new();
        pointers(&document, "", &mut places);
        let place = &places[at.index(places.len())];
        *document.pointer_mut(place).unwrap() = leaf;
        read_both(&serde_json::to_vec(&document).unwrap());
    }

    #[test]
    fn what_is_written_is_read_back_the_same(
        launches in vec(launch(), 0..4),
        parameters in btree_map(".{0,12}", ".{0,12}", 0..4),
        unit in ".{0,12}",
        description in ".{0,40}",
        names in btree_map("[a-z_]{1,12}", Just(()), 1..6),
    ) {
        let mut run = Run::from_json(RUN).unwrap();
        let mut template = run.benchmarks.swap_remove(0);
        template.launches = launches;
        template.parameters = parameters;
        template.description = description;
        template.metrics[0].unit = Unit::from(unit);
        template.metrics[0].source = MetricSource::Value;
        let ids: BTreeMap<String, ()> = names;
        run.benchmarks = ids
            .into_keys()
            .map(|name| {
                let mut benchmark = template.clone();
                benchmark.id = BenchmarkId::new(format!("inference/{name}")).unwrap();
                benchmark
            })
            .collect();
        promises_hold(&run);
    }
}
