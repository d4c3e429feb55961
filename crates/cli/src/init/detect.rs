//! What kind of project a folder holds.

use std::fs;
use std::path::{Path, PathBuf};

/// A project that was recognised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Project {
    /// A cargo package or workspace, and the package that links the harness, if one does.
    Cargo {
        /// What links the harness.
        suite: Option<CargoSuite>,
        /// What links criterion, with its bench target.
        criterion: Option<CargoSuite>,
    },
    /// Python with pytest.
    Pytest,
    /// A Go module.
    Go,
    /// A Node package.
    Npm {
        /// What its script `bench` runs, if it has one.
        bench: Option<NodeBench>,
    },
}

/// What a script `bench` runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NodeBench {
    Vitest,
    Other,
}

/// A package that links the harness, or criterion.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CargoSuite {
    pub(super) package: String,
    /// The bench target that is the suite, if its program is none.
    pub(super) bench: Option<String>,
}

impl Project {
    pub(super) fn in_words(&self) -> String {
        match self {
            Self::Cargo {
                suite: Some(suite), ..
            } => {
                format!(
                    "a cargo project whose package `{}` is a suite",
                    suite.package
                )
            }
            Self::Cargo {
                criterion: Some(suite),
                ..
            } => format!("a cargo project with criterion in `{}`", suite.package),
            Self::Cargo { .. } => "a cargo project without a suite".to_owned(),
            Self::Pytest => "a Python project with pytest".to_owned(),
            Self::Go => "a Go module".to_owned(),
            Self::Npm { .. } => "a Node package".to_owned(),
        }
    }
}

/// All kinds that the folder is.
pub(super) fn detect(root: &Path) -> Vec<Project> {
    let mut found = Vec::new();
    if root.join("Cargo.toml").is_file() {
        found.push(Project::Cargo {
            suite: first_package(root, DEPTH, &links_harness),
            criterion: first_package(root, DEPTH, &links_criterion),
        });
    }
    if is_pytest(root) {
        found.push(Project::Pytest);
    }
    if root.join("go.mod").is_file() {
        found.push(Project::Go);
    }
    if let Ok(text) = fs::read(root.join("package.json")) {
        let package: serde_json::Value = serde_json::from_slice(&text).unwrap_or_default();
        let bench = package["scripts"]["bench"].as_str();
        let bench = bench.map(|script| match script.contains("vitest") {
            true => NodeBench::Vitest,
            false => NodeBench::Other,
        });
        found.push(Project::Npm { bench });
    }
    found
}

/// How deep below the root packages are looked for.
const DEPTH: u32 = 3;

/// Most folders in one folder that are looked into.
const MOST_FOLDERS: usize = 500;

/// The first package, folders in the order of their names, that is a suite by its manifest.
fn first_package(
    folder: &Path,
    depth: u32,
    suite: &dyn Fn(&Path) -> Option<CargoSuite>,
) -> Option<CargoSuite> {
    let here = suite(&folder.join("Cargo.toml"));
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
        .find_map(|folder| first_package(folder, depth - 1, suite))
}

fn read(manifest: &Path) -> Option<toml::Table> {
    fs::read_to_string(manifest).ok()?.parse().ok()
}

fn links(table: &toml::Table, section: &str, package: &str) -> bool {
    let section = table.get(section);
    section.is_some_and(|section| section.get(package).is_some())
}

/// The harness is linked in the program or in a bench target.
fn links_harness(manifest: &Path) -> Option<CargoSuite> {
    const HARNESS: &str = "fabench-harness";
    let table = read(manifest)?;
    let folder = manifest.parent()?;
    let has_program = table.contains_key("bin")
        || folder.join("src/main.rs").is_file()
        || folder.join("src/bin").is_dir();
    if links(&table, "dependencies", HARNESS) && has_program {
        let package = table.get("package")?.get("name")?.as_str()?.to_owned();
        return Some(CargoSuite {
            package,
            bench: None,
        });
    }
    bench_target(&table, HARNESS)
}

fn links_criterion(manifest: &Path) -> Option<CargoSuite> {
    bench_target(&read(manifest)?, "criterion")
}

/// The first bench target with a `main` of its own, in a package that links `linked` for its tests.
fn bench_target(table: &toml::Table, linked: &str) -> Option<CargoSuite> {
    if !links(table, "dev-dependencies", linked) {
        return None;
    }
    let package = table.get("package")?.get("name")?.as_str()?.to_owned();
    let targets = table.get("bench")?.as_array()?;
    let own_main = |target: &&toml::Value| target.get("harness") == Some(&false.into());
    let bench = targets.iter().find(own_main)?.get("name")?.as_str()?;
    Some(CargoSuite {
        package,
        bench: Some(bench.to_owned()),
    })
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
        assert_eq!(
            found(&[("package.json", "{}")]),
            [Project::Npm { bench: None }]
        );
        let script = |script: &str| {
            let text = format!(r#"{{"scripts": {{"bench": "{script}"}}}}"#);
            found(&[("package.json", &text)])
        };
        let npm = |bench| [Project::Npm { bench: Some(bench) }];
        assert_eq!(script("x"), npm(NodeBench::Other));
        assert_eq!(script("vitest bench"), npm(NodeBench::Vitest));
        assert_eq!(
            found(&[("pyproject.toml", "[tool.pytest.ini_options]")]),
            [Project::Pytest]
        );
        assert_eq!(found(&[("pyproject.toml", "[project]")]), []);
        let without = [Project::Cargo {
            suite: None,
            criterion: None,
        }];
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
        let linking = |package: &str, bench: Option<&str>| {
            Some(CargoSuite {
                package: package.into(),
                bench: bench.map(Into::into),
            })
        };
        let suite = |package: &str, bench: Option<&str>| Project::Cargo {
            suite: linking(package, bench),
            criterion: None,
        };
        assert_eq!(found, [suite("bench", None)]);
        let target = "[package]\nname = 'x'\n[dev-dependencies]\nfabench-harness = '1'\n\
                      [[bench]]\nname = 'old'\n[[bench]]\nname = 'speed'\nharness = false";
        let found = detect(folder(&[("Cargo.toml", target)]).path());
        assert_eq!(found, [suite("x", Some("speed"))]);
        let target = target.replace("fabench-harness = '1'", "criterion.workspace = true");
        let found = detect(folder(&[("crates/x/Cargo.toml", &target), ("Cargo.toml", "")]).path());
        let criterion = linking("x", Some("speed"));
        let suite = None;
        assert_eq!(found, [Project::Cargo { suite, criterion }]);
    }
}
