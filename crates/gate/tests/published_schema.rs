//! The published schema is that of the report, and a report is as it says.

use fabench_gate::{
    Acceptance, Comparison, Identity, PairedEvidence, PairedLaunch, Policy, Verdict, conclude,
};
use fabench_record::{BenchmarkId, MachineClass, Metric, Suite};
use schemars::schema_for;
use serde_json::Value;

fn published() -> Value {
    let text = include_str!("../../../docs/schemas/regression_report.schema.json");
    serde_json::from_str(text).unwrap()
}

#[test]
fn the_published_schema_is_current() {
    let now = serde_json::to_value(schema_for!(Comparison)).unwrap();
    assert_eq!(
        published(),
        now,
        "the report has changed: `cargo run -p fabench-gate --example schema \
         > docs/schemas/regression_report.schema.json`; a change that older readers can't take needs a new \
         COMPARISON_SCHEMA_VERSION"
    );
}

/// A report with a regression, an accepted one, and one that failed.
fn report() -> Comparison {
    let identity = || Identity {
        run: "r".into(),
        started_at: "2026-11-25T08:00:00Z".into(),
        commit: Some("c".into()),
        dirty: false,
        suite: Suite {
            name: "s".into(),
            version: "1".into(),
        },
        machine: MachineClass {
            cpu: "c".into(),
            cores: 2,
            os: "o".into(),
            arch: "a".into(),
            toolchain: "t".into(),
            allocator: "a".into(),
        },
        quick: false,
        partial: false,
    };
    let slow = |id: &str| {
        let id = BenchmarkId::new(id).unwrap();
        let mut evidence = PairedEvidence::new(id, Metric::wall_time(), true);
        let pair = |number: u32| PairedLaunch {
            baseline: 1.0,
            candidate: 1.2,
            log_ratio: 0.18 + 0.001 * f64::from(number % 5),
        };
        evidence.first = (0..7).map(pair).collect();
        evidence.confirming = (0..40).map(pair).collect();
        evidence
    };
    let mut failed = slow("a/failed");
    failed.obstacle = Some((Verdict::Failed, "it crashed".into()));
    let evidence = [slow("a/slow"), slow("a/accepted"), failed];
    let policy = Policy::default();
    let mut report = conclude(identity(), identity(), &evidence, &policy);
    let accepted = Acceptance::parse("a/accepted checks signatures now").unwrap();
    report.excuse(&policy, &[accepted], "2026-11-25");
    assert_eq!(report.overall.verdict, Some(Verdict::Regression));
    report
}

/// Holds `value` against `schema`: known keys, required keys, types, constants.
fn check(value: &Value, schema: &Value, root: &Value, place: &str) -> Result<(), String> {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let target = root.pointer(reference.trim_start_matches('#'));
        return check(value, target.ok_or("a dangling reference")?, root, place);
    }
    for list in ["anyOf", "oneOf"] {
        if let Some(choices) = schema.get(list).and_then(Value::as_array) {
            let mut fits = choices
                .iter()
                .map(|choice| check(value, choice, root, place));
            if !fits.any(|fit| fit.is_ok()) {
                return Err(format!("{place}: {value} fits no choice"));
            }
        }
    }
    if schema.get("const").is_some_and(|wanted| wanted != value) {
        return Err(format!("{place}: {value} is another constant"));
    }
    let kinds: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(many) => many.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    };
    let fits = |kind: &str| match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        _ => value.is_null(),
    };
    if !kinds.is_empty() && !kinds.into_iter().any(fits) {
        return Err(format!("{place}: {value} is no {}", schema["type"]));
    }
    if let (Some(items), Some(all)) = (schema.get("items"), value.as_array()) {
        for one in all {
            check(one, items, root, place)?;
        }
    }
    let (Some(known), Some(held)) = (
        schema.get("properties").and_then(Value::as_object),
        value.as_object(),
    ) else {
        return Ok(());
    };
    for (key, one) in held {
        let described = known
            .get(key)
            .ok_or_else(|| format!("{place}: `{key}` is not described"))?;
        check(one, described, root, &format!("{place}/{key}"))?;
    }
    let required = schema.get("required").and_then(Value::as_array);
    let missing = required
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .find(|key| !held.contains_key(*key));
    missing.map_or(Ok(()), |key| Err(format!("{place}: `{key}` is missing")))
}

#[test]
fn a_report_is_as_the_schema_says() {
    let schema = published();
    let mut report = serde_json::to_value(report()).unwrap();
    check(&report, &schema, &schema, "").unwrap();
    report["benchmarks"][0]["verdict"] = "guilty".into();
    assert!(check(&report, &schema, &schema, "").is_err());
}
