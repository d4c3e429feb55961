//! Completions, manual pages and schemas in `docs/` are those of today's program.

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use support::Project;

const REMEDY: &str = "run `cargo xtask generate` and commit what it writes";

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn files(folder: &Path) -> BTreeMap<String, String> {
    let entries =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let read = |path: PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        (name, fs::read_to_string(path).unwrap())
    };
    entries.map(|entry| read(entry.unwrap().path())).collect()
}

#[test]
fn completions_are_current() {
    let project = Project::new();
    let kept = files(&docs().join("completions"));
    for (shell, file) in [
        ("bash", "fabench.bash"),
        ("elvish", "fabench.elv"),
        ("fish", "fabench.fish"),
        ("powershell", "_fabench.ps1"),
        ("zsh", "_fabench"),
    ] {
        let today = project.call(&["completions", shell]).expect(0).stdout;
        assert!(
            kept.get(file) == Some(&today),
            "docs/completions/{file} is out of date; {REMEDY}"
        );
    }
}

#[test]
fn schemas_are_current_and_files_are_as_they_say() {
    let project = Project::with_baseline();
    project.call(&["schemas", "schemas"]).expect(0);
    let (today, kept) = (
        files(&project.path("schemas")),
        files(&docs().join("schemas")),
    );
    for (name, schema) in &today {
        assert!(
            kept.get(name) == Some(schema),
            "docs/schemas/{name} is out of date; {REMEDY}"
        );
    }
    let required = |name: &str| -> Vec<String> {
        let schema: serde_json::Value = serde_json::from_str(&today[name]).unwrap();
        serde_json::from_value(schema["required"].clone()).unwrap()
    };
    let run = project.json("results/latest.json");
    for key in required("result.schema.json") {
        assert!(run.get(&key).is_some(), "a result has {key}");
    }
    let baseline = project.json("baselines/performance_baseline.json");
    for key in required("performance_baseline.schema.json") {
        assert!(baseline.get(&key).is_some(), "a baseline has {key}");
    }
}

#[test]
fn manual_pages_are_current() {
    let project = Project::new();
    project.call(&["man", "pages"]).expect(0);
    let (today, kept) = (files(&project.path("pages")), files(&docs().join("man")));
    assert_eq!(
        today.keys().collect::<Vec<_>>(),
        kept.keys().collect::<Vec<_>>(),
        "{REMEDY}"
    );
    for (name, page) in &today {
        assert!(
            kept[name] == *page,
            "docs/man/{name} is out of date; {REMEDY}"
        );
    }
    assert!(
        today["fabench.1"].contains("Exit codes"),
        "the exit codes are in the manual"
    );
    assert!(
        today.contains_key("fabench-compare.1"),
        "every command has a page"
    );
}
