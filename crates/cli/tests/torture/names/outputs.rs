//! All that is made of results, held against the form that it is in.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Tally;
use super::judge::markup::Shape;
use super::judge::{data, markdown, openmetrics};
use super::project::Project;

/// What documents of harmless names are made of, by their kind.
#[derive(Default)]
pub(crate) struct Shapes {
    known: BTreeMap<String, Shape>,
    /// Whether nothing more is learned.
    complete: bool,
}

impl Shapes {
    /// From now on documents are held against what was learned.
    pub(crate) fn are_known(&mut self) {
        self.complete = true;
    }

    /// Learns from the document, or judges it. The contents of its data elements.
    fn judge(&mut self, kind: &str, text: &str) -> anyhow::Result<Vec<String>> {
        if !self.complete {
            self.known.entry(kind.to_owned()).or_default().learn(text)?;
        }
        let shape = self
            .known
            .get(kind)
            .with_context(|| format!("{kind} was not learned"))?;
        shape.judge(text)
    }
}

/// Reports, exports and pictures of a result.
pub(crate) fn of_run(
    project: &Project,
    file: &str,
    result: &Value,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    for format in [
        "terminal", "json", "markdown", "html", "junit", "csv", "svg",
    ] {
        let text = if format == "terminal" {
            project.show(&["report", file])?;
            continue;
        } else {
            project.succeed(&["report", file, "--format", format])?
        };
        match format {
            "json" => data::same_json(&text, result),
            "markdown" => markdown::judge(&text),
            "csv" => data::same_csv(&text, &data::triples(result)),
            _ => shapes.judge(&format!("{format} of a run"), &text).map(drop),
        }
        .with_context(|| format!("{file} as {format}"))?;
        tally.outputs += 1;
    }
    project.show(&["report", file, "--group-by", "param,group", "--verbose"])?;
    project.show(&["report", file, "--group-by", "category"])?;
    for format in [
        "pytest-benchmark",
        "bencher",
        "github-action-benchmark",
        "github-action-benchmark-bigger",
        "openmetrics",
        "csv",
    ] {
        let text = project.succeed(&["export", file, "--format", format])?;
        let context = || format!("{file} exported as {format}");
        match format {
            "openmetrics" => {
                let found = openmetrics::judge(&text).with_context(context)?;
                let ids: BTreeSet<String> = data::ids(result).into_iter().collect();
                ensure!(found.is_subset(&ids), "{}: {found:?}", context());
            }
            "csv" => data::same_csv(&text, &data::triples(result)).with_context(context)?,
            _ => {
                let _: Value = serde_json::from_str(&text).with_context(context)?;
            }
        }
        tally.outputs += 1;
    }
    Ok(())
}

/// The check of a result against the baseline, and reports of the comparison.
pub(crate) fn of_comparison(
    project: &Project,
    file: &str,
    now: &Value,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    project.show(&[
        "check",
        "--results-file",
        file,
        "--github-comment",
        "--github-annotations",
    ])?;
    of_comment(project, tally)?;
    let report = "ci_results/latest_regression_report.json";
    let compared = project.json(report)?;
    let ids: BTreeSet<String> = data::ids(&compared).into_iter().collect();
    let missing: Vec<String> = data::ids(now)
        .into_iter()
        .filter(|id| !ids.contains(id))
        .collect();
    ensure!(missing.is_empty(), "not in the report: {missing:?}");
    let triples = data::compared(&compared);
    for format in [
        "terminal", "json", "markdown", "html", "junit", "csv", "svg",
    ] {
        if format == "terminal" {
            project.show(&["report", report])?;
            continue;
        }
        let text = project.succeed(&["report", report, "--format", format])?;
        match format {
            "json" => {
                let read: Value = serde_json::from_str(&text)?;
                ensure!(data::compared(&read) == triples, "other names");
                Ok(())
            }
            "markdown" => markdown::judge(&text),
            "csv" => data::same_csv(&text, &triples),
            _ => shapes
                .judge(&format!("{format} of a comparison"), &text)
                .map(drop),
        }
        .with_context(|| format!("the comparison as {format}"))?;
        tally.outputs += 1;
    }
    Ok(())
}

/// The comment that `check --github-comment` has written.
pub(crate) fn of_comment(project: &Project, tally: &mut Tally) -> anyhow::Result<()> {
    tally.outputs += 1;
    markdown::judge(&project.read("ci_results/github_comment.md")?).context("the comment")
}

/// Lists, trends, the exported history and the page. `recorded` are results that must be found there.
pub(crate) fn of_history(
    project: &Project,
    recorded: &[&Value],
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    project.show(&["history", "list"])?;
    project.show(&["history", "show"])?;
    let listed: Value =
        serde_json::from_str(&project.succeed(&["history", "list", "--format", "json"])?)?;
    for result in recorded {
        ensure!(
            listed.to_string().contains(&result["id"].to_string()),
            "{} is not listed",
            result["id"]
        );
        for id in data::ids(result).iter().take(2) {
            project.show(&["history", "trend", "--days", "10000", "--", id])?;
        }
    }
    for line in project.succeed(&["history", "export"])?.lines() {
        let _: Value = serde_json::from_str(line).context("a line of the exported history")?;
    }
    project.succeed(&["dashboard", "--out", "out", "--days", "36500"])?;
    let page = project.read("out/index.html")?;
    let data = shapes.judge("dashboard", &page).context("the dashboard")?;
    let data = data.first().context("the dashboard has no data")?;
    let _: Value = serde_json::from_str(data).context("the data of the dashboard")?;
    tally.outputs += 3;
    Ok(())
}

/// Pictures and profiles in a folder.
pub(crate) fn of_folder(
    project: &Project,
    folder: &str,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let mut found = Vec::new();
    files(&project.path(folder), &mut found)?;
    ensure!(!found.is_empty(), "there is nothing in {folder}");
    for (name, text) in found {
        let context = || format!("{name} in {folder}");
        if name.ends_with(".svg") {
            shapes
                .judge(&format!("pictures in {folder}"), &text)
                .with_context(context)?;
        } else if name.ends_with(".collapsed.txt") {
            for line in text.lines() {
                let count = line
                    .rsplit_once(' ')
                    .and_then(|(_, count)| count.parse::<u64>().ok());
                ensure!(
                    count.is_some(),
                    "`{}` in {}",
                    line.escape_debug(),
                    context()
                );
            }
            super::judge::visible(&text, &[]).with_context(context)?;
        }
        tally.outputs += 1;
    }
    Ok(())
}

fn files(folder: &Path, found: &mut Vec<(String, String)>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder)?.flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            let name = entry.file_name().to_string_lossy().into_owned();
            found.push((
                name,
                String::from_utf8_lossy(&fs::read(&path)?).into_owned(),
            ));
        }
    }
    Ok(())
}
