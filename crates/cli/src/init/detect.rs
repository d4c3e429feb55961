//! What kind of project a folder holds.

use std::fs;
use std::path::{Path, PathBuf};

/// A project that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Project {
    /// A cargo package or workspace, and the package that links the harness, if one does.
    Cargo {
        /// The suite's package.
        suite: Option<String>,
    },
    /// Python with pytest.
    Pytest,
    /// A Go module.
    Go,
    /// A Node package.
    Npm,
}

impl Project {
    /// The cargo package that is a suite.
    pub(super) fn suite(&self) -> Option<&str> {
        match self {
            Self::Cargo { suite } => suite.as_deref(),
            Self::Pytest | Self::Go | Self::Npm => None,
        }
    }

    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Cargo { suite: Some(name) } => {
                format!("a cargo project whose package `{name}` is a suite")
            }
            Self::Cargo { suite: None } => "a cargo project without a suite".to_owned(),
            Self::Pytest => "a Python project with pytest".to_owned(),
            Self::Go => "a Go module".to_owned(),
            Self::Npm => "a Node package".to_owned(),
        }
    }
}

/// All kinds that the folder is.
pub(super) fn detect(root: &Path) -> Vec<Project> {
    let mut found = Vec::new();
    if root.join("Cargo.toml").is_file() {
        found.push(Project::Cargo {
            suite: suite_package(root, DEPTH),
        });
    }
    if is_pytest(root) {
        found.push(Project::Pytest);
    }
    if root.join("go.mod").is_file() {
        found.push(Project::Go);
    }
    if root.join("package.json").is_file() {
        found.push(Project::Npm);
    }
    found
}

/// How deep below the root packages are looked for.
const DEPTH: u32 = 3;

/// Most folders in one folder that are looked into.
const MOST_FOLDERS: usize = 500;

/// The first package, folders in the order of their names, that depends on the harness and has a program.
fn suite_package(folder: &Path, depth: u32) -> Option<String> {
    let here = package_if_suite(&folder.join("Cargo.toml"));
    if here.is_some() || depth == 0 {
        return here;
    }
    let mut below: Vec<PathBuf> = fs::read_dir(folder)
        .ok()?
        .flatten()
        .filter(|entry| {
            let name = entry.file_name();
            let name = name.to_string_lossy();
            !name.starts_with('.') && name != "target" && name != "node_modules"
        })
        .map(|entry| entry.path())
        .filter(|path| path.is_dir())
        .take(MOST_FOLDERS)
        .collect();
    below.sort();
    below
        .iter()
        .find_map(|folder| suite_package(folder, depth - 1))
}

fn package_if_suite(manifest: &Path) -> Option<String> {
    let text = fs::read_to_string(manifest).ok()?;
    let table: toml::Table = text.parse().ok()?;
    let depends = table.get("dependencies")?.get("fabench-harness").is_some();
    let folder = manifest.parent()?;
    let has_program = table.contains_key("bin")
        || folder.join("src/main.rs").is_file()
        || folder.join("src/bin").is_dir();
    let name = table.get("package")?.get("name")?.as_str()?;
    (depends && has_program).then(|| name.to_owned())
}

fn is_pytest(root: &Path) -> bool {
    let says_so =
        |file: &str| fs::read_to_string(root.join(file)).is_ok_and(|text| text.contains("pytest"));
    root.join("pytest.ini").is_file()
        || root.join("conftest.py").is_file()
        || root.join("tests/conftest.py").is_file()
        || [
            "pyproject.toml",
            "setup.cfg",
            "tox.ini",
            "requirements.txt",
            "requirements-dev.txt",
        ]
        .iter()
        .any(|file| says_so(file))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        folder
    }

    #[test]
    fn each_kind_is_recognised() {
        let found = |files: &[(&str, &str)]| detect(folder(files).path());
        assert_eq!(found(&[]), []);
        assert_eq!(found(&[("go.mod", "module x")]), [Project::Go]);
        assert_eq!(found(&[("package.json", "{}")]), [Project::Npm]);
        assert_eq!(
            found(&[("pyproject.toml", "[tool.pytest.ini_options]")]),
            [Project::Pytest]
        );
        assert_eq!(found(&[("pyproject.toml", "[project]")]), []);
        let without = [Project::Cargo { suite: None }];
        assert_eq!(found(&[("Cargo.toml", "[package]\nname = 'x'")]), without);
        assert_eq!(found(&[("Cargo.toml", "not = [toml")]), without);
    }

    #[test]
    fn the_suite_is_the_package_that_links_the_harness() {
        let member = "[package]\nname = 'bench'\n[dependencies]\nfabench-harness = '1'";
        let files = [
            ("Cargo.toml", "[workspace]\nmembers = ['crates/*']"),
            ("crates/bench/Cargo.toml", member),
            ("crates/bench/src/main.rs", ""),
            ("crates/a/Cargo.toml", "[package]\nname = 'a'"),
        ];
        let found = detect(folder(&files).path());
        assert_eq!(found[0].suite(), Some("bench"));
    }
}
