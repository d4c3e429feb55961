//! House rules that a machine can check: file length, module documentation, loose ends, links between documents.

use std::fs;
use std::path::{Path, PathBuf};

/// Longest source file, in lines.
const MOST_LINES: usize = 500;

/// Marks of unfinished work, written in halves so that this file holds none.
const LOOSE_ENDS: [&str; 3] = [
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Files with this extension in the project's own folders, as (path from the root, text).
fn files(extension: &str) -> Vec<(String, String)> {
    let root = root();
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if path.is_dir() {
                let foreign = ["target", "node_modules", "results", "ci_results"];
                if !foreign.contains(&name.as_str())
                    && (!name.starts_with('.') || name == ".github")
                {
                    folders.push(path);
                }
            } else if path.extension().is_some_and(|found| found == extension) {
                let Ok(text) = fs::read_to_string(&path) else {
                    continue;
                };
                let shown = path.strip_prefix(&root).unwrap().display().to_string();
                found.push((shown, text));
            }
        }
    }
    found.sort();
    found
}

fn assert_none(offenders: &[String], rule: &str) {
    assert!(
        offenders.is_empty(),
        "{rule}:\n  {}",
        offenders.join("\n  ")
    );
}

#[test]
fn no_source_file_is_too_long() {
    let sources = files("rs");
    assert!(
        sources.len() > 50,
        "only {} files were found",
        sources.len()
    );
    let long: Vec<String> = sources
        .iter()
        .map(|(path, text)| (path, text.lines().count()))
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(path, lines)| format!("{path}: {lines} lines"))
        .collect();
    assert_none(&long, "split by concept what has over 500 lines");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<String> = files("rs")
        .into_iter()
        .filter(|(_, text)| !text.lines().take(3).any(|line| line.starts_with("//!")))
        .map(|(path, _)| path)
        .collect();
    assert_none(
        &silent,
        "begin with `//!`: the module's purpose and invariant",
    );
}

#[test]
fn no_loose_ends() {
    let mut found = Vec::new();
    for extension in ["rs", "md", "toml", "py", "js", "html"] {
        for (path, text) in files(extension) {
            for (number, line) in (1..).zip(text.lines()) {
                if LOOSE_ENDS.iter().any(|mark| line.contains(mark)) {
                    found.push(format!("{path}:{number}: {}", line.trim()));
                }
            }
        }
    }
    assert_none(&found, "finish it, or open an issue");
}

/// How often `unsafe` begins something in the code of a file.
fn unsafes(text: &str) -> usize {
    text.lines()
        .map(|line| line.split("//").next().unwrap_or_default())
        .flat_map(|code| code.split("unsafe ").skip(1))
        .filter(|rest| {
            ["{", "impl", "fn", "extern", "trait"]
                .iter()
                .any(|word| rest.starts_with(word))
        })
        .count()
}

#[test]
fn the_inventory_of_unsafe_code_is_true() {
    let is_shipped = |path: &str| path.starts_with("crates/") && path.contains("/src/");
    let found: Vec<String> = files("rs")
        .into_iter()
        .filter(|(path, _)| is_shipped(path))
        .map(|(path, text)| (path, unsafes(&text)))
        .filter(|(_, times)| *times > 0)
        .map(|(path, times)| format!("| `{path}` | {times} |"))
        .collect();
    let page = fs::read_to_string(root().join("docs/unsafe.md")).unwrap();
    let told: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| `crates/"))
        .collect();
    let untold: Vec<String> = found
        .iter()
        .filter(|row| !told.iter().any(|line| line.starts_with(row.as_str())))
        .cloned()
        .collect();
    assert_none(&untold, "docs/unsafe.md lacks or miscounts");
    assert_eq!(found.len(), told.len(), "docs/unsafe.md tells of too many");

    let is_root = |path: &str| path.ends_with("/src/lib.rs") || path.ends_with("/src/main.rs");
    let package = |path: &str| path.split("/src/").next().unwrap_or_default().to_owned();
    let lax: Vec<String> = files("rs")
        .into_iter()
        .filter(|(path, text)| is_root(path) && !text.contains("#![forbid(unsafe_code)]"))
        .filter(|(path, _)| path.starts_with("crates/") || path.starts_with("xtask/"))
        .map(|(path, _)| package(&path))
        .filter(|package| {
            !found
                .iter()
                .any(|row| row.contains(&format!("`{package}/")))
        })
        .collect();
    assert_none(&lax, "holds no `unsafe`, so let it forbid `unsafe_code`");
}

/// Targets of `[text](target)` in Markdown outside of code.
fn links(text: &str) -> Vec<String> {
    let mut in_code = false;
    let mut found = Vec::new();
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            in_code = !in_code;
        }
        if in_code {
            continue;
        }
        // Every second piece between backticks is code.
        let prose: String = line.split('`').step_by(2).collect();
        for piece in prose.split("](").skip(1) {
            if let Some((target, _)) = piece.split_once(')') {
                found.push(target.to_owned());
            }
        }
    }
    found
}

/// The name by which a heading is linked to.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn links_between_documents_lead_somewhere() {
    let documents = files("md");
    let mut broken = Vec::new();
    for (path, text) in &documents {
        let folder = root().join(path).parent().unwrap().to_path_buf();
        for link in links(text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((&link, ""));
            let target = if file.is_empty() {
                root().join(path)
            } else {
                folder.join(file)
            };
            if !target.exists() {
                broken.push(format!("{path}: {link}"));
                continue;
            }
            if !fragment.is_empty() && file.is_empty() | file.ends_with(".md") {
                let linked = fs::read_to_string(&target).unwrap();
                let mut headings = linked.lines().filter(|line| line.starts_with('#'));
                if !headings.any(|heading| anchor(heading) == fragment) {
                    broken.push(format!("{path}: {link}"));
                }
            }
        }
    }
    assert_none(&broken, "these links lead nowhere");
}

#[test]
fn the_link_reader_reads_links() {
    let text = "see [a](b.md#c-d), `[no](code)`\n```\n[no](block)\n```\n[e](#f)";
    assert_eq!(links(text), ["b.md#c-d", "#f"]);
    assert_eq!(
        anchor("## `cargo xtask test` fails"),
        "cargo-xtask-test-fails"
    );
    assert_eq!(anchor("# Memory grows: a leak?"), "memory-grows-a-leak");
}
