//! The ways in: results that were edited, results of other tools, suites that answer in the worker protocol, the command line.

use anyhow::{Context as _, ensure};
use serde_json::Value;

use super::Tally;
use super::blocks::Pen;
use super::documents;
use super::outputs::{self, Shapes};
use super::project::Project;

/// One way in.
#[derive(Clone, Copy)]
pub(crate) struct Way {
    pub(crate) name: &'static str,
    /// How many harmless projects show all that its outputs are made of.
    pub(crate) harmless: u64,
    pub(crate) torture: fn(&Project, &mut Pen, &mut Shapes, &mut Tally) -> anyhow::Result<()>,
}

pub(crate) const ALL: [Way; 4] = [
    Way {
        name: "edited results",
        harmless: 2,
        torture: edited,
    },
    Way {
        name: "other tools",
        harmless: 1,
        torture: foreign,
    },
    Way {
        name: "a suite",
        harmless: 5,
        torture: suite,
    },
    Way {
        name: "the command line",
        harmless: 1,
        torture: typed,
    },
];

/// Results of fabench's own, edited, with all that can be made of one and of two.
fn edited(
    project: &Project,
    pen: &mut Pen,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let before = documents::result(pen);
    let now = documents::later(pen, &before);
    project.write("in/before.json", &before.to_string())?;
    project.write("in/now.json", &now.to_string())?;
    outputs::of_run(project, "in/before.json", &before, shapes, tally)?;
    accept(project, &before)?;
    outputs::of_comparison(project, "in/now.json", &now, shapes, tally)?;
    project.succeed(&["history", "import", "in/before.json", "in/now.json"])?;
    outputs::of_history(project, &[&before, &now], shapes, tally)
}

/// Makes a baseline of what did not fail.
fn accept(project: &Project, result: &Value) -> anyhow::Result<()> {
    let mut accepted = result.clone();
    if let Some(benchmarks) = accepted["benchmarks"].as_array_mut() {
        benchmarks.retain(|one| one["outcome"]["status"] == "measured");
    }
    project.write("in/accepted.json", &accepted.to_string())?;
    let arguments = [
        "check",
        "--results-file",
        "in/accepted.json",
        "--update-baseline",
    ];
    project.succeed(&arguments).map(drop)
}

/// Draws a document.
type Document = fn(&mut Pen) -> Value;

/// What other tools wrote.
fn foreign(
    project: &Project,
    pen: &mut Pen,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let drawn: [(&str, Document); 4] = [
        ("pytest-benchmark", documents::pytest),
        ("github-action-benchmark", documents::custom),
        ("bencher", documents::bencher),
        ("hyperfine", documents::hyperfine),
    ];
    for (format, document) in drawn {
        project.write("in/drawn.json", &document(pen).to_string())?;
        let exit = project.show(&["import", "in/drawn.json", "--format", format, "--record"])?;
        if exit != 0 {
            ensure!(!pen.is_harmless(), "{format} is refused");
            tally.refused += 1;
            continue;
        }
        let result = project.json("results/latest.json")?;
        outputs::of_run(project, "results/latest.json", &result, shapes, tally)
            .with_context(|| format!("imported from {format}"))?;
    }
    if project.path(".fabench/history.db").exists() {
        outputs::of_history(project, &[], shapes, tally)?;
    }
    Ok(())
}

/// A suite that tells of one benchmark, by the rules or against them.
fn suite(
    project: &Project,
    pen: &mut Pen,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let keeps_rules = pen.is_harmless() || pen.coin();
    let messages = documents::messages(pen, keeps_rules);
    for (name, message) in &messages {
        project.write(&format!("in/{name}"), &format!("{message}\n"))?;
    }
    let exit = project.show(&[
        "run",
        "--launches",
        "2",
        "--record",
        "--save",
        "kept",
        "--histogram",
        "drawn",
        "--profile",
        "cpu",
    ])?;
    if exit == 0 {
        let result = project.json("results/latest.json")?;
        let declared = &messages[1].1["benchmarks"][0];
        let kept = &result["benchmarks"][0];
        for field in ["id", "description", "parameters", "primary"] {
            ensure!(
                kept[field] == declared[field],
                "{} instead of {}",
                kept[field],
                declared[field]
            );
        }
        outputs::of_run(project, "results/latest.json", &result, shapes, tally)?;
        outputs::of_folder(project, "drawn", shapes, tally)?;
        outputs::of_folder(project, "results/profiles", shapes, tally)?;
        outputs::of_history(project, &[&result], shapes, tally)?;
    } else {
        ensure!(!keeps_rules, "a suite that keeps the rules is refused");
        tally.refused += 1;
    }
    // It says why it fails, in words of its own.
    let failure = &messages
        .iter()
        .find(|(name, _)| *name == "failed")
        .context("a failure")?
        .1;
    project.write("in/round", &format!("{failure}\n"))?;
    project.show(&["run", "--launches", "1"])?;
    project.show(&["profile", "--time", "0.1"])?;
    if project.path("results/latest.json").exists() {
        let result = project.json("results/latest.json")?;
        outputs::of_run(project, "results/latest.json", &result, shapes, tally)?;
    }
    Ok(())
}

/// What is typed: names of results, files, benchmarks, reasons.
fn typed(
    project: &Project,
    pen: &mut Pen,
    shapes: &mut Shapes,
    tally: &mut Tally,
) -> anyhow::Result<()> {
    let before = documents::result(pen);
    project.write("in/before.json", &before.to_string())?;
    for (name, message) in documents::messages(pen, true) {
        project.write(&format!("in/{name}"), &format!("{message}\n"))?;
    }
    accept(project, &before)?;
    let mut word = || pen.text().replace('\0', "");
    for arguments in [
        vec![
            "run".to_owned(),
            "--launches".into(),
            "1".into(),
            format!("--save={}", word()),
        ],
        vec!["run".into(), format!("--category={}", word())],
        vec!["run".into(), "--list".into(), "--".into(), word()],
        vec!["report".into(), "--".into(), word()],
        vec!["report".into(), format!("--format={}", word())],
        vec!["compare".into(), "--".into(), word(), word()],
        vec![
            "check".into(),
            "--results-file=in/before.json".into(),
            format!("--accept={} {}", word(), word()),
        ],
        vec![
            "check".into(),
            "--results-file=in/before.json".into(),
            format!("--explain={}", word()),
        ],
        vec!["history".into(), "trend".into(), "--".into(), word()],
        vec!["history".into(), "show".into(), "--".into(), word()],
        vec!["history".into(), "import".into(), "--".into(), word()],
        vec![format!("--config={}", word()), "run".into()],
        vec![format!("--{}", word())],
        vec![word()],
    ] {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        project.show(&arguments)?;
    }
    // Ids as they are are found.
    for id in super::judge::data::ids(&before) {
        let explained = format!("--explain={id}");
        project.show(&["check", "--results-file=in/before.json", &explained])?;
        let accepted = format!("--accept={id} {}", pen.text().replace('\0', ""));
        project.show(&[
            "check",
            "--results-file=in/before.json",
            &accepted,
            "--github-comment",
        ])?;
    }
    outputs::of_comment(project, tally)?;
    outputs::of_run(project, "in/before.json", &before, shapes, tally)
}
