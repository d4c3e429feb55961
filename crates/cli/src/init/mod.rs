//! `fabench init`: a `fabench.toml` for the project in this folder, and workflows for its CI.
//!
//! Invariant: what exists is never overwritten, and unless all can be written, nothing is.

mod configuration;
mod detect;
mod github;

use std::path::Path;

use anyhow::{Context as _, bail};

use crate::arguments::{Ci, InitArguments};
use crate::exit::Exit;
use crate::files::write_text;
use crate::screen::Screen;

/// Name of the configuration file.
const CONFIGURATION: &str = "fabench.toml";

/// Carries out `fabench init` in the current folder.
pub(crate) fn init(arguments: &InitArguments, screen: &Screen) -> anyhow::Result<Exit> {
    let root = std::env::current_dir().context("the current folder can't be read")?;
    let found = detect::detect(&root);
    let mut files = Vec::new();
    let configured = root.join(CONFIGURATION).exists();
    if !configured || arguments.ci.is_none() {
        files.push((CONFIGURATION, configuration::written(&found)));
    }
    if arguments.ci == Some(Ci::Github) {
        files.extend(github::workflows(github::INSTALL));
    }
    refuse_existing(&root, &files)?;
    for project in &found {
        screen.print(&format!("found {}\n", project.in_words()));
    }
    for (name, text) in &files {
        write_text(&root.join(name), text)?;
        screen.print(&format!("written {name}\n"));
    }
    let unignored = unignored(&root);
    if !unignored.is_empty() {
        let lines = unignored.join(", ");
        screen.print(&format!("not for git, write into .gitignore: {lines}\n"));
    }
    screen.print(next(configuration::names_a_suite(&found), arguments.ci));
    Ok(Exit::Pass)
}

fn refuse_existing(root: &Path, files: &[(&str, String)]) -> anyhow::Result<()> {
    let existing: Vec<&str> = files
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| root.join(name).symlink_metadata().is_ok())
        .collect();
    if existing.is_empty() {
        return Ok(());
    }
    bail!(
        "{} exists already and is not overwritten; move it away to have it written anew (nothing was written)",
        existing.join(", ")
    )
}

/// What commands write that no commit should have, as far as `.gitignore` does not hold it; nothing where there is no
/// repository. Baselines are meant to be committed.
fn unignored(root: &Path) -> Vec<&'static str> {
    if !root.join(".git").exists() {
        return Vec::new();
    }
    let ignored = std::fs::read_to_string(root.join(".gitignore")).unwrap_or_default();
    let folder = |line: &str| line.trim().trim_matches('/').to_owned();
    let known: Vec<String> = ignored.lines().map(folder).collect();
    let mut written = vec!["/.fabench/", "/results/", "/ci_results/"];
    written.retain(|line| !known.contains(&folder(line)));
    written
}

/// The last line: what to do next.
fn next(has_suite: bool, ci: Option<Ci>) -> &'static str {
    match (has_suite, ci) {
        (true, None) => "next: fabench run\n",
        (true, Some(Ci::Github)) => {
            "next: commit these files; docs/github.md of fabench says what they do\n"
        }
        (false, _) => "next: name your suite in fabench.toml, then fabench run\n",
    }
}
