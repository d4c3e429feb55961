//! OpenMetrics text, line by line, after the grammar of OpenMetrics 1.0; no sample stands twice, no family is told of twice.

use std::collections::BTreeSet;

use anyhow::{Context as _, bail, ensure};

/// The values of the label `benchmark`.
pub(crate) fn judge(text: &str) -> anyhow::Result<BTreeSet<String>> {
    let mut benchmarks = BTreeSet::new();
    let (mut families, mut samples) = (BTreeSet::new(), BTreeSet::new());
    let mut current = String::new();
    let body = text
        .strip_suffix("# EOF\n")
        .context("it does not end in # EOF")?;
    for line in body.split_inclusive('\n') {
        let line = line.strip_suffix('\n').context("a line without end")?;
        if let Some(told) = line.strip_prefix("# ") {
            let mut words = told.splitn(3, ' ');
            let (kind, name) = (
                words.next().unwrap_or_default(),
                words.next().unwrap_or_default(),
            );
            ensure!(is_name(name), "`{name}` is no name: {line}");
            match kind {
                "TYPE" => {
                    ensure!(
                        families.insert(name.to_owned()),
                        "the family {name} is told of twice"
                    );
                    name.clone_into(&mut current);
                }
                "HELP" | "UNIT" => ensure!(name == current, "{kind} of another family: {line}"),
                _ => bail!("a comment that is none: {line}"),
            }
            if kind == "UNIT" {
                let unit = words.next().unwrap_or_default();
                ensure!(
                    name.ends_with(&format!("_{unit}")),
                    "the name does not end in its unit: {line}"
                );
            }
            continue;
        }
        let (name, labels, value) = sample(line).with_context(|| line.to_owned())?;
        ensure!(
            name == current || name == format!("{current}_info"),
            "a sample of another family: {line}"
        );
        value
            .parse::<f64>()
            .with_context(|| format!("`{value}` is no number: {line}"))?;
        ensure!(
            samples.insert((name, labels.clone())),
            "a sample stands twice: {line}"
        );
        benchmarks.extend(
            labels
                .into_iter()
                .filter(|(name, _)| name == "benchmark")
                .map(|(_, value)| value),
        );
    }
    Ok(benchmarks)
}

fn is_name(text: &str) -> bool {
    text.starts_with(|it: char| it.is_ascii_alphabetic() || it == '_')
        && text
            .chars()
            .all(|it| it.is_ascii_alphanumeric() || it == '_')
}

type Labels = Vec<(String, String)>;

fn sample(line: &str) -> anyhow::Result<(String, Labels, String)> {
    let (name, mut rest) = line.split_once('{').context("no labels")?;
    ensure!(is_name(name), "`{name}` is no name");
    let mut labels: Labels = Vec::new();
    loop {
        let (label, after) = rest.split_once("=\"").context("a label without a value")?;
        ensure!(is_name(label), "`{label}` is no label");
        let mut value = String::new();
        let mut characters = after.char_indices();
        let end = loop {
            match characters.next().context("a value without end")? {
                (at, '"') => break at,
                (_, '\\') => match characters.next().context("a value without end")?.1 {
                    'n' => value.push('\n'),
                    other @ ('\\' | '"') => value.push(other),
                    other => bail!("`\\{other}` is no escape"),
                },
                (_, other) => value.push(other),
            }
        };
        ensure!(
            !labels.iter().any(|(known, _)| known == label),
            "the label {label} stands twice"
        );
        labels.push((label.to_owned(), value));
        rest = &after[end + 1..];
        if let Some(value) = rest.strip_prefix("} ") {
            return Ok((name.to_owned(), labels, value.to_owned()));
        }
        rest = rest
            .strip_prefix(',')
            .context("what follows a label is none")?;
    }
}
