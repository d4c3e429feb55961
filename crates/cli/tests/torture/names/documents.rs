//! Documents and messages in which all that is text was drawn.

use serde_json::{Value, json};

use super::blocks::Pen;

const GOLDEN: &str = include_str!("../../../../record/tests/data/run_v1.json");

/// Benchmarks of each document.
const BENCHMARKS: usize = 4;

/// What pytest-benchmark writes.
pub(super) fn pytest(pen: &mut Pen) -> Value {
    let benchmarks: Vec<Value> = (0..BENCHMARKS)
        .map(|number| {
            json!({
                "group": pen.text(),
                "name": pen.text(),
                "fullname": format!("{}{number}::{}", pen.text(), pen.text()),
                "params": { (pen.text()): pen.text(), "n": number },
                "stats": { "data": [0.001, 0.0011], "mean": 0.00105, "min": 0.001, "median": 0.00105, "max": 0.0011 },
            })
        })
        .collect();
    json!({
        "machine_info": {
            "machine": pen.text(), "system": pen.text(), "release": pen.text(), "python_implementation": pen.text(),
            "python_version": pen.text(), "cpu": { "brand_raw": pen.text(), "count": 2 },
        },
        "commit_info": { "id": pen.text(), "dirty": false, "branch": pen.text() },
        "benchmarks": benchmarks,
        "datetime": "2026-11-23T07:23:00",
        "version": pen.text(),
    })
}

/// What github-action-benchmark's custom tools take: the unit is free text, too.
pub(super) fn custom(pen: &mut Pen) -> Value {
    let all = (0..BENCHMARKS).map(|number| {
        json!({ "name": format!("{}{number}", pen.text()), "unit": pen.text(), "value": 1.5 + number as f64, "range": pen.text(), "extra": pen.text() })
    });
    all.collect()
}

/// Bencher's: the name of the metric is free text, too.
pub(super) fn bencher(pen: &mut Pen) -> Value {
    let mut all = serde_json::Map::new();
    for number in 0..BENCHMARKS {
        let measures = json!({ (pen.text()): { "value": 3.0 }, (pen.text()): { "value": 4.0, "lower_value": 3.5, "upper_value": 4.5 } });
        all.insert(format!("{}{number}", pen.text()), measures);
    }
    all.into()
}

/// hyperfine's: a benchmark is called by its command.
pub(super) fn hyperfine(pen: &mut Pen) -> Value {
    let all: Vec<Value> = (0..BENCHMARKS)
        .map(|number| {
            json!({
                "command": format!("{}{number}", pen.text()), "mean": 0.5, "stddev": 0.01, "median": 0.5, "user": 0.4, "system": 0.1,
                "min": 0.49, "max": 0.51, "times": [0.49, 0.5, 0.51], "exit_codes": [0, 0, 0], "parameters": { (pen.text()): pen.text() },
            })
        })
        .collect();
    json!({ "results": all })
}

/// A result of fabench's own, whose texts somebody has edited: all that a file may hold and every reader takes.
pub(super) fn result(pen: &mut Pen) -> Value {
    let mut run: Value = serde_json::from_str(GOLDEN).expect("the golden file");
    run["id"] = json!(format!("{}{}", pen.text(), pen.drawn));
    run["suite"] = json!({ "name": pen.text(), "version": pen.text() });
    run["source"] = json!({ "commit": pen.text(), "dirty": false, "branch": pen.text() });
    for field in ["cpu", "os", "arch", "toolchain", "allocator"] {
        run["environment"]["machine"][field] = json!(pen.text());
    }
    run["environment"]["kernel"] = json!(pen.text());
    run["environment"]["governor"] = json!(pen.text());
    let golden = run["benchmarks"][0].clone();
    let benchmarks: Vec<Value> = (0..BENCHMARKS + 2)
        .map(|number| {
            let mut benchmark = golden.clone();
            benchmark["id"] = json!(pen.id(number));
            benchmark["description"] = json!(pen.text());
            benchmark["parameters"] = json!({ (pen.text()): pen.text(), (pen.text()): pen.text() });
            if number % 2 == 1 {
                let (name, unit) = (format!("{}{number}", pen.text()), pen.text());
                let own = json!({ "name": name, "unit": unit, "direction": "lower_is_better", "source": { "kind": "value" }, "exact": false });
                benchmark["metrics"] = json!([own]);
                benchmark["primary"] = json!(name);
                benchmark["summary"] = json!([]);
                let launches = benchmark["launches"].as_array_mut().expect("launches");
                for (at, launch) in launches.iter_mut().enumerate() {
                    launch["values"] = json!({ (name.as_str()): [5.0 + at as f64 / 10.0] });
                }
            }
            if number == BENCHMARKS + 1 {
                benchmark["outcome"] = json!({ "status": "failed", "reason": pen.text(), "stderr_tail": pen.text() });
                benchmark["launches"] = json!([]);
                benchmark["summary"] = json!([]);
            }
            benchmark
        })
        .collect();
    run["benchmarks"] = benchmarks.into();
    run
}

