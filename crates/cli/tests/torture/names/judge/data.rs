//! Outputs for programs: they are whole, and give back each name as it is in the result.

use std::collections::BTreeSet;

use anyhow::{Context as _, ensure};
use serde_json::Value;

/// The ids of a result or report, in order.
pub(crate) fn ids(document: &Value) -> Vec<String> {
    let all = document["benchmarks"].as_array();
    all.into_iter()
        .flatten()
        .filter_map(|one| one["id"].as_str().map(str::to_owned))
        .collect()
}

/// JSON that tells of the same benchmarks with the same text in them.
pub(crate) fn same_json(text: &str, result: &Value) -> anyhow::Result<()> {
    let read: Value = serde_json::from_str(text).context("no JSON")?;
    ensure!(
        ids(&read) == ids(result),
        "{:?} instead of {:?}",
        ids(&read),
        ids(result)
    );
    for (one, other) in all(&read).iter().zip(all(result)) {
        for field in ["description", "parameters", "primary", "metrics"] {
            ensure!(
                one[field] == other[field],
                "another {field}: {} instead of {}",
                one[field],
                other[field]
            );
        }
    }
    Ok(())
}

fn all(document: &Value) -> Vec<Value> {
    document["benchmarks"]
        .as_array()
        .cloned()
        .unwrap_or_default()
}

/// Benchmark, metric and unit.
pub(crate) type Triples = BTreeSet<[String; 3]>;

fn triple(fields: [&Value; 3]) -> [String; 3] {
    fields.map(|it| it.as_str().unwrap_or_default().to_owned())
}

/// Those of a result.
pub(crate) fn triples(result: &Value) -> Triples {
    let mut found = BTreeSet::new();
    for benchmark in all(result) {
        for metric in benchmark["metrics"].as_array().into_iter().flatten() {
            found.insert(triple([&benchmark["id"], &metric["name"], &metric["unit"]]));
        }
    }
    found
}

/// Those of a comparison.
pub(crate) fn compared(report: &Value) -> Triples {
    let entries = all(report);
    let found = entries
        .iter()
        .map(|it| triple([&it["id"], &it["metric"], &it["unit"]]));
    found.collect()
}

/// Comma-separated values whose lines name these and nothing else.
pub(crate) fn same_csv(text: &str, expected: &Triples) -> anyhow::Result<()> {
    let rows = rows(text)?;
    let (head, rows) = rows.split_first().context("no head")?;
    let column = |name: &str| {
        let found = head.iter().position(|it| it == name);
        found.with_context(|| format!("no column `{name}`"))
    };
    let columns = [column("benchmark")?, column("metric")?, column("unit")?];
    let mut found = BTreeSet::new();
    for row in rows {
        ensure!(
            row.len() == head.len(),
            "{} fields under {} heads: {row:?}",
            row.len(),
            head.len()
        );
        found.insert(columns.map(|at| row[at].clone()));
    }
    let other: Vec<_> = found.difference(expected).collect();
    ensure!(
        other.is_empty(),
        "names that are not in the result: {other:?}"
    );
    Ok(())
}

/// Lines and fields of RFC 4180, read strictly.
fn rows(text: &str) -> anyhow::Result<Vec<Vec<String>>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let field;
        if let Some(quoted) = rest.strip_prefix('"') {
            let mut value = String::new();
            let mut left = quoted;
            loop {
                let (part, after) = left.split_once('"').context("a quote without end")?;
                value.push_str(part);
                match after.strip_prefix('"') {
                    Some(more) => {
                        value.push('"');
                        left = more;
                    }
                    None => {
                        left = after;
                        break;
                    }
                }
            }
            field = value;
            rest = left;
        } else {
            let end = rest.find([',', '\r', '\n']).unwrap_or(rest.len());
            ensure!(
                !rest[..end].contains('"'),
                "a quote within a field: {}",
                &rest[..end]
            );
            field = rest[..end].to_owned();
            rest = &rest[end..];
        }
        row.push(field);
        if let Some(after) = rest.strip_prefix(',') {
            rest = after;
            ensure!(!rest.is_empty(), "an end after a comma");
            continue;
        }
        let after = rest
            .strip_prefix("\r\n")
            .or_else(|| rest.strip_prefix('\n'));
        rest = after.with_context(|| format!("a field that goes on after its end: {row:?}"))?;
        rows.push(std::mem::take(&mut row));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_as_written_and_broken_ones_refused() {
        let read = rows("a,\"b\"\"c\nd\",\r\n1,2,3\n").unwrap();
        assert_eq!(read, [["a", "b\"c\nd", ""], ["1", "2", "3"]]);
        for bad in ["a\"b\n", "\"a\"b\n", "\"a", "a\rb\n"] {
            assert!(rows(bad).is_err(), "{bad:?}");
        }
    }
}
