//! Programs that fabench or a suite starts.

use std::path::{Path, PathBuf};
use std::process::Stdio;

use fabench_harness::secrets;

use super::finding::Finding;
use crate::config::Program;

/// A program, what it is for, and where it is to be had.
struct Known {
    check: &'static str,
    /// The first that is found counts.
    names: &'static [&'static str],
    needed_for: &'static str,
    get: &'static str,
}

const PROGRAMS: [Known; 7] = [
    Known {
        check: "cargo",
        names: &["cargo"],
        needed_for: "suites that are cargo packages",
        get: "install Rust: https://rustup.rs",
    },
    Known {
        check: "rustc",
        names: &["rustc"],
        needed_for: "suites that are cargo packages",
        get: "install Rust: https://rustup.rs",
    },
    Known {
        check: "git",
        names: &["git"],
        needed_for: "commits in results, `compare` and `bisect`",
        get: "install git: https://git-scm.com/downloads",
    },
    Known {
        check: "valgrind",
        names: &["valgrind"],
        needed_for: "counting instructions",
        get: "apt-get install valgrind, or your system's package of that name",
    },
    Known {
        check: "PostgreSQL server",
        names: &["postgres"],
        needed_for: "`run --postgres`",
        get: "apt-get install postgresql; macOS: brew install postgresql",
    },
    Known {
        check: "NATS server",
        names: &["nats-server"],
        needed_for: "suites that talk between machines",
        get: "apt-get install nats-server; others: https://nats.io/download",
    },
    Known {
        check: "Chromium",
        names: &["chromium", "chromium-browser", "google-chrome"],
        needed_for: "tests of pages",
        get: "apt-get install chromium; macOS: brew install --cask chromium",
    },
];

pub(super) fn look() -> Vec<Finding> {
    let folders = folders();
    PROGRAMS
        .iter()
        .map(|program| look_for(program, &folders))
        .collect()
}

/// Whether what a suite starts is there.
pub(super) fn is_there(program: &Program) -> bool {
    if program.name.contains('/') {
        return program.folder.join(&program.name).is_file();
    }
    let path = program.path.clone().or_else(|| std::env::var_os("PATH"));
    let mut folders = path.iter().flat_map(std::env::split_paths);
    // A folder of the search path may be relative, too.
    folders.any(|folder| program.folder.join(folder).join(&program.name).is_file())
}

fn look_for(program: &Known, folders: &[PathBuf]) -> Finding {
    let found = program.names.iter().find_map(|name| {
        let mut places = folders.iter().map(|folder| folder.join(name));
        places.find(|path| path.is_file())
    });
    match found {
        Some(path) => {
            let shown = path.display();
            let found = match version(&path) {
                Some(version) => format!("{version} ({shown})"),
                None => shown.to_string(),
            };
            Finding::ok(program.check, found)
        }
        None => Finding::note(
            program.check,
            format!("not found; needed for {}", program.needed_for),
            program.get,
        ),
    }
}

/// The search path, and where Debian keeps the PostgreSQL server.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::env::var_os("PATH")
        .map(|path| std::env::split_paths(&path).collect())
        .unwrap_or_default();
    let versions = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    folders.extend(versions.map(|version| version.path().join("bin")));
    folders
}

/// The first line that the program says of its version.
fn version(path: &Path) -> Option<String> {
    let mut command = secrets::command(path);
    command
        .arg("--version")
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    let output = command
        .output()
        .ok()
        .filter(|output| output.status.success())?;
    let text = String::from_utf8_lossy(&output.stdout);
    let line: String = text
        .lines()
        .next()?
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect();
    (!line.trim().is_empty()).then(|| line.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::finding::State;

    #[test]
    fn what_is_not_there_comes_with_what_it_is_for_and_where_to_get_it() {
        for program in &PROGRAMS {
            let finding = look_for(program, &[]);
            assert_eq!(finding.state, State::Note);
            assert!(finding.found.contains("needed for") && finding.remedy.is_some());
        }
    }
}