/// The same result later, with one benchmark slower, one of another unit, one gone and one new.
pub(super) fn later(pen: &mut Pen, result: &Value) -> Value {
    let mut later = result.clone();
    later["id"] = json!(format!("{}later", pen.text()));
    later["started_at"] = json!("2026-11-24T07:23:00Z");
    later["source"]["commit"] = json!(pen.text());
    let benchmarks = later["benchmarks"].as_array_mut().expect("benchmarks");
    let slower = benchmarks[0]["launches"].as_array_mut().expect("launches");
    for round in slower
        .iter_mut()
        .flat_map(|launch| launch["rounds"].as_array_mut().expect("rounds"))
    {
        for times in ["wall_ns", "cpu_ns"] {
            for time in round[times].as_array_mut().expect("times") {
                *time = json!(time.as_u64().expect("a time") * 3);
            }
        }
    }
    benchmarks[1]["metrics"][0]["unit"] = json!(pen.text());
    let mut new = benchmarks[2].clone();
    new["id"] = json!(pen.id(99));
    benchmarks[3] = new;
    later
}

/// The messages of a suite with one benchmark, as lines: `hello`, `list`, `ready`, `round`, `done` and what it sends after a profile.
pub(super) fn messages(pen: &mut Pen, keeps_rules: bool) -> Vec<(&'static str, Value)> {
    let word = |pen: &mut Pen| if keeps_rules { pen.plain() } else { pen.text() };
    let id = if keeps_rules || pen.coin() {
        pen.id(0)
    } else {
        pen.text()
    };
    let metric = word(pen);
    let frames: Vec<Value> = (0..3)
        .map(|line| json!({ "function": pen.text(), "file": pen.text(), "line": line }))
        .collect();
    let profile = json!({
        "kind": "cpu", "iterations": 10, "cpu_ns": 1_000_000, "symbols": true, "frames": frames,
        "stacks": [{ "frames": [0, 1], "weight": { "samples": 5 } }, { "frames": [0, 1, 2], "weight": { "samples": 7 } }],
    });
    let done =
        json!({ "reply": "done", "benchmark": id, "values": { (metric.as_str()): [1.0, 2.0] } });
    let mut profiled = done.clone();
    profiled["profile"] = json!({ "Ok": profile });
    vec![
        (
            "hello",
            json!({
                "reply": "hello", "protocol": 1, "suite": word(pen), "version": word(pen), "toolchain": word(pen), "allocator": word(pen),
                "counts_allocations": false, "profiles": ["cpu"],
            }),
        ),
        (
            "list",
            json!({ "reply": "benchmarks", "benchmarks": [{
            "id": id, "description": word(pen), "parameters": { (word(pen)): word(pen) }, "single_threaded": false, "primary": metric,
            "metrics": [{ "name": metric, "unit": word(pen), "direction": "lower_is_better", "source": { "kind": "value" }, "exact": false }],
        }] }),
        ),
        (
            "ready",
            json!({
                "reply": "ready", "benchmark": id, "iterations": 1, "subsamples": 1, "most_rounds": 1,
                "warmup": { "iterations": 0, "wall_ns": 0, "steady": false },
            }),
        ),
        (
            "round",
            json!({ "reply": "round", "benchmark": id, "round": { "iterations": 1, "wall_ns": [1000], "cpu_ns": [1000] } }),
        ),
        ("done", done),
        ("profiled", profiled),
        (
            "failed",
            json!({ "reply": "failed", "message": pen.text() }),
        ),
    ]
}
